"""How a CT series was acquired: the extension ``mii-ex-bildgebung-modalitaet-ct``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir.profiles.mii.extensions import Measure, extension, measured, part
from dicom2fhir.profiles.mii.x_ray import EXPOSURE

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.study.model import Series

__all__ = ["modality_ct"]

_MEASURES: Final = (Measure("CTDIvol", "milligray", "mGy", {"CTDIvol": 1}), *EXPOSURE)


def modality_ct(series: Series, _context: Context) -> Json:
    r"""The extension of a CT series; a kernel of several values is one string, as DICOM writes them.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> kernel = {"00181210": {"vr": "SH", "Value": ["Br40f", "3"]}}
    >>> modality_ct(Series("1.2.3", None, DicomJsonProxy(kernel), 1), None)["extension"]
    [{'url': 'convolutionalKernel', 'valueString': 'Br40f\\3'}]
    """
    kernel = "\\".join(series.view.texts("ConvolutionKernel"))
    return extension(
        "mii-ex-bildgebung-modalitaet-ct",
        [*measured(series.view, _MEASURES), part("convolutionalKernel", valueString=kernel)],
    )
