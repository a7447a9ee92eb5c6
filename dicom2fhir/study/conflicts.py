"""When two data sets contradict each other, and which contradictions are reported."""

from __future__ import annotations

import json
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import DEVICE, NUMBER_TEXTS, PATIENT, SERIES, STUDY, key_of
from dicom2fhir.dicom_json_proxy import element_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.findings import Findings

__all__ = ["canonical", "note_conflicts"]

_KEYWORDS: Final = {
    key: keyword for table in (STUDY, SERIES, DEVICE, PATIENT) for keyword, key in table.items()
}
_VARIES_BY_NATURE: Final = frozenset(
    map(
        key_of,
        (
            "CodingSchemeIdentificationSequence",
            "ReferencedRequestSequence",
            "RequestAttributesSequence",
            "RetrieveURL",
        ),
    )
)


def note_conflicts(findings: Findings, keys: Iterable[str]) -> None:
    """Report attributes on which instances disagree, but for those that differ between instances by nature."""
    for key in sorted(keys):
        if key in _KEYWORDS and key not in _VARIES_BY_NATURE:
            findings.note(problems.INSTANCES_DISAGREE, keyword=_KEYWORDS[key])


def canonical(element: Any, key: str = "") -> str:
    """One text for equal values, whatever spelling their element has.

    Padding says nothing, 1 and 1.0 are equal, and so are the texts of a DS or an IS that are equal as numbers.  The VR is that of the
    element; the ``key`` tells where the element has none.

    >>> canonical({"vr": "CS", "Value": ["CT "]}) == canonical({"Value": ["CT"]})
    True
    >>> canonical({"vr": "DS", "Value": ["1.50", 0.5]}), canonical({"Value": ["1.50"]}, key_of("SliceThickness"))
    ('[1.5, 0.5]', '[1.5]')
    >>> canonical({"vr": "LO", "Value": ["1.50"]})
    '["1.50"]'
    """
    return json.dumps(_comparable_values(element, key), sort_keys=True, default=str)


def _comparable_values(element: Any, key: str) -> list[Any]:
    listed = element_values(element)
    is_number = bool(listed) and _is_number_text(element, key)
    return [_comparable(value, is_number=is_number) for value in listed]


def _is_number_text(element: Any, key: str) -> bool:
    vr = element.get("vr")
    return vr in ("DS", "IS") if vr else key in NUMBER_TEXTS


def _comparable(value: Any, *, is_number: bool = False) -> Any:
    """The same for all that is equal."""
    if isinstance(value, str):
        number = values.decimal(value) if is_number else None
        if number is None:
            return value.strip(" \0")
        value = number
    if isinstance(value, dict):  # an item of a sequence, or a person's name
        return {name: _comparable_values(part, name) or _comparable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_comparable(part) for part in value]
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (float, Decimal)) and isfinite(value):
        return int(value) if value == int(value) else float(value)
    return value
