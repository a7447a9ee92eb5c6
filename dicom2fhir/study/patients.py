"""Which patient a study is of, when its instances name one, none or several."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir import problems
from dicom2fhir.attributes import PATIENT
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.ids import issuer_of
from dicom2fhir.study.conflicts import note_conflicts
from dicom2fhir.study.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dicom2fhir.findings import Findings

__all__ = ["Identity", "PatientOfStudy", "SeriesPatients", "patient_of"]

_KEYS: Final = tuple(PATIENT.values())


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


_NOBODY: Final = Identity("", "", "")
_NO_SYSTEMS: Final[Mapping[str, str]] = MappingProxyType({})


class SeriesPatients:
    """The patients whom the instances of one series name, each with what is said of him."""

    __slots__ = ("_last", "_last_identity", "facts")

    def __init__(self) -> None:
        self.facts: dict[Identity, Facts] = {}
        self._last: list[Any] | None = None
        self._last_identity = _NOBODY

    def see(self, raw: Mapping[str, Any], rank: tuple[Any, ...]) -> Identity:
        """Take what one data set says of a patient; answers who that is.

        >>> SeriesPatients().see({"00100020": {"vr": "LO", "Value": ["P1"]}}, ()).patient_id
        'P1'
        """
        elements = list(map(raw.get, _KEYS))
        if elements != self._last:
            self._last, self._last_identity = elements, Identity.of(raw)
        identity = self._last_identity
        if identity not in self.facts:
            self.facts[identity] = Facts(_KEYS)
        self.facts[identity].add(raw, rank)
        return identity

    def absorb(self, other: SeriesPatients) -> None:
        """Take over the patients of another part of the same series."""
        for identity, facts in other.facts.items():
            self.facts.setdefault(identity, Facts(_KEYS)).absorb(facts)


class PatientOfStudy(NamedTuple):
    """What a study says of its patient."""

    elements: dict[str, Any]
    conflicts: set[str]
    """The keys of the attributes on which its instances disagree."""
    named: int
    """How many different patients its instances name: 1 when all is well, 0 when nobody is named."""

    def __repr__(self) -> str:
        return "<PatientOfStudy>"

    def note(self, findings: Findings) -> None:
        """Report what instances contradict each other in: what they say of the patient, or who that is."""
        note_conflicts(findings, self.conflicts)
        if self.named > 1:
            findings.note(problems.TWO_PATIENTS, keyword="PatientID")


def patient_of(
    series: Sequence[SeriesPatients], counts: Mapping[Identity, int], systems: Mapping[str, str] = _NO_SYSTEMS
) -> PatientOfStudy:
    """The most frequent patient of a study, from its series in their order and the number of instances that name each identity.

    An id beats a name, and a name beats nothing.  Who has no id and no other name is taken for the one who is named; so is who has
    the same id but no issuer, when one issuer is known; two issuers that ``systems`` maps to one system are one.

    >>> series = SeriesPatients()
    >>> jane = series.see({"00100020": {"vr": "LO", "Value": ["P1"]}}, (1,))
    >>> somebody = series.see({"00100040": {"vr": "CS", "Value": ["F"]}}, (2,))
    >>> patient = patient_of([series], {jane: 1, somebody: 9})
    >>> patient.named, sorted(patient.elements)
    (1, ['00100020', '00100040'])
    """
    persons = _persons(counts, systems)
    if not persons:
        return PatientOfStudy({}, set(), 0)
    winner = min(
        persons,
        key=lambda person: (
            _vagueness(person),
            -sum(counts[identity] for identity in person),
            sorted(person),
        ),
    )
    facts = _facts_of(winner, series)
    name = _name(DicomJsonProxy(facts.elements()))
    others = [person for person in persons if person is not winner and not _is_the_same(person, name)]
    same = {identity for person in persons if person not in others for identity in person}
    if same != winner:
        facts = _facts_of(same, series)
    named = 1 + len(others) if winner != {_NOBODY} else 0
    return PatientOfStudy(facts.elements(), facts.conflicts, named)


def _persons(named: Iterable[Identity], systems: Mapping[str, str]) -> list[set[Identity]]:
    """The identities that are one person, by id and issuer."""
    as_mapped = {
        identity: identity._replace(issuer=systems.get(identity.issuer, identity.issuer))
        for identity in named
    }
    issuers: dict[str, set[str]] = {}
    for identity in as_mapped.values():
        issuers.setdefault(identity.patient_id, set()).update({identity.issuer} - {""})
    persons: dict[Identity, set[Identity]] = {}
    for identity, mapped in as_mapped.items():
        known = issuers[mapped.patient_id]
        issuer = next(iter(known)) if not mapped.issuer and len(known) == 1 else mapped.issuer
        persons.setdefault(mapped._replace(issuer=issuer), set()).add(identity)
    return list(persons.values())


def _vagueness(person: set[Identity]) -> int:
    """An id beats a name, and a name beats nothing, however many instances there are."""
    identity = next(iter(person))
    return 0 if identity.patient_id else 1 if identity.name else 2


def _facts_of(person: set[Identity], series: Iterable[SeriesPatients]) -> Facts:
    """What is said of a person; first by series, then who is named before who is not."""
    facts = Facts(_KEYS)
    for place, patients in enumerate(series):
        for identity in sorted(person & patients.facts.keys()):
            facts.add(patients.facts[identity].elements(), (place, identity == _NOBODY, identity))
            facts.conflicts |= patients.facts[identity].conflicts
    return facts


def _name(view: DicomJsonProxy) -> str:
    """The name as DICOM writes it; delimiters at its end say nothing."""
    return str(view.get("PatientName", "")).rstrip("^= ")


def _is_the_same(person: set[Identity], name: str) -> bool:
    return all(not identity.patient_id and identity.name in {"", name} for identity in person)
