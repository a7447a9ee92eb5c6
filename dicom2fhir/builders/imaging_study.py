"""The ImagingStudy, as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir import terminology, values
from dicom2fhir.builders.codes import concepts
from dicom2fhir.builders.datatypes import Json, identifier, reference, unique, without_empty
from dicom2fhir.builders.orders import accession, admission, based_on, reasons
from dicom2fhir.builders.practitioner import persons, reference_to
from dicom2fhir.builders.series import acquired

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Study

__all__ = ["began", "imaging_study"]


def imaging_study(
    study: Study,
    resource_id: str,
    subject: Json,
    series_parts: list[Json],
    endpoint_ids: list[str],
    context: Context,
) -> Json:
    """The ImagingStudy around its ready-made series."""
    view, views = study.view, [series.view for series in study.series]
    counts, institution = _counts(study, series_parts, context), _institution(views)
    return without_empty(
        resourceType="ImagingStudy",
        id=resource_id,
        identifier=_identifiers(study, context),
        # what has no UID nobody can retrieve
        status=context.status or ("available" if study.uid else "unknown"),
        modality=_modalities(series_parts, context),
        subject=subject,
        encounter=admission(view),
        started=view.date_time("StudyDate", "StudyTime", context.config.zone),
        basedOn=based_on(view, views, context),
        referrer=_referrer(view, institution, context),
        interpreter=_interpreters(view, institution, context),
        endpoint=[reference("Endpoint", endpoint_id) for endpoint_id in endpoint_ids],
        **counts,
        procedureCode=concepts(view, "ProcedureCodeSequence", context),
        location=_location(view, views),
        reasonCode=reasons(view, views, context),
        description=view.text("StudyDescription"),
        series=series_parts,
    )


def began(study: Study, context: Context) -> str | None:
    """When the study began, or else its first series or acquisition: what was measured was measured then."""
    zone = context.config.zone
    of_series = (series.view.date_time("SeriesDate", "SeriesTime", zone) for series in study.series)
    of_images = (acquired(series, context) for series in study.series)
    for moments in (iter([study.view.date_time("StudyDate", "StudyTime", zone)]), of_series, of_images):
        whole_days = [moment for moment in moments if moment and len(moment) >= len("YYYY-MM-DD")]
        if whole_days:
            return min(whole_days, key=lambda moment: (values.instant(moment), moment))
    return None


def _identifiers(study: Study, context: Context) -> list[Json]:
    uid = {"system": "urn:dicom:uid", "value": f"urn:oid:{study.uid}"} if study.uid else {}
    study_id = identifier(study.view.text("StudyID"), use="secondary", system=context.config.study_id_system)
    return [number for number in (accession(study.view, context, "usual"), uid, study_id) if number]


def _modalities(series_parts: list[Json], context: Context) -> list[Json]:
    modalities = unique(part["modality"] for part in series_parts)
    if context.config.modality_list == "acquisition":
        return [modality for modality in modalities if terminology.is_acquisition_modality(modality["code"])]
    return modalities


def _counts(study: Study, series_parts: list[Json], context: Context) -> Json:
    """How many series and instances; of a study that nobody named nothing is known."""
    if study.uid is None:
        return {}
    counts = {
        "numberOfSeries": len(series_parts),
        "numberOfInstances": min(
            sum(part.get("numberOfInstances", 0) for part in series_parts), values.UNSIGNED_MAX
        ),
    }
    if not context.config.related_counts:
        return counts
    related = ("NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances")
    return {
        name: max(count, study.view.unsigned(keyword) or 0)
        for (name, count), keyword in zip(counts.items(), related, strict=True)
    }


def _referrer(view: DicomJsonProxy, institution: str | None, context: Context) -> Json:
    referrers = persons(view, "ReferringPhysicianName", "ReferringPhysicianIdentificationSequence", context)
    return reference_to(referrers[0], view, institution, context) if referrers else {}


def _interpreters(view: DicomJsonProxy, institution: str | None, context: Context) -> list[Json]:
    keywords = ("NameOfPhysiciansReadingStudy", "PhysiciansReadingStudyIdentificationSequence")
    readers = persons(view, *keywords, context)
    return unique(reference_to(reader, view, institution, context) for reader in readers)


def _institution(series: list[DicomJsonProxy]) -> str | None:
    """Where the study was made, as the first of its series tells that tells it."""
    return next(filter(None, (view.text("InstitutionName") for view in series)), None)


def _location(view: DicomJsonProxy, series: list[DicomJsonProxy]) -> Json:
    """Where it was done, by name: the department, with its institution in front, or the location that was performed at."""
    for place in series or [view]:
        department = place.text("InstitutionalDepartmentName")
        if department:
            institution = place.text("InstitutionName")
            return {"display": ", ".join(part for part in (institution, department) if part)}
    return without_empty(display=view.text("PerformedLocation"))
