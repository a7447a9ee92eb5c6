"""A source to an overview, by the assembler and the builders of a conversion."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dicom2fhir import values
from dicom2fhir.inspection.facts import Overview, PatientFacts, SeriesFacts, StudyFacts
from dicom2fhir.streams import collected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.conversion import Conversion
    from dicom2fhir.converted import Converted
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.streams import Source
    from dicom2fhir.study.assembler import StudyAssembler
    from dicom2fhir.study.model import Study

__all__ = ["survey"]


async def survey(source: Source, conversion: Conversion) -> Overview:
    """Read a source once, and say what is in it and what a conversion would find.

    >>> import asyncio
    >>> from dicom2fhir.conversion import Conversion
    >>> from dicom2fhir.streams import iterated
    >>> uids = {"0020000D": "1.2", "0020000E": "1.2.1", "00080018": "1.2.1.1"}
    >>> instance = {tag: {"vr": "UI", "Value": [uid]} for tag, uid in uids.items()}
    >>> overview = asyncio.run(survey(iterated([instance]), Conversion()))
    >>> [(series.modality, series.instances) for series in overview.series_of()]
    [('OT', 1)]
    """
    assembler = conversion.collect(unidentified=False)
    await collected(source, assembler)
    return _overview(assembler, conversion)


def _overview(assembler: StudyAssembler, conversion: Conversion) -> Overview:
    """Study by study, for one that was looked at is needed no more."""
    findings = assembler.findings
    by_patient: dict[str, list[tuple[StudyFacts, DicomJsonProxy]]] = {}
    for uid in assembler.open_studies:
        study = assembler.take(uid)
        converted = conversion.convert(study)
        facts = _study(study, converted)
        for finding in facts.findings:
            findings.note(finding.what, keyword=finding.keyword, study=finding.study, count=finding.count)
        patient = next(entry.resource["id"] for entry in converted.entries if entry.kind == "Patient")
        by_patient.setdefault(patient, []).append((facts, study.view))
    groups = [sorted(group, key=lambda pair: _moment(pair[0])) for group in by_patient.values()]
    groups.sort(key=lambda group: _moment(group[0][0]))
    return Overview(tuple(_patient(number, group) for number, group in enumerate(groups, 1)), findings)


def _moment(study: StudyFacts) -> tuple[bool, str, str]:
    """The order of studies: by time, those without one last."""
    return (study.started is None, study.started or "", study.id)


def _study(study: Study, converted: Converted) -> StudyFacts:
    whole = converted.entries[0].resource
    series = tuple(
        _series(part, series.count)
        for part, series in zip(whole.get("series", ()), study.series, strict=True)
    )
    return StudyFacts(
        converted.id,
        whole.get("started"),
        series,
        tuple(Counter(entry.kind for entry in converted.entries).items()),
        tuple(converted.findings),
        study.uid,
        whole.get("description"),
    )


def _series(part: dict[str, Any], instances: int) -> SeriesFacts:
    """The facts of one series, from its part of the ImagingStudy."""
    site = part.get("bodySite", {})
    modality, uncoded_modality = _coded_and_not(part["modality"], part["modality"]["code"])
    body_site, uncoded_body_site = _coded_and_not(site, site.get("display") or site.get("code"))
    return SeriesFacts(
        part.get("number"),
        modality,
        instances,
        body_site=body_site,
        uncoded_body_site=uncoded_body_site,
        uncoded_modality=uncoded_modality,
        description=part.get("description"),
    )


def _coded_and_not(coding: dict[str, Any], name: str | None) -> tuple[str | None, str | None]:
    """The name of a coding once where a coding system knows it, and once where none does."""
    return (name, None) if "system" in coding else (None, name)


def _patient(number: int, group: Iterable[tuple[StudyFacts, DicomJsonProxy]]) -> PatientFacts:
    studies, views = zip(*group, strict=True)
    patient_id, name, born = (
        next((str(view.get(keyword)) for view in views if view.non_empty(keyword)), None)
        for keyword in ("PatientID", "PatientName", "PatientBirthDate")
    )
    return PatientFacts(number, studies, patient_id, name, values.date(born))
