"""What an instance is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import values
from dicom2fhir.attributes import key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, element_values, first_text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TITLES", "title_of"]

_CONCEPT: Final = key_of("ConceptNameCodeSequence")
_TEXTS: Final = tuple(map(key_of, ("DocumentTitle", "ContentDescription", "ContentLabel")))
_IMAGE_TYPE: Final = key_of("ImageType")
TITLES: Final = (_CONCEPT, *_TEXTS, _IMAGE_TYPE)
"""The attributes that a title may come from."""


def title_of(raw: Mapping[str, Any]) -> str | None:
    r"""The document's or the content's title, else the type of the image.

    >>> print(title_of({"00080008": {"vr": "CS", "Value": ["DERIVED", "PRIMARY"]}}))
    DERIVED\PRIMARY
    """
    if _CONCEPT in raw:
        meanings = (item.text("CodeMeaning") for item in DicomJsonProxy(raw).items("ConceptNameCodeSequence"))
        meaning = next(filter(None, meanings), None)
        if meaning:
            return meaning
    for key in _TEXTS:
        text = first_text(raw[key]) if key in raw else None
        if text:
            return text
    image_type = element_values(raw.get(_IMAGE_TYPE))
    return "\\".join(part for part in map(values.text, image_type) if part) or None
