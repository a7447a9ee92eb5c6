"""A source to an overview, by the assembler and the builders of a conversion."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dicom2fhir import values
from dicom2fhir.conversion import Converter
from dicom2fhir.findings import Findings
from dicom2fhir.ids import default_id_function
from dicom2fhir.inspection.facts import Overview, PatientFacts, SeriesFacts, StudyFacts
from dicom2fhir.problems import SKIPPED_FILES
from dicom2fhir.streams import wanted_by
from dicom2fhir.study.assembler import StudyAssembler

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.sources.directory import Skipped
    from dicom2fhir.streams import Source
    from dicom2fhir.study.model import Study

__all__ = ["survey"]

_OF_PATIENT = default_id_function()


async def survey(source: Source, config: ConvertConfig) -> Overview:
    """Read a source once, and say what is in it and what a conversion would find.

    >>> import asyncio
    >>> from dicom2fhir.config import ConvertConfig
    >>> from dicom2fhir.streams import iterated
    >>> uids = {"0020000D": "1.2", "0020000E": "1.2.1", "00080018": "1.2.1.1"}
    >>> instance = {tag: {"vr": "UI", "Value": [uid]} for tag, uid in uids.items()}
    >>> overview = asyncio.run(survey(iterated([instance]), ConvertConfig()))
    >>> [(series.modality, series.instances) for series in overview.series_of()]
    [('OT', 1)]
    """
    findings = Findings()
    converter = Converter(config)
    assembler = StudyAssembler(
        config, findings=findings, technique=converter.pack is not None, unidentified=False
    )

    def note(skipped: Skipped) -> None:
        findings.note(SKIPPED_FILES[skipped.problem], source=skipped.source)

    async for batch in source(wanted_by(config), note):
        for data_set in batch:
            assembler.add(data_set)
    return _overview(assembler, converter, findings)


def _overview(assembler: StudyAssembler, converter: Converter, findings: Findings) -> Overview:
    """Study by study, for one that was looked at is needed no more."""
    seen: dict[str, list[tuple[StudyFacts, DicomJsonProxy]]] = {}
    for uid in assembler.open_studies:
        study = assembler.finish(uid)
        assembler.forget(uid)
        of_study = Findings()
        facts = _study(study, converter, of_study)
        findings.update(of_study)
        seen.setdefault(_OF_PATIENT("Patient", study.view), []).append((facts, study.view))
    groups = [sorted(group, key=lambda pair: _moment(pair[0])) for group in seen.values()]
    groups.sort(key=lambda group: _moment(group[0][0]))
    return Overview(tuple(_patient(number, group) for number, group in enumerate(groups, 1)), findings)


def _moment(study: StudyFacts) -> tuple[bool, str, str]:
    """The order of studies: by time, those without one last."""
    return (study.started is None, study.started or "", study.id)


def _study(study: Study, converter: Converter, findings: Findings) -> StudyFacts:
    resources = [entry.resource for entry in converter.entries(study, findings)]
    whole = resources[0]
    series = tuple(
        _series(said, one.count) for said, one in zip(whole.get("series", ()), study.series, strict=True)
    )
    return StudyFacts(
        whole["id"],
        whole.get("started"),
        series,
        tuple(Counter(one["resourceType"] for one in resources).items()),
        tuple(findings),
        study.uid,
        whole.get("description"),
    )


def _series(said: dict[str, Any], instances: int) -> SeriesFacts:
    site = said.get("bodySite", {})
    return SeriesFacts(
        said.get("number"),
        said["modality"]["code"],
        instances,
        site.get("display") or site.get("code"),
        said.get("description"),
    )


def _patient(number: int, group: Iterable[tuple[StudyFacts, DicomJsonProxy]]) -> PatientFacts:
    studies, views = zip(*group, strict=True)
    patient_id, name, born = (
        next((str(view.get(keyword)) for view in views if view.non_empty(keyword)), None)
        for keyword in ("PatientID", "PatientName", "PatientBirthDate")
    )
    return PatientFacts(number, studies, patient_id, name, values.date(born))
