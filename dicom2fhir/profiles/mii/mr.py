"""How an MR series was acquired: the extension ``mii-ex-bildgebung-modalitaet-mr``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology
from dicom2fhir.builders.datatypes import Json, coding, concept
from dicom2fhir.profiles.mii.extensions import Measure, extension, measured, part

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series
    from dicom2fhir.terminology import Term

__all__ = ["modality_mr"]

_FIELD: Final = Measure("magneticFieldStrength", "tesla", "T", {"MagneticFieldStrength": 1})
_TIMES: Final = (
    Measure("echoTime", "milliseconds", "ms", {"EchoTime": 1, "EffectiveEchoTime": 1}),
    Measure("repetitionTime", "milliseconds", "ms", {"RepetitionTime": 1}),
    Measure("inversionTime", "milliseconds", "ms", {"InversionTime": 1, "InversionTimes": 1}),
    Measure("flipAngle", "plane angle degree", "deg", {"FlipAngle": 1}),
)


def modality_mr(series: Series, _context: Context) -> Json:
    """The extension of an MR series.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> sequences = DicomJsonProxy({"00180020": {"vr": "CS", "Value": ["SE", "IR"]}})
    >>> [part["url"] for part in modality_mr(Series("1.2.3", None, sequences, 1), None)["extension"]]
    ['scanningSequence', 'scanningSequence']
    """
    view = series.view
    return extension(
        "mii-ex-bildgebung-modalitaet-mr",
        [
            *measured(view, [_FIELD]),
            *_coded(view, "ScanningSequence", "scanningSequence", terminology.scanning_sequence),
            *_coded(
                view, "SequenceVariant", "scanningSequenceVariant", terminology.scanning_sequence_variant
            ),
            *measured(view, _TIMES),
        ],
    )


def _coded(view: DicomJsonProxy, keyword: str, url: str, look_up: Callable[[str], Term | None]) -> list[Json]:
    """A part for each value; the binding is required, so a value without a code is not said."""
    terms = [look_up(value) for value in view.texts(keyword)]
    if None in terms:
        view.note(problems.UNKNOWN_TO_MII, keyword)
    known = dict.fromkeys(term for term in terms if term)
    return [part(url, valueCodeableConcept=concept(coding(term))) for term in known]
