"""One series of an ImagingStudy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology, values
from dicom2fhir.builders.codes import coding_of
from dicom2fhir.builders.datatypes import DCM, Json, coding, identifier, reference, unique, without_empty
from dicom2fhir.builders.issuers import issuer_in
from dicom2fhir.builders.practitioner import persons, reference_to
from dicom2fhir.terminology import SCT, Term

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.instances import Instances
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series

__all__ = ["body_site", "laterality", "modality_of", "series_part", "started"]

_FUNCTION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_URI: Final = "urn:ietf:rfc:3986"
_LATERALITIES: Final = {term.code: term for term in map(terminology.laterality, "LRB") if term} | {
    "66459002": Term(SCT, "66459002", "Unilateral")
}
_ACQUIRED: Final = ("AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime")
_PERFORMERS: Final = (
    ("PRF", "PerformingPhysicianName", "PerformingPhysicianIdentificationSequence"),
    ("SPRF", "OperatorsName", "OperatorIdentificationSequence"),
)


def modality_of(view: DicomJsonProxy) -> str:
    """The modality of a series; OT, "other", when it says none.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> modality_of(DicomJsonProxy({"00080060": {"vr": "CS", "Value": ["ct "]}}))
    'CT'
    """
    modality = view.text("Modality")
    return " ".join(modality.upper().split()) if modality else "OT"


def series_part(
    series: Series, device_id: str | None, endpoint_ids: list[str], instances: Instances, context: Context
) -> Json:
    """One series around its ready-made instances."""
    view = series.view
    modality = modality_of(view)
    if not view.non_empty("Modality"):
        view.note(problems.NO_MODALITY, "Modality")
    elif not terminology.is_modality(modality):
        view.note(problems.UNKNOWN_MODALITY, "Modality")
    return without_empty(
        uid=series.uid,
        number=view.unsigned("SeriesNumber"),
        modality=_modality(modality),
        description=_description(view),
        numberOfInstances=_count(series, context),
        endpoint=[reference("Endpoint", endpoint_id) for endpoint_id in endpoint_ids],
        bodySite=body_site(view, context),
        laterality=laterality(view, context),
        specimen=_specimens(view),
        started=started(series, context),
        performer=_performers(view, device_id, context),
        instance=instances or None,
    )


def _modality(code: str) -> Json:
    """A modality that DCM lacks, such as SC, is a code of nobody's system: to say that it is DCM's would be wrong."""
    return without_empty(system=DCM if terminology.is_modality(code) else None, code=code)


def _count(series: Series, context: Context) -> int | None:
    """How many instances; no number where all of them count in another series, for there are some."""
    related = (
        series.view.unsigned("NumberOfSeriesRelatedInstances") if context.config.related_counts else None
    )
    return max(series.count, related or 0) or None


def _description(view: DicomJsonProxy) -> str | None:
    coded = (item.text("CodeMeaning") for item in view.items("SeriesDescriptionCodeSequence"))
    return view.text("SeriesDescription") or next((meaning for meaning in coded if meaning), None)


def body_site(view: DicomJsonProxy, context: Context) -> Json:
    """Where on the body: the coded region when there is one, else the body part by the table, else its bare name."""
    items = view.items("AnatomicRegionSequence")
    regions = [coding_of(item, context) or without_empty(display=item.text("CodeMeaning")) for item in items]
    region = next((coded for coded in regions if coded.get("system")), None)
    if region:
        return region
    term = view.text("BodyPartExamined")
    if term is None:
        return next((named for named in regions if named), {})
    site = context.body_site(term)
    if site:
        return coding(site)
    view.note(problems.UNKNOWN_BODY_PART, "BodyPartExamined")
    bare = " ".join(term.split())
    return coding(Term(None, bare, terminology.body_part_name(term) or bare))


def laterality(view: DicomJsonProxy, context: Context) -> Json:
    """Which side, when all images of the series agree on it."""
    for keyword in ("Laterality", "ImageLaterality", "FrameLaterality"):
        code = view.text(keyword)
        side = terminology.laterality(code) if code else None
        if side:
            return coding(side)
        if code and code.upper() != "U":  # unpaired: there is no side to it
            view.note(problems.NOT_A_SIDE, keyword)
    for region in view.items("AnatomicRegionSequence"):
        for modifier in region.items("AnatomicRegionModifierSequence"):
            side = _LATERALITIES.get(coding_of(modifier, context).get("code", ""))
            if side:
                return coding(side)
    return {}


def started(series: Series, context: Context) -> str | None:
    """When the series began: its own date, else its earliest acquisition, else the procedure step."""
    view, zone = series.view, context.config.zone
    return (
        view.date_time("SeriesDate", "SeriesTime", zone)
        or acquired(series, context)
        or view.date_time("PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", zone)
    )


def acquired(series: Series, context: Context) -> str | None:
    """When its earliest instance was acquired."""
    earliest, zone = series.acquired, series.view.zone(context.config.zone)
    if earliest is None:
        return None
    moment = values.date_time_from_dt(earliest.text("AcquisitionDateTime"), zone) or values.date_time(
        earliest.text("AcquisitionDate"), earliest.text("AcquisitionTime"), zone
    )
    if moment is None:
        series.view.note(problems.NOT_A_DATE, next(keyword for keyword in _ACQUIRED if keyword in earliest))
    return moment


def _specimens(view: DicomJsonProxy) -> list[Json]:
    specimens: list[Json] = []
    for item in view.items("SpecimenDescriptionSequence"):
        issuer = issuer_in(item, "IssuerOfTheSpecimenIdentifierSequence")
        uid, name = item.uid("SpecimenUID"), item.text("SpecimenIdentifier")
        oid = f"urn:oid:{uid}" if uid else None
        by_name = identifier(name, system=issuer.system, assigner=issuer.assigner)
        named = by_name or identifier(oid, system=_URI)
        specimens.append(without_empty(type="Specimen", identifier=named, display=oid if by_name else None))
    return unique(specimen for specimen in specimens if "identifier" in specimen)


def _performers(view: DicomJsonProxy, device_id: str | None, context: Context) -> list[Json]:
    performers = [{"actor": actor} for actor in [_made_by(view, device_id)] if actor]
    institution = view.text("InstitutionName")
    for code, names, identifications in _PERFORMERS:
        function = {"coding": [{"system": _FUNCTION, "code": code}]}
        performers += [
            {"function": function, "actor": reference_to(person, view, institution, context)}
            for person in persons(view, names, identifications, context)
        ]
    return unique(performers)


def _made_by(view: DicomJsonProxy, device_id: str | None) -> Json:
    """The equipment; when nothing but its manufacturer is known, that is no Device: half the hospital would be one."""
    if device_id:
        return reference("Device", device_id)
    manufacturer = view.text("Manufacturer")
    return {"type": "Device", "display": manufacturer} if manufacturer else {}
