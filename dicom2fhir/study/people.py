"""Who the patient of a study is, when its instances name one, none or several."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir.attributes import PATIENT, key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.ids import issuer_of
from dicom2fhir.study.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

__all__ = ["Identity", "People", "chosen"]

_KEYS: Final = tuple(PATIENT.values())
_NAME: Final = str(key_of("PatientName"))


class Identity(NamedTuple):
    """What tells one patient from another; the name counts only where there is no id."""

    patient_id: str
    issuer: str
    name: str

    def __repr__(self) -> str:
        return "<Identity>"

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Identity:
        """The identity that a data set names.

        >>> Identity.of({"00100020": {"vr": "LO", "Value": ["P1"]}}) == ("P1", "", "")
        True
        """
        view = DicomJsonProxy(raw)
        patient_id = view.text("PatientID") or ""
        if patient_id:
            return cls(patient_id, issuer_of(view) or "", "")
        return cls("", "", _name(view))


class People:
    """The patients that the instances of one series name, each with what is said of him and by how many instances."""

    __slots__ = ("_last", "_last_identity", "facts", "instances")

    def __init__(self) -> None:
        self.facts: dict[Identity, Facts] = {}
        self.instances: dict[Identity, set[Hashable]] = {}
        self._last: list[Any] | None = None
        self._last_identity = Identity("", "", "")

    def see(self, raw: Mapping[str, Any], rank: tuple[Any, ...]) -> Identity:
        """Take what one data set says of a patient; answers who that is.

        >>> People().see({"00100020": {"vr": "LO", "Value": ["P1"]}}, ()).patient_id
        'P1'
        """
        said = list(map(raw.get, _KEYS))
        if said != self._last:
            self._last, self._last_identity = said, Identity.of(raw)
        identity = self._last_identity
        if identity not in self.facts:
            self.facts[identity] = Facts(_KEYS)
            self.instances[identity] = set()
        self.facts[identity].add(raw, rank)
        return identity

    def count_in(self, instance: Hashable, identity: Identity) -> bool:
        """Count an instance that names a patient who was seen; False when it was here before.

        >>> people = People()
        >>> somebody = people.see({}, ())
        >>> people.count_in(b"1", somebody), people.count_in(b"1", somebody)
        (True, False)
        """
        theirs = self.instances[identity]
        is_new = instance not in theirs and (
            len(self.instances) == 1 or not any(instance in seen for seen in self.instances.values())
        )
        theirs.add(instance)
        return is_new

    def absorb(self, other: People) -> int:
        """Take over the people of another part of the same series; answers how many of its instances were here before.

        >>> one, two = People(), People()
        >>> nobody = one.see({}, ()), two.see({}, ())
        >>> one.count_in(b"1", nobody[0]), two.count_in(b"1", nobody[1]), two.count_in(b"2", nobody[1])
        (True, True, True)
        >>> one.absorb(two), one.count()
        (1, 2)
        """
        theirs = set().union(*other.instances.values())
        repeated = set().union(*(theirs & seen for seen in self.instances.values()))
        for identity, facts in other.facts.items():
            self.facts.setdefault(identity, Facts(_KEYS)).absorb(facts)
            self.instances.setdefault(identity, set()).update(other.instances[identity])
        return len(repeated)

    def count(self) -> int:
        """How many instances there are.

        >>> People().count()
        0
        """
        if len(self.instances) == 1:
            return len(next(iter(self.instances.values())))
        return len(set().union(*self.instances.values()))


def chosen(everyone: Iterable[People]) -> tuple[dict[str, Any], set[str], int]:
    """The elements that speak of the most frequent patient, the keys in conflict, and how many patients are named.

    Who has no id and no other name is taken for him; so is who has the same id but no issuer, when one issuer is known.
    The people come in the order of their series.

    >>> chosen([])
    ({}, set(), 0)
    """
    everyone = list(everyone)
    counts: Counter[Identity] = Counter()
    for people in everyone:
        counts.update({identity: len(seen) for identity, seen in people.instances.items()})
    persons = _persons(counts)
    if not persons:
        return {}, set(), 0
    winner = min(
        persons, key=lambda one: (_vagueness(one), -sum(counts[identity] for identity in one), sorted(one))
    )
    said = _said_of(winner, everyone)
    name = _name(DicomJsonProxy(said.elements()))
    others = [one for one in persons if one is not winner and not _is_the_same(one, name)]
    same = {identity for one in persons if one not in others for identity in one}
    if same != winner:
        said = _said_of(same, everyone)
    return said.elements(), said.conflicts, 1 + len(others)


def _persons(counts: Mapping[Identity, int]) -> list[set[Identity]]:
    """The identities that are one person, by id and issuer."""
    issuers: dict[str, set[str]] = {}
    for identity in counts:
        issuers.setdefault(identity.patient_id, set()).update({identity.issuer} - {""})
    persons: dict[Identity, set[Identity]] = {}
    for identity in counts:
        known = issuers[identity.patient_id]
        issuer = next(iter(known)) if not identity.issuer and len(known) == 1 else identity.issuer
        persons.setdefault(identity._replace(issuer=issuer), set()).add(identity)
    return list(persons.values())


def _vagueness(person: set[Identity]) -> int:
    """An id beats a name, and a name beats nothing, however many instances there are."""
    one = next(iter(person))
    return 0 if one.patient_id else 1 if one.name else 2


def _said_of(person: set[Identity], everyone: Iterable[People]) -> Facts:
    said = Facts(_KEYS)
    for place, people in enumerate(everyone):
        for identity in sorted(person & people.facts.keys()):
            said.add(people.facts[identity].elements(), (place, identity == Identity("", "", ""), identity))
            said.conflicts |= people.facts[identity].conflicts
    return said


def _name(view: DicomJsonProxy) -> str:
    """The name as DICOM writes it; delimiters at its end say nothing."""
    return str(view.get("PatientName", "")).rstrip("^= ")


def _is_the_same(person: set[Identity], name: str) -> bool:
    return all(not one.patient_id and one.name in {"", name} for one in person)
