"""A study, its series and its instances, as they stand when all of them have come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dicom2fhir.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Instance", "Series", "Study", "number_first"]


class Instance:
    """One SOP instance, reduced to what an ImagingStudy says about it.

    >>> Instance("1.2.3", "1.2.840.10008.5.1.4.1.1.2", 7, "ORIGINAL").number
    7
    """

    __slots__ = ("details", "number", "sop_class", "title", "uid")

    def __init__(
        self,
        uid: str,
        sop_class: str | None,
        number: int | None,
        title: str | None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.uid = uid
        self.sop_class = sop_class
        self.number = number
        self.title = title
        self.details = details

    def content(self) -> tuple[str, ...]:
        """What it says, for telling two with one UID apart.

        >>> Instance("1.2.3", None, 7, None).content()
        ('', '7', '', '')
        """
        said = (self.sop_class, self.number, self.title, self.details)
        return tuple("" if one is None else str(one) for one in said)

    def order(self) -> tuple[bool, int, str]:
        """Where it stands in its series: by number, then by UID.

        >>> Instance("1.2.3", None, None, None).order()
        (True, 0, '1.2.3')
        """
        return number_first(self.number, self.uid)


def number_first(number: int | None, uid: str) -> tuple[bool, int, str]:
    """The order of numbered things: by number, those without one last, then by UID.

    >>> sorted([number_first(None, "1"), number_first(2, "3")])
    [(False, 2, '3'), (True, 0, '1')]
    """
    return (number is None, number or 0, uid)


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
    first: Mapping[str, Any] = field(default_factory=dict)
    """All that the first instance says, for an id function of the user's that asks for more than is mapped."""
