"""What is said of one image: the extension ``mii-ex-bildgebung-instanz-details``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, terminology, values
from dicom2fhir.attributes import key_of
from dicom2fhir.builders.datatypes import Json, coding, concept, quantity
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.findings import Findings
from dicom2fhir.profiles.mii.extensions import extension, measured, part
from dicom2fhir.profiles.mii.slice_thickness import THICKNESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.study.model import Series

__all__ = ["InstanceDetails", "instance_details"]

_IMAGE_TYPE: Final = key_of("ImageType")
_ROW_AND_COLUMN: Final = 2
_US_MODES: Final = 3  # the place of value 4 of Image Type
_BURNED_IN: Final = {"YES": True, "NO": False}


class InstanceDetails:
    """Builds the extension once for each set of elements: the thousand slices of a series share one.

    What it gives out is shared, and nobody may write to it.

    >>> from dicom2fhir.study.model import Series
    >>> details, series = InstanceDetails(), Series("1.2.3", None, DicomJsonProxy({}), 2)
    >>> elements = {"00280301": {"vr": "CS", "Value": ["YES"]}}
    >>> details.of(elements, series) is details.of(elements, series)
    True
    """

    __slots__ = ("_built",)

    def __init__(self) -> None:
        # The keys are identities, so the values hold on to their owners until the study is done.
        self._built: dict[tuple[int, int], tuple[Mapping[str, Any], Series, Json]] = {}

    def of(self, details: Mapping[str, Any], series: Series) -> Json:
        """The extension; empty when the elements say nothing that can be used."""
        key = (id(details), id(series))
        if key not in self._built:
            self._built[key] = (details, series, instance_details(details, series))
        return self._built[key][2]

    def forget(self) -> None:
        """Let go of a study."""
        self._built.clear()


def instance_details(details: Mapping[str, Any], series: Series) -> Json:
    """The extension of an instance of a series.

    >>> from dicom2fhir.study.model import Series
    >>> spacing = {"00280030": {"vr": "DS", "Value": ["0.5", "0.7"]}}
    >>> made = instance_details(spacing, Series("1.2.3", None, DicomJsonProxy({}), 1))
    >>> [(part["url"], str(part["valueQuantity"]["value"])) for part in made["extension"]]
    [('pixelSpacingX', '0.7'), ('pixelSpacingY', '0.5')]
    """
    findings = Findings()
    view = DicomJsonProxy(details, findings)
    built = extension(
        "mii-ex-bildgebung-instanz-details",
        [
            *_pixel_spacing(view),
            *measured(view, [THICKNESS]),
            part("imageType", valueCodeableConcept=_image_type(view, series.view.text("Modality") or "")),
            part("burnedInAnnotation", valueBoolean=_burned_in(view)),
        ],
    )
    for finding in findings:
        series.view.note(finding.what, finding.keyword)
    return built


def _pixel_spacing(view: DicomJsonProxy) -> list[Json]:
    """X is the distance of columns, the second value; Y that of rows, the first (PS3.3 10.7.1.3)."""
    spacing = [values.decimal(distance) for distance in view.raw_values("PixelSpacing")]
    if not spacing:
        return []
    usable = [number for number in spacing if number is not None and number >= 0]
    if len(usable) != _ROW_AND_COLUMN or len(spacing) != _ROW_AND_COLUMN:
        view.note(problems.NOT_TWO_DISTANCES, "PixelSpacing")
        return []
    row, column = usable
    named = (("pixelSpacingX", column), ("pixelSpacingY", row))
    return [part(url, valueQuantity=quantity(number, "millimeter", "mm")) for url, number in named]


def _image_type(view: DicomJsonProxy, modality: str) -> Json:
    r"""The values that the module has codes for; all of them as DICOM writes them when it lacks one."""
    image_type = _in_their_places(view.elements.get(_IMAGE_TYPE))
    if not any(image_type):
        return {}
    coded = [[term] if term else [] for term in terminology.image_type_codes(modality, image_type)]
    modes = image_type[_US_MODES] if modality.upper() == "US" and len(image_type) > _US_MODES else None
    if modes:
        coded[_US_MODES] = list(terminology.ultrasound_modes(modes))
    whole = all(terms for terms, value in zip(coded, image_type, strict=True) if value)
    text = None if whole else "\\".join(value or "" for value in image_type)
    return concept(*(coding(term) for terms in coded for term in terms), text=text)


def _in_their_places(element: Any) -> list[str | None]:
    """The values with None for empty ones: the place of a value decides what it means."""
    raw = element.get("Value") if hasattr(element, "get") else None
    raw_values = raw if isinstance(raw, (list, tuple)) else [raw]
    return [values.text(raw_value) for raw_value in raw_values]


def _burned_in(view: DicomJsonProxy) -> bool | None:
    answer = view.text("BurnedInAnnotation")
    burned_in = _BURNED_IN.get(answer.upper()) if answer else None
    if answer and burned_in is None:
        view.note(problems.NEITHER_YES_NOR_NO, "BurnedInAnnotation")
    return burned_in
