"""The bytes of one value, as an element of the DICOM JSON Model (PS3.18 Annex F).

DS and IS stay the text they are (PS3.18 F.2.2 allows it), so that no decimal is lost on the way.  A value that cannot
be read is absent; nothing in here raises about what a file holds.
"""

from __future__ import annotations

import math
import struct
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.sources.charset import Charset

__all__ = ["BULK_VRS", "Element", "decode_element", "dictionary_vr"]

Element = dict[str, Any]
Values = list[Any]

BULK_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})

_PADDING = " \0"
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
# What a 16-bit length can say: a longer list is damage, and decoding it would cost many times its bytes.
_LONGEST_LIST = 0xFFFF


def decode_element(vr: str, raw: bytes, charset: Charset, order: str = "<") -> Element | None:
    r"""Decode a value; None when it is empty, unreadable or bulk data.

    >>> from dicom2fhir.sources.charset import charset_of
    >>> decode_element("DS", b"0.50\\0.70 ", charset_of(b""))
    {'vr': 'DS', 'Value': ['0.50', '0.70']}
    >>> decode_element("PN", b"DOE^JANE ", charset_of(b""))
    {'vr': 'PN', 'Value': [{'Alphabetic': 'DOE^JANE'}]}
    """
    decode = _DECODERS.get(vr)
    if decode is None or not raw:
        return None
    values = decode(raw, charset, order)
    return {"vr": vr, "Value": values} if values else None


def dictionary_vr(key: str) -> str | None:
    """The VR that the data dictionary gives a tag; None when it gives none or leaves a choice.

    >>> dictionary_vr("00100010"), dictionary_vr("00090010"), dictionary_vr("00280106")
    ('PN', None, None)
    """
    from pydicom.datadict import dictionary_VR

    try:
        vr = dictionary_VR(int(key, 16))
    except KeyError:
        return None
    return str(vr) if len(vr) == 2 else None  # noqa: PLR2004 - "US or SS" is a choice, "US" is a VR


def _split(text: str) -> Values | None:
    """The components of a multi-value; None when they are all empty."""
    if "\\" not in text:
        return [text] if (text := text.strip(_PADDING)) else None
    if len(text) > _LONGEST_LIST:
        return None
    values = [part.strip(_PADDING) or None for part in text.split("\\")]
    return values if any(values) else None


def _codes(raw: bytes, _charset: Charset, _order: str) -> Values | None:
    """Text in the default repertoire; ISO 8859-1 reads what should not be there without a loss."""
    return _split(raw.decode("latin-1"))


def _texts(raw: bytes, charset: Charset, _order: str) -> Values | None:
    return _split(charset.decode(raw))


def _text(raw: bytes, charset: Charset, _order: str) -> Values | None:
    """One text, where a backslash is a backslash and leading spaces count."""
    text = charset.decode(raw).rstrip(_PADDING)
    return [text] if text.strip() else None


def _address(raw: bytes, _charset: Charset, _order: str) -> Values | None:
    text = raw.decode("latin-1").rstrip(_PADDING)
    return [text] if text.strip() else None


def _names(raw: bytes, charset: Charset, _order: str) -> Values | None:
    texts = _split(charset.decode(raw, name=True))
    names = [_name(text) if text else None for text in texts or ()]
    return names if any(names) else None


def _name(text: str) -> dict[str, str] | None:
    """The component groups of a person name that say something."""
    groups = [group.strip(_PADDING) for group in text.split("=")]
    return {key: group for key, group in zip(_GROUPS, groups, strict=False) if group} or None


def _numbers(code: str, raw: bytes, _charset: Charset, order: str) -> Values | None:
    size = struct.calcsize(f"<{code}")
    if len(raw) % size or len(raw) > _LONGEST_LIST:
        return None
    return list(struct.unpack(f"{order}{len(raw) // size}{code}", raw))


def _doubles(code: str, raw: bytes, charset: Charset, order: str) -> Values | None:
    """Floating point; JSON knows neither NaN nor infinity, so these are None."""
    numbers = _numbers(code, raw, charset, order) or ()
    values = [number if math.isfinite(number) else None for number in numbers]
    if code == "f":
        values = [None if number is None else _shortest(number) for number in values]
    return values if any(number is not None for number in values) else None


def _shortest(number: float) -> float:
    """The number with the fewest digits that is the same as a 32-bit float.

    >>> _shortest(0.10000000149011612)
    0.1
    """
    for digits in (6, 7, 8):  # any decimal of six digits survives, nine always identify
        candidate = float(f"{number:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", candidate))[0] == number:
            return candidate
    return float(f"{number:.9g}")


def _tags(raw: bytes, charset: Charset, order: str) -> Values | None:
    words = _numbers("H", raw, charset, order)
    if not words or len(words) % 2:
        return None
    return [f"{group:04X}{element:04X}" for group, element in zip(words[::2], words[1::2], strict=True)]


_DECODERS: dict[str, Callable[[bytes, Charset, str], Values | None]] = {
    **dict.fromkeys(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI"), _codes),
    **dict.fromkeys(("LO", "SH", "UC"), _texts),
    **dict.fromkeys(("LT", "ST", "UT"), _text),
    "UR": _address,
    "PN": _names,
    "AT": _tags,
    "FL": partial(_doubles, "f"),
    "FD": partial(_doubles, "d"),
    **{
        vr: partial(_numbers, code)
        for vr, code in zip(("SS", "US", "SL", "UL", "SV", "UV"), "hHlLqQ", strict=True)
    },
}
