"""How a series of projection X-ray was acquired: the extension ``mii-ex-bildgebung-modalitaet-mg-cr-dx``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir import terminology
from dicom2fhir.builders.codes import concepts
from dicom2fhir.builders.datatypes import Json, coding, concept
from dicom2fhir.profiles.mii.extensions import extension, measured, part
from dicom2fhir.profiles.mii.x_ray import EXPOSURE

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series

__all__ = ["modality_mg_cr_dx"]


def modality_mg_cr_dx(series: Series, context: Context) -> Json:
    """The extension of a mammography, CR or DX series.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> tags = {"00080060": {"vr": "CS", "Value": ["DX"]}, "00185101": {"vr": "CS", "Value": ["PA"]}}
    >>> made = modality_mg_cr_dx(Series("1.2.3", None, DicomJsonProxy(tags), 1), None)
    >>> made["extension"][0]["valueCodeableConcept"]["coding"][0]["display"]
    'postero-anterior'
    """
    return extension(
        "mii-ex-bildgebung-modalitaet-mg-cr-dx",
        [
            *measured(series.view, EXPOSURE),
            part("viewPosition", valueCodeableConcept=_view_position(series.view, context)),
        ],
    )


def _view_position(view: DicomJsonProxy, context: Context) -> Json:
    """The coded view when there is one, else the view position with its code if it has one (CID 4010, CID 4014)."""
    coded = next(iter(concepts(view, "ViewCodeSequence", context)), {})
    position = view.text("ViewPosition")
    if position is None or any("system" in code for code in coded.get("coding", ())):
        return coded
    term = terminology.view_position(view.text("Modality") or "", position)
    codings = [coding(term)] if term else coded.get("coding", ())
    return concept(*codings, text=coded.get("text", position))
