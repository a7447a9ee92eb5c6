"""How a PET series was acquired: the extension ``mii-ex-bildgebung-modalitaet-pt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir import terminology
from dicom2fhir.builders.datatypes import Json, coding, concept
from dicom2fhir.profiles.mii.extensions import extension, part
from dicom2fhir.profiles.mii.tracer import tracer_parts

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.study.model import Series

__all__ = ["modality_pt"]


def modality_pt(series: Series, context: Context) -> Json:
    """The extension of a PET series, its dose in Bq; a series type without a code is said as text.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> kinds = DicomJsonProxy({"00541000": {"vr": "CS", "Value": ["WHOLE BODY", "IMAGE"]}})
    >>> made = modality_pt(Series("1.2.3", None, kinds, 1), None)["extension"]
    >>> [part["valueCodeableConcept"]["coding"][0]["code"] for part in made]
    ['WHOLEBODY', 'IMAGE']
    """
    kinds = series.view.texts("SeriesType")
    return extension(
        "mii-ex-bildgebung-modalitaet-pt",
        [
            *tracer_parts(series, context, mega=False),
            *(part("seriesType", valueCodeableConcept=_series_type(kind)) for kind in kinds),
        ],
    )


def _series_type(kind: str) -> Json:
    term = terminology.series_type_code(kind)
    return concept(coding(term)) if term else concept(text=kind)
