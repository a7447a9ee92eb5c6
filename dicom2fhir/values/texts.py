"""Text without padding and without the characters that FHIR forbids."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["is_uri", "text"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


def text(value: object) -> str | None:
    r"""One DICOM string without padding and without characters that FHIR forbids.

    >>> text(" A1\0 "), text("  "), text(7), text({"vr": "LO"})
    ('A1', None, '7', None)
    """
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            return None
        value = str(value)
    if not (value.isascii() and value.isprintable()):
        value = _SURROGATE.sub("", _CONTROL.sub("", value)).replace("\xa0", " ")
    return value.strip() or None


def is_uri(value: str) -> bool:
    """Whether it is an absolute URI.

    >>> is_uri("urn:oid:1.2.3"), is_uri("LN"), is_uri("https://example.org/a b")
    (True, False, False)
    """
    return _URI.fullmatch(value) is not None
