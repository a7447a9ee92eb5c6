"""An instance that comes twice counts once: in one series, and in two series of a study.

Of every instance a series keeps what tells it from others in a set, which is all that an instance costs when it is not listed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

    from dicom2fhir.study.model import Instance
    from dicom2fhir.study.patients import Identity

__all__ = ["SeenInstances", "digest", "in_earlier_series", "row_to_keep"]


def digest(text: str) -> bytes:
    """What tells an instance from others where its UID is not kept: 16 bytes."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class SeenInstances:
    """The instances of one series, by the patient whom they name.

    >>> seen = SeenInstances()
    >>> seen.add("1.2.3.1", "Doe"), seen.add("1.2.3.1", "Doe"), seen.add("1.2.3.1", "Roe")
    (True, False, False)
    >>> len(seen.all())
    1
    """

    __slots__ = ("by_patient",)

    def __init__(self) -> None:
        self.by_patient: dict[Identity, set[Hashable]] = {}

    def add(self, instance: Hashable, patient: Identity) -> bool:
        """Count an instance in; False when it was here before."""
        theirs = self.by_patient.get(patient)
        if theirs is None:
            theirs = self.by_patient[patient] = set()
        is_new = instance not in theirs and (
            len(self.by_patient) == 1 or not any(instance in others for others in self.by_patient.values())
        )
        theirs.add(instance)
        return is_new

    def absorb(self, other: SeenInstances) -> int:
        """Take over those of another part of the series; answers how many of them were here before.

        >>> series, part = SeenInstances(), SeenInstances()
        >>> series.add("1.2.3.1", "Doe"), part.add("1.2.3.1", "Doe"), part.add("1.2.3.2", "Doe")
        (True, True, True)
        >>> series.absorb(part), len(series.all())
        (1, 2)
        """
        new = other.all()
        repeated = set().union(*(new & theirs for theirs in self.by_patient.values()))
        for patient, theirs in other.by_patient.items():
            self.by_patient.setdefault(patient, set()).update(theirs)
        return len(repeated)

    def counts(self, without: Collection[Hashable] = ()) -> dict[Identity, int]:
        """How many of the instances name each patient, some left out."""
        return {
            patient: len(theirs.difference(without)) if without else len(theirs)
            for patient, theirs in self.by_patient.items()
        }

    def all(self) -> set[Hashable]:
        """Every instance; not to be changed."""
        if len(self.by_patient) == 1:
            return next(iter(self.by_patient.values()))
        return set().union(*self.by_patient.values())


def in_earlier_series(series: Iterable[SeenInstances]) -> list[set[Hashable]]:
    """Of each series of a study the instances that an earlier one has, too: they count there.

    >>> series = [SeenInstances() for _ in range(3)]
    >>> [each.add("1.2.3.1", "Doe") for each in series]
    [True, True, True]
    >>> in_earlier_series(series)
    [set(), {'1.2.3.1'}, {'1.2.3.1'}]
    """
    earlier: set[Hashable] = set()
    latest: set[Hashable] = set()
    repeated: list[set[Hashable]] = []
    for each in series:
        earlier |= latest  # not before it is needed: a study of one series copies nothing
        latest = each.all()
        repeated.append(latest & earlier)
    return repeated


def row_to_keep(row: Instance, other: Instance) -> Instance:
    """Of two different data sets with one UID always the same one, whichever came first."""
    return other if other.content() < row.content() else row
