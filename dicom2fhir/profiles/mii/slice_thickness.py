"""How thick the slices of a series are: the extension ``mii-ex-bildgebung-serie-schichtdicke``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir.profiles.mii.extensions import Measure, address, part

if TYPE_CHECKING:
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["THICKNESS", "slice_thickness"]

THICKNESS: Final = Measure("sliceThickness", "millimeter", "mm", {"SliceThickness": 1})


def slice_thickness(view: DicomJsonProxy) -> Json:
    """The extension of a series whose slices are all as thick, for one that lists no instances.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> slice_thickness(DicomJsonProxy({"00180050": {"vr": "DS", "Value": ["1.50"]}}))["valueQuantity"]["value"]
    Decimal('1.50')
    """
    return part(address("mii-ex-bildgebung-serie-schichtdicke"), valueQuantity=THICKNESS.quantity(view))
