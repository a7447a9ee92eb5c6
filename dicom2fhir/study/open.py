"""A study and its series while their instances are still coming."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir import problems, values
from dicom2fhir.attributes import ACQUISITION, DEVICE, PATIENT, SERIES, STUDY, key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, first_text
from dicom2fhir.findings import Findings
from dicom2fhir.study.facts import Facts, canonical
from dicom2fhir.study.model import Instance
from dicom2fhir.study.people import Identity, People
from dicom2fhir.study.titles import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Latest", "OpenSeries", "OpenStudy", "Rank"]

Rank = tuple[int, str]
"""Where an instance stands in its series: its place by number, then its UID."""

_ACQUIRED: Final = tuple(ACQUISITION.values())
_SERIES_KEYS: Final = (*STUDY.values(), *SERIES.values(), *DEVICE.values())
_WATCHED: Final = (
    *PATIENT.values(),
    *(str(key_of(keyword)) for keyword in ("SOPClassUID", "MediaStorageSOPClassUID")),
    *TITLES,
)


class Latest(NamedTuple):
    """What the latest data set of a series was found to say, for all that repeat it.

    Slices of one series differ in their UID, their number and their time; these are not in here.
    """

    identity: Identity
    sop_class: str | None
    title: str | None
    image: Mapping[str, Any] | None

    def __repr__(self) -> str:
        return "<Latest>"


class _Pattern:
    """A data set to hold others against: one comparison of all keys and one of all elements that are watched.

    It decides for nearly every slice of a scan, and costs a third of telling the facts.
    """

    __slots__ = ("_exact", "_keys", "_nested", "_pick", "_plain", "_said", "_types")

    def __init__(self, raw: Mapping[str, Any], watching: Iterable[str]) -> None:
        self._keys, self._pick = "".join(raw), itemgetter(*watching)
        self._said = self._pick(raw)
        # 1, 1.0 and True are equal, and not the same when they are written.
        numeric = [key for key in watching if not _is_text(raw[key])]
        self._plain = [key for key in numeric if _is_told_by_types(raw[key])]
        self._types = [type(one) for key in self._plain for one in raw[key]["Value"]]
        self._nested = [key for key in numeric if key not in self._plain]
        self._exact = repr([raw[key] for key in self._nested])

    def fits(self, raw: Mapping[str, Any]) -> bool:
        try:
            return (
                "".join(raw) == self._keys
                and self._pick(raw) == self._said
                and [type(one) for key in self._plain for one in raw[key]["Value"]] == self._types
                and (not self._nested or repr([raw[key] for key in self._nested]) == self._exact)
            )
        except (KeyError, TypeError):  # keys that are no tags, or no strings at all
            return False


def _is_text(said: Any) -> bool:
    """Whether there are only strings in it, however deep."""
    if isinstance(said, dict):
        return all(map(_is_text, said.values()))
    return all(map(_is_text, said)) if isinstance(said, list) else isinstance(said, str)


def _is_told_by_types(element: Any) -> bool:
    """Whether values that are equal to these and of their types are the same: not so 0.0 and -0.0, nor what is nested."""
    said = element.get("Value") if isinstance(element, dict) else None
    return isinstance(said, list) and all(
        one is None or isinstance(one, (str, int)) or (isinstance(one, float) and one != 0) for one in said
    )


class OpenSeries:
    """A series while its instances are still coming.

    >>> OpenSeries(()).is_repeated_by({})
    False
    """

    __slots__ = ("_pattern", "acquired", "bar", "facts", "latest", "people", "rows")

    def __init__(self, unanimous: Iterable[str]) -> None:
        self.facts = Facts(_SERIES_KEYS, unanimous)
        self.people = People()
        self.rows: dict[str, Instance] = {}
        self.acquired: tuple[bool, str, tuple[str, ...]] | None = None
        self.forget_latest()

    def __getstate__(self) -> tuple[Any, ...]:
        """What travels to another process; plain tuples take a fifth of the time that rows do."""
        return self.facts, self.people, self.acquired, [tuple(row) for row in self.rows.values()]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.facts, self.people, self.acquired, rows = state
        self.rows = {row.uid: row for row in map(Instance._make, rows)}
        self.forget_latest()

    def forget_latest(self) -> None:
        """Take the next data set for one that says something new.

        >>> OpenSeries(()).forget_latest()
        """
        self.latest: Latest | None = None
        self.bar: Rank = (0, "")
        """The smallest rank at which what the latest says was told; from there on it need not be told again."""
        self._pattern: _Pattern | None = None

    def is_repeated_by(self, raw: Mapping[str, Any]) -> bool:
        """Whether a data set says just what the latest one did, but for what tells instances apart.

        >>> series, raw = OpenSeries(()), {"00080060": {"vr": "CS", "Value": ["CT"]}}
        >>> series.learn(raw, (1, "1.2"), None)
        >>> series.is_repeated_by({**raw}), series.is_repeated_by({**raw, "00080018": {"vr": "UI"}})
        (True, False)
        """
        return self._pattern is not None and self._pattern.fits(raw)

    def learn(
        self, raw: Mapping[str, Any], rank: Rank, latest: Latest | None, *, watched: Iterable[str] = ()
    ) -> None:
        """Remember a data set whose facts were told; ``watched`` are attributes that matter besides the usual.

        >>> OpenSeries(()).learn({}, (1, "1.2"), None)
        """
        self.latest, self.bar = latest, rank
        watching = [key for key in (*self.facts.keys, *_WATCHED, *watched) if key in raw]
        self._pattern = _Pattern(raw, watching) if watching else None

    def see_acquisition(self, raw: Mapping[str, Any]) -> None:
        """Remember the earliest acquisition; one that is no date counts only when there is no other.

        >>> OpenSeries(()).see_acquisition({})
        """
        said = tuple([(first_text(raw[key]) or "") if key in raw else "" for key in _ACQUIRED])
        moment = said[0] or said[1] + said[2]
        if moment and (self.acquired is None or (False, moment, said) < self.acquired):
            is_bad = values.date_time_from_dt(said[0], None) is None and values.date(said[1]) is None
            found = (is_bad, moment, said)
            self.acquired = found if self.acquired is None else min(self.acquired, found)

    def keep_row(self, row: Instance) -> None:
        """Of two different data sets with one UID the same one stays, whichever came first.

        >>> from dicom2fhir.study.model import Instance
        >>> series = OpenSeries(())
        >>> series.keep_row(Instance(7, "1.2.3"))
        """
        other = self.rows.setdefault(row.uid, row)
        if other is not row and row.content() < other.content():
            self.rows[row.uid] = row

    def absorb(self, other: OpenSeries) -> int:
        """Take over another part of the series; answers how many of its instances were here before.

        >>> OpenSeries(()).absorb(OpenSeries(()))
        0
        """
        self.forget_latest()
        self.facts.absorb(other.facts)
        if self.rows.keys().isdisjoint(other.rows):
            self.rows.update(other.rows)
        else:
            for row in other.rows.values():
                self.keep_row(row)
        if other.acquired is not None:
            self.acquired = other.acquired if self.acquired is None else min(self.acquired, other.acquired)
        return self.people.absorb(other.people)

    def acquisition(self) -> DicomJsonProxy | None:
        """The earliest acquisition, as DICOM JSON.

        >>> OpenSeries(()).acquisition()
        """
        if self.acquired is None:
            return None
        said = zip(_ACQUIRED, self.acquired[2], strict=True)
        return DicomJsonProxy({key: {"Value": [text]} for key, text in said if text})


class OpenStudy:
    """A study while its instances are still coming.

    >>> OpenStudy().series
    {}
    """

    __slots__ = ("findings", "first", "series")

    def __init__(self) -> None:
        self.series: dict[str, OpenSeries] = {}
        self.findings = Findings()
        self.first: tuple[Rank, Mapping[str, Any]] | None = None

    def absorb(self, other: OpenStudy, unanimous: Iterable[str]) -> None:
        """Take over another part of the study.

        >>> OpenStudy().absorb(OpenStudy(), ())
        """
        self.findings.update(other.findings)
        if other.first is not None:
            self.see_first(*other.first)
        for uid, series in other.series.items():
            repeated = self.series.setdefault(uid, OpenSeries(unanimous)).absorb(series)
            if repeated:
                self.findings.note(problems.REPEATED, keyword="SOPInstanceUID", count=repeated)

    def see_first(self, rank: Rank, raw: Mapping[str, Any]) -> None:
        """Remember the first instance; of two with one UID the same one, whichever came first.

        >>> OpenStudy().see_first((1, "1.2"), {})
        """
        if self.first is not None and rank == self.first[0]:
            self.first = min(
                self.first, (rank, raw), key=lambda one: (canonical({"Value": [one[1]]}), repr(one[1]))
            )
        elif self.first is None or rank < self.first[0]:
            self.first = (rank, raw)
