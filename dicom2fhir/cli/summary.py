"""The end of a conversion: its exit code, the summary of what was done, and the report with every finding."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dicom2fhir.cli.terminal import Exit, after_signal
from dicom2fhir.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dicom2fhir.converted import Converted
    from dicom2fhir.findings import Finding

__all__ = ["Outcome", "counted", "reason", "reasons", "report_of"]

_WORDS: Final = {"studies": "study", "series": "series"}
_SHOWN: Final = 10


@dataclass(slots=True)
class Outcome:
    """What a conversion came to."""

    report: Findings = field(default_factory=Findings)
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

    def count(self, study: Converted) -> None:
        """Count a study that was written."""
        self.studies += 1
        self.series += study.series
        self.instances += study.instances

    @property
    def skipped(self) -> Counter[str]:
        """How many files and instances were skipped, by what was wrong with them."""
        return reasons(finding for finding in self.report if finding.kind.is_skipped)

    def exit_code(self, *, strict: bool) -> int:
        """What the shell is told."""
        if self.signal is not None:
            return after_signal(self.signal)
        if not self.studies + self.already or (strict and self.report):
            return Exit.NOTHING
        return Exit.SKIPPED if any(finding.kind.is_skipped for finding in self.report) else Exit.DONE

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
        yield f"skipped {counted(sum(skipped.values()), 'files')}" + _listed(skipped)
        yield "findings" + (_listed(Counter(self.report.by_kind())) or ": none")
        if strict:
            yield from self._each()

    def _each(self) -> Iterator[str]:
        findings = list(self.report)
        yield from (f"  {finding}" for finding in findings[:_SHOWN])
        if len(findings) > _SHOWN:
            yield f"  and {len(findings) - _SHOWN} more; --report FILE lists each"


def reasons(skipped: Iterable[Finding]) -> Counter[str]:
    """How often something was skipped for the same reason.

    >>> from dicom2fhir.findings import Finding
    >>> from dicom2fhir.problems import NO_UID, FILES
    >>> reasons([Finding(NO_UID, "StudyInstanceUID"), Finding(FILES["not-dicom"])])
    Counter({'StudyInstanceUID missing or not a UID': 1, 'not-dicom': 1})
    """
    counts: Counter[str] = Counter()
    for finding in skipped:
        counts[reason(finding)] += finding.count
    return counts


def reason(finding: Finding) -> str:
    """Why something was skipped: the problem, and the attribute that has it where there is one."""
    return f"{finding.keyword} {finding.problem}" if finding.keyword else finding.problem


def _listed(counts: Counter[str]) -> str:
    names = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f": {names}" if names else ""


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
    entries = [finding.to_dict() for finding in findings]
    return (json.dumps(entries, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
