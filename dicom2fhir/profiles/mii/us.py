"""How an ultrasound series was acquired: the extension ``mii-ex-bildgebung-modalitaet-us``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology
from dicom2fhir.builders.datatypes import Json, coding, concept
from dicom2fhir.profiles.mii.extensions import Measure, extension, part

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series

__all__ = ["modality_us"]

# DICOM states them in these units, too (PS3.3 C.8.5.5).
_OF_REGIONS: Final = (
    Measure("transducerFrequency", "kilohertz", "kHz", {"TransducerFrequency": 1}),
    Measure("pulseRepetitionFrequency", "hertz", "Hz", {"PulseRepetitionFrequency": 1}),
)
_COLOR: Final = {0: False, 1: True}


def modality_us(series: Series, _context: Context) -> Json:
    """The extension of an ultrasound series.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> color = DicomJsonProxy({"00280014": {"vr": "US", "Value": [0]}})
    >>> modality_us(Series("1.2.3", None, color, 1), None)["extension"]
    [{'url': 'ultrasoundColor', 'valueBoolean': False}]
    """
    view = series.view
    regions = view.items("SequenceOfUltrasoundRegions")
    return extension(
        "mii-ex-bildgebung-modalitaet-us",
        [
            part("transducerType", valueCodeableConcept=_transducer(view)),
            *(part(measure.url, valueQuantity=_agreed(measure, regions)) for measure in _OF_REGIONS),
            part("ultrasoundColor", valueBoolean=_color(view)),
        ],
    )


def _transducer(view: DicomJsonProxy) -> Json:
    """The transducer; the binding is required, so one without a code is not said."""
    kind = view.text("TransducerType")
    term = terminology.transducer_type(kind) if kind else None
    if kind and term is None:
        view.note(problems.UNKNOWN_TO_MII, "TransducerType")
    return concept(coding(term)) if term else {}


def _agreed(measure: Measure, regions: list[DicomJsonProxy]) -> Json:
    """What the regions state in common; zero stands in regions to which the number does not apply."""
    stated = [quantity for quantity in map(measure.quantity, regions) if quantity and quantity["value"]]
    return stated[0] if stated and all(quantity == stated[0] for quantity in stated) else {}


def _color(view: DicomJsonProxy) -> bool | None:
    answer = view.unsigned("UltrasoundColorDataPresent")
    if answer is not None and answer not in _COLOR:
        view.note(problems.NEITHER_0_NOR_1, "UltrasoundColorDataPresent")
    return None if answer is None else _COLOR.get(answer)
