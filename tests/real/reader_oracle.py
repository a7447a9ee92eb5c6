"""What pydicom itself makes of a data set, said in DICOM JSON: a second opinion that shares no code with the reader."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.valuerep import PersonName

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

_UNSPLIT = {"ST", "LT", "UT", "UR"}
_TEXTS = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "SH", "TM", "UC", "UI"}
_PADDING = " \0"


def json_of(data_set: Dataset, wanted: frozenset[str]) -> dict[str, Any]:
    """The wanted elements that are not empty."""
    keys = {f"{tag:08X}" for tag in data_set.keys()} & wanted  # noqa: SIM118 - iterating a Dataset decodes it
    elements = {key: _element(data_set, key, wanted) for key in keys}
    return {key: element for key, element in elements.items() if element is not None}


def _element(data_set: Dataset, key: str, wanted: frozenset[str]) -> dict[str, Any] | None:
    element = data_set[int(key, 16)]
    if element.VR == "SQ":
        assert isinstance(element.value, Sequence)
        values: list[Any] = [json_of(item, wanted) for item in element.value]
        return {"vr": "SQ", "Value": values} if values else None
    values = [_value(element, component) for component in _components(element)]
    return {"vr": str(element.VR), "Value": values} if any(value is not None for value in values) else None


def _components(element: DataElement) -> list[Any]:
    if element.value is None or element.value == "":
        return []
    return list(element.value) if isinstance(element.value, (MultiValue, list)) else [element.value]


def _value(element: DataElement, value: Any) -> Any:
    vr = element.VR
    if isinstance(value, PersonName):
        groups = zip(("Alphabetic", "Ideographic", "Phonetic"), value.components, strict=False)
        return {name: text.strip(_PADDING) for name, text in groups if text.strip(_PADDING)} or None
    if vr in _UNSPLIT:
        return str(value).rstrip(_PADDING) if str(value).strip() else None
    if vr in _TEXTS:
        return str(getattr(value, "original_string", value)).strip(_PADDING) or None
    return _number(vr, value)


def _number(vr: str, value: Any) -> Any:
    if vr in {"FL", "FD"}:
        return float(value) if math.isfinite(value) else None
    if vr == "AT":
        return f"{value:08X}"
    return int(value) if vr in {"US", "SS", "UL", "SL", "UV", "SV"} else None


def alike(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> bool:
    """Whether two elements are the same, when singles are compared as singles."""
    return bool(_comparable(ours) == _comparable(theirs))


def _comparable(element: Any) -> Any:
    if isinstance(element, dict):
        if element.get("vr") == "FL":
            return [None if value is None else struct.pack("<f", value) for value in element["Value"]]
        return {key: _comparable(part) for key, part in element.items()}
    return [_comparable(part) for part in element] if isinstance(element, list) else element
