"""A study and its series while their instances are still coming."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import ACQUISITION, DEVICE, SERIES, STUDY
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, first_text
from dicom2fhir.findings import Findings
from dicom2fhir.study.conflicts import canonical
from dicom2fhir.study.duplicates import SeenInstances, row_to_keep
from dicom2fhir.study.facts import Facts
from dicom2fhir.study.model import Instance
from dicom2fhir.study.patients import SeriesPatients
from dicom2fhir.study.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dicom2fhir.study.repeats import Rank

__all__ = ["OpenSeries", "OpenStudy"]

_ACQUIRED: Final = tuple(ACQUISITION.values())
_AS_DICOM_WRITES: Final = str.maketrans("", "", "-:T")
_SERIES_KEYS: Final = (*STUDY.values(), *SERIES.values(), *DEVICE.values())


class OpenSeries:
    """A series while its instances are still coming; ``unanimous`` is said only where all of them agree."""

    __slots__ = ("acquired", "facts", "instances", "patients", "repeats", "rows")

    def __init__(self, unanimous: Iterable[str]) -> None:
        self.facts = Facts(_SERIES_KEYS, unanimous)
        self.patients = SeriesPatients()
        self.instances = SeenInstances()
        self.rows: dict[str, Instance] = {}
        self.acquired: tuple[bool, str, tuple[str, ...]] | None = None
        self.repeats = Repeats()

    def __getstate__(self) -> tuple[Any, ...]:
        """What travels to another process; plain tuples take a fifth of the time that rows do."""
        rows = [tuple(row) for row in self.rows.values()]
        return self.facts, self.patients, self.instances, self.acquired, rows

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.facts, self.patients, self.instances, self.acquired, rows = state
        self.rows = {row.uid: row for row in map(Instance._make, rows)}
        self.repeats = Repeats()

    def see_acquisition(self, raw: Mapping[str, Any]) -> None:
        """Remember the earliest acquisition; one that is no date counts only when there is no other."""
        texts = tuple([(first_text(raw[key]) or "") if key in raw else "" for key in _ACQUIRED])
        moment = _comparable(texts[0]) if texts[0] else texts[1] + texts[2]
        if moment and (self.acquired is None or (False, moment, texts) < self.acquired):
            is_bad = values.date_time_from_dt(texts[0], None) is None and values.date(texts[1]) is None
            acquired = (is_bad, moment, texts)
            self.acquired = acquired if self.acquired is None else min(self.acquired, acquired)

    def keep_row(self, row: Instance) -> None:
        """List an instance; of two data sets with one UID the same one, whichever came first."""
        other = self.rows.setdefault(row.uid, row)
        if other is not row:
            self.rows[row.uid] = row_to_keep(other, row)

    def absorb(self, other: OpenSeries) -> int:
        """Take over another part of the series; answers how many of its instances were here before."""
        self.repeats = Repeats()
        self.facts.absorb(other.facts)
        self.patients.absorb(other.patients)
        if self.rows.keys().isdisjoint(other.rows):
            self.rows.update(other.rows)
        else:
            for row in other.rows.values():
                self.keep_row(row)
        if other.acquired is not None:
            self.acquired = other.acquired if self.acquired is None else min(self.acquired, other.acquired)
        return self.instances.absorb(other.instances)

    def acquisition(self) -> DicomJsonProxy | None:
        """The earliest acquisition, as DICOM JSON."""
        if self.acquired is None:
            return None
        texts = zip(_ACQUIRED, self.acquired[2], strict=True)
        return DicomJsonProxy({key: {"Value": [text]} for key, text in texts if text})


class OpenStudy:
    """A study while its instances are still coming."""

    __slots__ = ("findings", "first", "series")

    def __init__(self) -> None:
        self.series: dict[str, OpenSeries] = {}
        self.findings = Findings()
        self.first: tuple[Rank, Mapping[str, Any]] | None = None

    def absorb(self, other: OpenStudy, unanimous: Iterable[str]) -> None:
        """Take over another part of the study."""
        self.findings.update(other.findings)
        if other.first is not None:
            self.see_first(*other.first)
        for uid, series in other.series.items():
            repeated = self.series.setdefault(uid, OpenSeries(unanimous)).absorb(series)
            if repeated:
                self.findings.note(problems.REPEATED, keyword="SOPInstanceUID", count=repeated)

    def see_first(self, rank: Rank, raw: Mapping[str, Any]) -> None:
        """Remember the first instance; of two with one UID the same one, whichever came first."""
        if self.first is None or rank < self.first[0]:
            self.first = (rank, raw)
        elif rank == self.first[0]:
            self.first = min(self.first, (rank, raw), key=_written)


def _comparable(date_time: str) -> str:
    """A DT as a text by which it is before or after another one: in UTC where it carries its offset, else as it is."""
    if "+" not in date_time and "-" not in date_time:
        return date_time
    moment = values.date_time_from_dt(date_time, None)
    if moment is None or "T" not in moment:
        return date_time
    try:
        in_utc = values.instant(moment).astimezone(timezone.utc).replace(tzinfo=None)
    except OverflowError:  # on the first or the last day of the calendar
        return date_time
    return in_utc.isoformat(timespec="microseconds").translate(_AS_DICOM_WRITES)


def _written(first: tuple[Rank, Mapping[str, Any]]) -> tuple[str, str]:
    return canonical({"Value": [first[1]]}), repr(first[1])
