"""What ``inspect`` prints: an overview as a tree of patients, studies and series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir.cli.summary import counted, reason, reasons
from dicom2fhir.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dicom2fhir.findings import Finding
    from dicom2fhir.inspection.facts import Overview, PatientFacts, SeriesFacts, StudyFacts

__all__ = ["totals", "tree"]

_SHORT = 12  # characters of an id: enough to find its file


def totals(overview: Overview) -> dict[str, int]:
    """How many patients, studies, series, instances and skipped files there are."""
    series = list(overview.series_of())
    return {
        "patients": len(overview.patients),
        "studies": len(overview.studies),
        "series": len(series),
        "instances": sum(each.instances for each in series),
        "skipped files": sum(finding.count for finding in overview.skipped()),
    }


def tree(overview: Overview, *, identities: bool) -> Iterator[str]:
    """The lines of the tree; without ``identities`` nothing in them names a patient.

    >>> from dicom2fhir.findings import Findings
    >>> from dicom2fhir.inspection.facts import Overview
    >>> list(tree(Overview((), Findings()), identities=False))[0]
    '0 patients, 0 studies, 0 series, 0 instances'
    """
    numbers = totals(overview)
    numbers.pop("skipped files")
    yield ", ".join(counted(number, things) for things, number in numbers.items())
    for patient in overview.patients:
        yield ""
        yield from _patient(patient, identities=identities)
    yield ""
    yield from _skipped(overview.skipped(), identities=identities)
    yield from _findings(overview)


def _patient(patient: PatientFacts, *, identities: bool) -> Iterator[str]:
    yield f"patient {patient.number}" + (f": {patient.identity}" if identities else "")
    for place, study in enumerate(patient.studies, 1):
        is_last = place == len(patient.studies)
        lines = _study(study, identities=identities)
        yield ("└─ " if is_last else "├─ ") + next(lines)
        yield from (("   " if is_last else "│  ") + line for line in lines)


def _study(study: StudyFacts, *, identities: bool) -> Iterator[str]:
    counts = f"{counted(len(study.series), 'series')}, {counted(study.instances, 'instances')}"
    name = f"{study.id[:_SHORT]}…" if len(study.id) > _SHORT else study.id
    modalities = ", ".join(study.shown_modalities(identities=identities))
    yield f"{study.started or 'no date'}  {modalities}  {counts}  ImagingStudy {name}"
    if identities:
        yield f"  {study.uid}" + (f"  {study.description}" if study.description else "")
    rows = [_series(series, identities=identities) for series in study.series]
    notes = [f"! {finding}" for finding in study.findings]
    for place, row in enumerate(rows, 1):
        yield ("├─ " if place < len(rows) else "└─ ") + row
    yield from notes


def _series(series: SeriesFacts, *, identities: bool) -> str:
    number = "-" if series.number is None else str(series.number)
    modality = series.shown_modality(identities=identities)
    cells = [f"{number:>3}", f"{modality:<3}", counted(series.instances, "instances")]
    cells += [series.shown_body_site(identities=identities) or ""]
    cells += [series.description or ""] if identities else []
    return "  ".join(cell for cell in cells if cell)


def _skipped(skipped: list[Finding], *, identities: bool) -> Iterator[str]:
    counts = reasons(skipped)
    if not counts:
        yield "nothing would be skipped"
        return
    listed = ", ".join(f"{count} {why}" for why, count in counts.items())
    hint = "" if identities else "  (--identities names them)"
    yield f"would be skipped: {listed}{hint}"
    if identities:
        yield from (f"  {finding.source}: {reason(finding)}" for finding in skipped if finding.source)


def _findings(overview: Overview) -> Iterator[str]:
    by_kind = {
        kind: count for kind, count in overview.findings.by_kind().items() if kind != Kind.SKIPPED_FILE.value
    }
    if by_kind:
        yield "findings: " + ", ".join(f"{count} {kind}" for kind, count in by_kind.items())
