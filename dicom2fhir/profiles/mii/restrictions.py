"""What the module does not let a series say: codes outside its required bindings, and people as performers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology
from dicom2fhir.builders.datatypes import DCM, Json, coding
from dicom2fhir.terminology import SCT

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["restrict"]

_SIDES: Final = frozenset({"7771000", "24028007", "51440002", "66459002"})  # CID 244


def restrict(part: Json, view: DicomJsonProxy, context: Context) -> Json:
    """The series without what the profile forbids; what it says of the body is coded in SNOMED CT or left out.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> people = [{"actor": {"display": "Dr. Doe"}}, {"actor": {"reference": "Device/7"}}]
    >>> made = {"modality": {"code": "CT"}, "performer": people}
    >>> restrict(made, DicomJsonProxy({}), None)["performer"]
    [{'actor': {'reference': 'Device/7'}}]
    """
    kept = {
        "modality": _modality(part["modality"], view),
        "bodySite": _body_site(part.get("bodySite", {}), view, context),
        "laterality": _laterality(part.get("laterality", {})),
        "performer": [performer for performer in part.get("performer", ()) if _is_device(performer["actor"])],
    }
    for name, value in kept.items():
        if value:
            part[name] = value
        else:
            part.pop(name, None)
    return part


def _modality(modality: Json, view: DicomJsonProxy) -> Json:
    """The modality if it is one (CID 33), else OT: a series must have one."""
    if terminology.is_modality(modality["code"]):
        return modality
    view.note(problems.NO_KNOWN_MODALITY, "Modality")
    return {"system": DCM, "code": "OT"}


def _body_site(site: Json, view: DicomJsonProxy, context: Context) -> Json:
    """The body site, or that of the body part where the coded region is no SNOMED CT body structure."""
    if not site or _is_body_structure(site):
        return site
    body_part = view.text("BodyPartExamined")
    term = context.body_site(body_part) if body_part else None
    by_part = coding(term) if term else {}
    if _is_body_structure(by_part):
        return by_part
    if "system" in site:  # one without was noted when the base output was made
        keyword = "BodyPartExamined" if site == by_part else "AnatomicRegionSequence"
        view.note(problems.NO_SNOMED_BODY_STRUCTURE, keyword)
    return {}


def _is_body_structure(site: Json) -> bool:
    return site.get("system") == SCT and terminology.is_body_structure(site["code"])


def _laterality(side: Json) -> Json:
    return side if side.get("system") == SCT and side.get("code") in _SIDES else {}


def _is_device(actor: Json) -> bool:
    return actor.get("type") == "Device" or str(actor.get("reference", "")).startswith("Device/")
