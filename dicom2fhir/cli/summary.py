"""What is said at the end of a conversion, and the report with every finding."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dicom2fhir.cli.exits import Exit, after_signal
from dicom2fhir.findings import Finding, Findings, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dicom2fhir.cli.made import Made

__all__ = ["Outcome", "Report", "counted", "reasons", "report_of"]

_SKIPPED: Final = (Kind.SKIPPED_FILE, Kind.SKIPPED_INSTANCE)
_WORDS: Final = {"studies": "study", "series": "series"}
_SHOWN: Final = 10


class Report(Findings):
    """Findings that remember what is new, for the library tells nothing twice.

    >>> from dicom2fhir.problems import REPEATED
    >>> report, news = Report(), Findings()
    >>> news.note(REPEATED, study="7")
    >>> report.update(news)
    >>> report.has_news_of(["7"]), report.has_news_of(["7"])
    (True, False)
    """

    def __init__(self) -> None:
        super().__init__()
        self._news: set[str | None] = set()

    def update(self, other: Findings, study: str | None = None) -> None:
        """Take over what is new."""
        self._news.update(one.study or study for one in other if one.kind not in _SKIPPED)
        super().update(other, study)

    def has_news_of(self, studies: Iterable[str]) -> bool:
        """Whether what was told since the last question concerns one of these studies, or no study in particular."""
        news, self._news = self._news, set()
        return not news.isdisjoint((*studies, None))


@dataclass(slots=True)
class Outcome:
    """What a conversion came to.

    >>> Outcome().exit_code(strict=False)
    <Exit.NOTHING: 1>
    """

    report: Report = field(default_factory=Report)
    studies: int = 0
    series: int = 0
    instances: int = 0
    already: int = 0
    """Studies that an earlier run had converted."""
    withheld: int = 0
    """Studies that were not written because strict mode found something in them."""
    signal: int | None = None
    kept: str | None = None
    """Where what was done before an interruption is."""

    def count(self, made: Made) -> None:
        """Count what was written."""
        self.studies += len(made.studies)
        self.series += made.series
        self.instances += made.instances

    @property
    def skipped(self) -> Counter[str]:
        """How many files and instances were skipped, by what was wrong with them."""
        return reasons(one for one in self.report if one.kind in _SKIPPED)

    def exit_code(self, *, strict: bool) -> int:
        """What the shell is told."""
        if self.signal is not None:
            return after_signal(self.signal)
        if not self.studies + self.already or (strict and self.report):
            return Exit.NOTHING
        return Exit.SKIPPED if any(kind.value in self.report.by_kind() for kind in _SKIPPED) else Exit.DONE

    def lines(self, where: str, *, strict: bool = False) -> Iterator[str]:
        """The summary."""
        things = ", ".join(counted(getattr(self, name), name) for name in ("studies", "series", "instances"))
        target = f" to {where}" if self.studies else ""
        yield f"converted {things}{target}"
        if self.already:
            yield f"resumed: {counted(self.already, 'studies')} had been converted before"
        if self.withheld:
            yield f"strict: {counted(self.withheld, 'studies')} with findings not written"
        skipped = self.skipped
        yield f"skipped {counted(sum(skipped.values()), 'files')}" + _told(skipped)
        yield "findings" + (_told(Counter(self.report.by_kind())) or ": none")
        if strict:
            yield from self._each()

    def _each(self) -> Iterator[str]:
        found = list(self.report)
        yield from (f"  {one}" for one in found[:_SHOWN])
        if len(found) > _SHOWN:
            yield f"  and {len(found) - _SHOWN} more; --report FILE lists each"


def reasons(skipped: Iterable[Finding]) -> Counter[str]:
    """How often something was skipped for the same reason.

    >>> from dicom2fhir.problems import NO_UID, SKIPPED_FILES
    >>> reasons([Finding(NO_UID, "StudyInstanceUID"), Finding(SKIPPED_FILES["not-dicom"])])
    Counter({'StudyInstanceUID missing or not a UID': 1, 'not-dicom': 1})
    """
    found: Counter[str] = Counter()
    for one in skipped:
        found[f"{one.keyword} {one.problem}" if one.keyword else one.problem] += one.count
    return found


def _told(counts: Counter[str]) -> str:
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f": {said}" if said else ""


def counted(number: int, things: str) -> str:
    """A number and its noun.

    >>> counted(1, "studies"), counted(2, "studies"), counted(1, "files"), counted(1, "series")
    ('1 study', '2 studies', '1 file', '1 series')
    """
    return f"{number} {things if number != 1 else _WORDS.get(things, things.removesuffix('s'))}"


def report_of(findings: Findings) -> bytes:
    r"""Every finding as JSON, with the file it is about.

    >>> report_of(Findings())
    b'[]\n'
    """
    found = [one.to_dict() for one in findings]
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
