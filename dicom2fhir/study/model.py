"""A study, its series and its instances, as they stand when all of them have come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.findings import Findings
from dicom2fhir.values import UNSIGNED_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Instance", "Series", "Study", "place_of"]


class Instance(NamedTuple):
    """One SOP instance, reduced to what an ImagingStudy says about it.

    Instances sort as they stand in their series: by number, those without one last, then by UID.

    >>> sorted([Instance(place_of(None), "1"), Instance(2, "4"), Instance(2, "3")])[-1].uid
    '1'
    """

    place: int
    uid: str
    sop_class: str | None = None
    title: str | None = None
    details: Mapping[str, Any] | None = None

    @property
    def number(self) -> int | None:
        """Its number, if it has one.

        >>> Instance(7, "1.2.3").number, Instance(place_of(None), "1.2.3").number
        (7, None)
        """
        return self.place if self.place <= UNSIGNED_MAX else None

    def __repr__(self) -> str:
        return "<Instance>"

    def content(self) -> tuple[str, ...]:
        """What it says, for telling two with one UID apart.

        >>> Instance(7, "1.2.3").content()
        ('', '7', '', '')
        """
        parts = (self.sop_class, self.number, self.title, self.details)
        return tuple("" if part is None else str(part) for part in parts)


def place_of(number: int | None) -> int:
    """Where a thing with a number stands among others; one without stands behind all that have one.

    >>> place_of(7), place_of(None) > place_of(2147483647)
    (7, True)
    """
    return UNSIGNED_MAX + 1 if number is None else number


@dataclass(slots=True)
class Series:
    """One series: what its instances say together, how many they are and, when asked for, the instances."""

    uid: str
    number: int | None
    view: DicomJsonProxy
    count: int
    instances: list[Instance] = field(default_factory=list)
    acquired: DicomJsonProxy | None = None
    """The acquisition date and time of the earliest instance."""


@dataclass(slots=True)
class Study:
    """One study; ``view`` speaks for all its instances, and of their most frequent patient.

    Without a ``uid`` it is the unidentified study of data sets that name none.
    """

    uid: str | None
    view: DicomJsonProxy
    series: list[Series]
    findings: Findings = field(default_factory=Findings)
    first: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """All that the first instance says, for an id function of the user's that asks for more than is mapped."""
    patients: int = 0
    """How many different patients its instances name: 1 when all is well, 0 when nobody is named."""
