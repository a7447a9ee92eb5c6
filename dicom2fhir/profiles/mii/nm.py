"""How a series of nuclear medicine was acquired: the extension ``mii-ex-bildgebung-modalitaet-nm``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir.profiles.mii.extensions import extension
from dicom2fhir.profiles.mii.tracer import tracer_parts

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.study.model import Series

__all__ = ["modality_nm"]


def modality_nm(series: Series, context: Context) -> Json:
    """The extension of a series of nuclear medicine: as for PET, but the dose in MBq and no series type.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> tags = {"00181074": {"vr": "DS", "Value": ["740"]}}
    >>> tracer = DicomJsonProxy({"00540016": {"vr": "SQ", "Value": [tags]}})
    >>> modality_nm(Series("1.2.3", None, tracer, 1), None)["extension"][0]["valueQuantity"]["code"]
    'MBq'
    """
    return extension("mii-ex-bildgebung-modalitaet-nm", tracer_parts(series, context, mega=True))
