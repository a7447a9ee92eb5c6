"""The bytes of a text value, read under the Specific Character Set (0008,0005) of their data set."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["Charset", "charset_of"]

_ESC = b"\x1b"
_TERM = re.compile(r"ISO[ _-]?(2022[ _-]?)?IR[ _-]?(\d+)")
_UTF8 = frozenset({"UTF-8", "UTF8", "UTF_8"})

# PS3.5 6.1.2.5.3: what ends the reign of an escape sequence.  PN adds "^" and "=".
_BREAKS = re.compile(rb"[\r\n\t\f\\]")
_NAME_BREAKS = re.compile(rb"[\r\n\t\f\\^=]")


class Charset:
    r"""How the text of one data set is encoded.

    >>> charset_of(b"ISO_IR 144").decode(b"\xbb\xee\xda").encode("unicode_escape")
    b'\\u041b\\u044e\\u043a'
    """

    __slots__ = ("_alone", "_first", "_has_upper_half")

    def __init__(self, first: str, *, alone: bool = False, has_upper_half: bool = True) -> None:
        self._first = first
        self._alone = alone
        self._has_upper_half = has_upper_half

    def decode(self, raw: bytes, *, name: bool = False) -> str:
        """Read a value; what cannot be read becomes U+FFFD, so this never raises."""
        if _ESC not in raw:
            return raw.decode("ascii" if raw.isascii() else self._first, "replace")
        if self._alone:  # PS3.3 C.12.1.1.2: UTF-8, GB18030 and GBK know no code extensions
            return raw.decode(self._first, "replace")
        head, *escaped = raw.split(_ESC)
        breaks = _NAME_BREAKS if name else _BREAKS
        return head.decode(self._first, "replace") + "".join(self._escaped(part, breaks) for part in escaped)

    def _escaped(self, part: bytes, breaks: re.Pattern[bytes]) -> str:
        """Read what follows one escape character, up to the next one."""
        code, codec = _codec_of(part)
        rest = part[len(code) :]
        if not codec:
            return (_ESC + part if not code else rest).decode(self._first, "replace")
        if codec.startswith("iso2022"):  # Python wants to see the escape sequence
            return (_ESC + part).decode(codec, "replace")
        # A default repertoire has no upper half to go back to, so the one designated last is the best guess.
        if self._has_upper_half and (end := breaks.search(rest)):
            there = end.start()
            return rest[:there].decode(codec, "replace") + rest[there:].decode(self._first, "replace")
        return rest.decode(codec, "replace")


def _codec_of(part: bytes) -> tuple[bytes, str]:
    """The escape code that a fragment starts with, and its codec ("" for the first character set)."""
    from pydicom.charset import CODES_TO_ENCODINGS

    for size in (3, 2):
        codec = CODES_TO_ENCODINGS.get(_ESC + part[:size])
        if codec and len(part) >= size:
            return part[:size], "" if part[:size] == b"(B" else codec
    return b"", ""


@lru_cache(maxsize=64)
def charset_of(raw: bytes) -> Charset:
    r"""The character set that the bytes of (0008,0005) name; an unknown one reads as ISO 8859-1.

    >>> charset_of(b"ISO_IR 192").decode(b"M\xc3\xbcller") == "M\u00fcller"
    True
    """
    first = raw.decode("latin-1").split("\\")[0].strip(" \0").upper()
    if first in {"", "ISO_IR 6", "ISO 2022 IR 6"}:
        return Charset("latin-1", has_upper_half=False)
    if first in _UTF8 or first == "ISO_IR 192":
        return Charset("utf-8", alone=True)
    if first == "ISO_IR 100":
        return Charset("latin-1")
    return _known(first)


def _known(term: str) -> Charset:
    """The character set of a defined term, common misspellings included."""
    from pydicom.charset import STAND_ALONE_ENCODINGS, python_encoding

    if match := _TERM.fullmatch(term):
        term = ("ISO 2022 IR " if match[1] else "ISO_IR ") + match[2]
    return Charset(python_encoding.get(term, "latin-1"), alone=term in STAND_ALONE_ENCODINGS)
