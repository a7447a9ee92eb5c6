"""What ``inspect --html`` writes: an overview as one HTML page that loads nothing from anywhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from dicom2fhir.cli.command_line import version
from dicom2fhir.cli.inspection_tree import totals
from dicom2fhir.cli.summary import counted, reason, reasons
from dicom2fhir.cli.svg_charts import Bar, bars, columns
from dicom2fhir.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dicom2fhir.findings import Finding
    from dicom2fhir.inspection.facts import Overview, PatientFacts, SeriesFacts, StudyFacts

__all__ = ["page"]

_TONES = {
    Kind.CONFLICT: "bad",
    Kind.SKIPPED_FILE: "warn",
    Kind.SKIPPED_INSTANCE: "warn",
    Kind.DAMAGED_FILE: "warn",
}
_MEANINGS = {
    Kind.SKIPPED_FILE: "files that hold no instance",
    Kind.SKIPPED_INSTANCE: "instances without the UIDs that name them",
    Kind.SKIPPED_STUDY: "studies that the options leave out",
    Kind.DAMAGED_FILE: "files that end in the middle of an element",
    Kind.DUPLICATE: "instances that came before",
    Kind.BAD_VALUE: "values that cannot be used; the element is left out",
    Kind.GUESSED: "values that were guessed",
    Kind.UNCODED: "values without a code",
    Kind.CONFLICT: "instances that disagree",
    Kind.UNIDENTIFIED: "patients or studies that nobody named",
}
_OPEN = 20  # with more studies than this, the page shows them folded up
_NUMBERS = frozenset({"Instances", "Times", "Studies"})
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(overview: Overview, *, identities: bool) -> str:
    """The whole page; without ``identities`` nothing on it names a patient."""
    style = files("dicom2fhir.cli").joinpath("inspection_page.css").read_text("utf-8")
    body = "\n".join(_body(overview, identities=identities))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>DICOM overview</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(overview: Overview, *, identities: bool) -> Iterator[str]:
    yield "<header><h1>DICOM overview</h1>"
    yield '<p class="quiet">What is there, and what a conversion to FHIR would make of it.</p>'
    yield _tiles(overview)
    yield "</header><main>"
    yield from _charts(overview, identities=identities)
    if overview.findings:
        yield from _findings(overview, identities=identities)
    yield "<h2>Patients</h2>"
    is_open = len(overview.studies) <= _OPEN
    for patient in overview.patients:
        yield from _patient(patient, identities=identities, is_open=is_open)
    if not overview.patients:
        yield '<p class="card">No DICOM instance was found.</p>'
    names = (
        "This page names patients." if identities else "No patient is named; <code>--identities</code> does."
    )
    yield f"</main><footer>dicom2fhir {escape(version())}. {names}</footer>"


def _tiles(overview: Overview) -> str:
    tiles = []
    for things, number in totals(overview).items():
        tone = ' class="warn"' if number and things == "skipped files" else ""
        tiles.append(f"<li{tone}><b>{number:,}</b>{escape(counted(number, things).partition(' ')[2])}</li>")
    return f'<ul class="tiles">{"".join(tiles)}</ul>'


def _charts(overview: Overview, *, identities: bool) -> Iterator[str]:
    charts = []
    if overview.patients:
        modalities = _modalities(overview, identities=identities)
        charts.append(_figure("Modalities", bars("Instances by modality", modalities)))
    if overview.findings:
        charts.append(_figure("Findings", bars("Findings by kind", _kinds(overview))))
    by_time = overview.by_time()
    if by_time:
        rows = [(when, f"{count:,}") for when, count in by_time.items() if count]
        table = f"<details><summary>As a table</summary>{_table(('When', 'Studies'), rows)}</details>"
        charts.append(_figure("Studies over time", columns("Studies over time", by_time) + table))
    if charts:
        yield f'<h2>At a glance</h2><div class="charts">{"".join(charts)}</div>'


def _figure(title: str, content: str) -> str:
    return f'<figure class="card"><figcaption>{escape(title)}</figcaption>{content}</figure>'


def _modalities(overview: Overview, *, identities: bool) -> list[Bar]:
    return [
        Bar(name, instances, f"{counted(instances, 'instances')}, {series} series")
        for name, (series, instances) in overview.by_modality(identities=identities).items()
    ]


def _kinds(overview: Overview) -> list[Bar]:
    counts = overview.findings.by_kind()
    return [
        Bar(kind.value, counts[kind.value], str(counts[kind.value]), _TONES.get(kind, "bar"))
        for kind in Kind
        if kind.value in counts
    ]


def _findings(overview: Overview, *, identities: bool) -> Iterator[str]:
    yield '<h2>What would be found</h2><div class="card"><div class="scroll">'
    counts = overview.findings.by_kind()
    rows = [
        (f"<b>{kind.value}</b>", escape(_MEANINGS[kind]), f"{counts[kind.value]:,}")
        for kind in Kind
        if kind.value in counts
    ]
    yield _table(("Kind", "What it is", "Times"), rows)
    yield "</div>"
    yield from _skipped(overview.skipped(), identities=identities)
    yield "</div>"


def _skipped(skipped: list[Finding], *, identities: bool) -> Iterator[str]:
    if not skipped:
        return
    if identities:
        rows = [
            (f"<code>{escape(finding.source or '')}</code>", escape(reason(finding)), f"{finding.count:,}")
            for finding in skipped
        ]
        table = _table(("File", "Why", "Times"), rows)
    else:
        counts = reasons(skipped).items()
        table = _table(("Why", "Times"), [(escape(why), f"{count:,}") for why, count in counts])
    yield f'<details open><summary>What would be skipped</summary><div class="inner scroll">{table}</div></details>'


def _patient(patient: PatientFacts, *, identities: bool, is_open: bool) -> Iterator[str]:
    who = f": {escape(patient.identity)}" if identities else ""
    count = counted(len(patient.studies), "studies")
    yield f'<section class="card"><h3>Patient {patient.number}{who} <span class="quiet">{count}</span></h3>'
    for study in patient.studies:
        yield from _study(study, identities=identities, is_open=is_open)
    yield "</section>"


def _study(study: StudyFacts, *, identities: bool, is_open: bool) -> Iterator[str]:
    modalities = study.shown_modalities(identities=identities)
    chips = "".join(f'<span class="chip">{escape(name)}</span>' for name in modalities)
    counts = f"{counted(len(study.series), 'series')}, {counted(study.instances, 'instances')}"
    yield f"<details{' open' if is_open else ''}><summary>{escape(study.started or 'no date')} {chips} "
    yield f'<span class="quiet">{counts}</span>{_marks(study.findings)}</summary><div class="inner">'
    if identities:
        yield f"<p>{escape(study.description or '')} <code>{escape(study.uid or '')}</code></p>"
    yield _series_table(study.series, identities=identities)
    yield from _notes(study.findings)
    resources = ", ".join(f"{count} {kind}" for kind, count in study.resources)
    yield f'<p class="quiet small">Would make {escape(resources)}: <code>ImagingStudy/{escape(study.id)}</code></p></div></details>'


def _marks(findings: tuple[Finding, ...]) -> str:
    """How much was found in a study, the worst of it first."""
    conflicts = sum(finding.kind is Kind.CONFLICT for finding in findings)
    others = len(findings) - conflicts
    marks = [(conflicts, "conflicts", "bad"), (others, "findings", "warn")]
    return "".join(
        f' <span class="chip {tone}">{counted(count, things)}</span>'
        for count, things, tone in marks
        if count
    )


def _series_table(series: tuple[SeriesFacts, ...], *, identities: bool) -> str:
    head = ("No.", "Modality", "Instances", "Body site", *(("Description",) if identities else ()))
    rows = [
        (
            "" if each.number is None else str(each.number),
            escape(each.shown_modality(identities=identities)),
            f"{each.instances:,}",
            escape(each.shown_body_site(identities=identities) or ""),
            *((escape(each.description or ""),) if identities else ()),
        )
        for each in series
    ]
    return f'<div class="scroll" tabindex="0">{_table(head, rows)}</div>'


def _notes(findings: tuple[Finding, ...]) -> Iterator[str]:
    if findings:
        yield "<ul>" + "".join(f"<li>{escape(str(finding))}</li>" for finding in findings) + "</ul>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are HTML."""
    kinds = [' class="number"' if name in _NUMBERS else "" for name in head]
    names = "".join(f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(head, kinds, strict=True))
    lines = ("".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
