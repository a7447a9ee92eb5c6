"""A little-endian data set, cut into its elements without looking at the values nobody asked for.

Whatever is out of the ordinary raises `UnusualError`; the tolerant reader reads such a file (`tolerant`).
"""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812 - it is a class, whatever its name

from dicom2fhir.errors import MediaDirectoryError
from dicom2fhir.sources.elements import BULK_VRS, dictionary_vr

__all__ = [
    "DELIMITERS",
    "DIRECTORY_RECORDS",
    "EXPLICIT_VRS",
    "IMPLICIT",
    "ITEM",
    "LONG",
    "LONG_VRS",
    "MAX_DEPTH",
    "PIXELS",
    "SEQUENCE_END",
    "SHORT",
    "SMALLEST",
    "STOP",
    "UNDEFINED",
    "Head",
    "Heads",
    "Piece",
    "UnusualError",
    "cut",
    "end_of_sequence",
    "key_of",
    "tag_and_length",
]

SMALLEST = 8  # bytes of an element without a value
UNDEFINED = 0xFFFFFFFF
PIXELS = 0x7FE00000
MAX_DEPTH = 64  # of what is kept; what nobody wants is passed over however deep it is

DIRECTORY_RECORDS = 0x00041220
DELIMITERS = frozenset({0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD})  # item, end of item, end of sequence: PS3.5 7.5
ITEM = 0xE000FFFE  # the delimiters as one little-endian number: element first, then group
_ITEM_END = 0xE00DFFFE
SEQUENCE_END = 0xE0DDFFFE
_MAX_HEADS = 4096

LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
EXPLICIT_VRS = LONG_VRS | _SHORT_VRS

_length = Struct("<I").unpack_from
tag_and_length = Struct("<II").unpack_from


class UnusualError(Exception):
    """The data set is not of the plain kind; somebody more patient has to read it."""


# How the header of an element is built, or why there is none.  Plain numbers: an enum would be looked up
# for each of millions of elements.
SHORT = 0  # tag, VR, 16-bit length
LONG = 1  # tag, VR, two bytes of nothing, 32-bit length
IMPLICIT = 2  # tag, 32-bit length
STOP = 3  # here ends what we are after

Head = tuple[int, str | None, str]
"""The kind of a header, the DICOM JSON key when the element is wanted, and its VR."""

Piece = tuple[int, int, int, str | None, str, bytes | None]
"""Start and end of an element, the three parts of its head, and its value when it is wanted."""


def key_of(head: bytes) -> str:
    """The DICOM JSON key of a little-endian tag.

    >>> key_of(bytes.fromhex("10002030"))
    '00103020'
    """
    return f"{head[1]:02X}{head[0]:02X}{head[3]:02X}{head[2]:02X}"


class Heads(dict[bytes, Head]):
    """What to do with an element, looked up by the first bytes of its header (tag and VR).

    It fills itself as headers are met, and starts again when a file brings too many.

    >>> heads = Heads(frozenset({"00100010"}), implicit=False)
    >>> heads[bytes.fromhex("10001000") + b"PN"]
    (0, '00100010', 'PN')
    >>> heads[bytes.fromhex("10001000") + b"UN"]  # the dictionary knows better
    (1, '00100010', 'PN')
    >>> heads[bytes.fromhex("10002000") + b"LO"]
    (0, None, 'LO')
    """

    def __init__(
        self,
        wanted: frozenset[str],
        *,
        implicit: bool,
        first: int = 0,
        last: int = PIXELS,
        nested: bool = False,
    ) -> None:
        super().__init__()
        self.wanted = wanted
        self.implicit = implicit
        self.width = 4 if implicit else 6
        self._first = first
        self._last = last
        self._nested = nested

    def __missing__(self, head: bytes) -> Head:
        if len(self) >= _MAX_HEADS:
            self.clear()
        self[head] = what_to_do = self._classify(head)
        return what_to_do

    def _classify(self, head: bytes) -> Head:
        key = key_of(head)
        tag = int(key, 16)
        if self._is_stray(tag):
            return IMPLICIT, None, ""  # a tag and a length: it is passed over with its content
        if self._stops(tag):
            return STOP, None, ""
        if tag == DIRECTORY_RECORDS and not self._nested:
            raise MediaDirectoryError
        if self.implicit:
            vr = (dictionary_vr(key) or "UN") if key in self.wanted else "UN"
            return self._head(IMPLICIT, key, vr)
        return self._explicit(key, head[4:6])

    def _is_stray(self, tag: int) -> bool:
        """Whether it is what is left of a sequence whose own element was taken away, by an anonymiser mostly.

        Where meta information should go on it is the start of the data set.
        """
        return tag in DELIMITERS and not self._nested and self._first == 0

    def _stops(self, tag: int) -> bool:
        if self._nested:
            return tag == 0xFFFEE00D  # noqa: PLR2004 - item delimitation, PS3.5 7.5
        return not self._first <= tag <= self._last

    def _explicit(self, key: str, code: bytes) -> Head:
        if code not in EXPLICIT_VRS:
            message = "an unknown value representation"
            raise UnusualError(message)
        vr = code.decode("ascii")
        if vr == "UN" and key in self.wanted:
            vr = dictionary_vr(key) or "UN"
            if vr == "SQ":
                message = "a sequence that calls itself UN"
                raise UnusualError(message)
        return self._head(LONG if code in LONG_VRS else SHORT, key, vr)

    def _head(self, kind: int, key: str, vr: str) -> Head:
        return kind, (key if key in self.wanted and vr not in BULK_VRS else None), vr


def cut(data: bytes, pos: int, heads: Heads, pieces: list[Piece], *, every: bool = False) -> tuple[int, int]:
    """Cut from ``pos`` on until something stops it, adding what is wanted, or ``every`` element, to ``pieces``.

    The answer says where it stopped and how many bytes it needs from there: 0 when it was told to stop,
    -1 when it cannot know because the value ends with a delimiter.

    >>> data = bytes.fromhex("08006000") + b"CS" + bytes([2, 0]) + b"CT"
    >>> pieces = []
    >>> cut(data, 0, Heads(frozenset({"00080060"}), implicit=False), pieces)
    (10, 8)
    >>> pieces
    [(0, 10, 0, '00080060', 'CS', b'CT')]
    """
    size, width = len(data), heads.width
    while size - pos >= SMALLEST:
        kind, key, vr = heads[data[pos : pos + width]]
        try:
            if kind == SHORT:
                value = pos + 8
                end = value + (data[pos + 6] | data[pos + 7] << 8)
            elif kind <= IMPLICIT:
                value = pos + (12 if kind == LONG else 8)
                (length,) = _length(data, value - 4)
                end = value + length
                if length == UNDEFINED:
                    end = _end_of_undefined(data, value, heads, key, vr)
            else:
                return pos, 0
        except StructError:
            return pos, 12
        except _ShortageError:
            return pos, -1
        if key is not None:
            if end > size:
                return pos, end - pos
            pieces.append((pos, end, kind, key, vr, data[value:end]))
        elif every:
            pieces.append((pos, end, kind, None, vr, None))
        pos = end
    return pos, SMALLEST


class _ShortageError(Exception):
    """The data end inside a value of undefined length."""


def _end_of_undefined(data: bytes, pos: int, heads: Heads, key: str | None, vr: str) -> int:
    if not vr or (key is not None and vr != "SQ"):
        message = "a value of undefined length that is no sequence"
        raise UnusualError(message)
    try:
        # PS3.5 6.2.2: what hides in a UN of undefined length is in implicit VR.
        return end_of_sequence(data, pos, implicit=heads.implicit or vr == "UN")
    except StructError:
        raise _ShortageError from None


def end_of_sequence(data: bytes, pos: int, *, implicit: bool) -> int:
    """Where a sequence of undefined length ends, given where its first item begins; its depth does not matter."""
    nesting = [implicit]  # one entry per open sequence: are its items in implicit VR?
    in_item = False
    while True:
        tag, length = tag_and_length(data, pos)
        pos += 8
        if not in_item:
            if tag == SEQUENCE_END:
                nesting.pop()
                if not nesting:
                    return pos
                in_item = True
            elif tag != ITEM:
                message = "an item is missing"
                raise UnusualError(message)
            elif length == UNDEFINED:
                in_item = True
            else:
                pos += length
        elif tag == _ITEM_END:
            in_item = False
        else:
            pos, length, implicit = _element(data, pos, length, implicit=nesting[-1])
            if length == UNDEFINED:
                nesting.append(implicit)
                in_item = False
            else:
                pos += length


def _element(data: bytes, pos: int, length: int, *, implicit: bool) -> tuple[int, int, bool]:
    """Where the value of a nested element begins, its length, and whether its items would be in implicit VR."""
    if implicit:
        return pos, length, True
    vr = data[pos - 4 : pos - 2]
    if vr in _SHORT_VRS:
        return pos, length >> 16, False
    if vr not in LONG_VRS:
        message = "an unknown value representation"
        raise UnusualError(message)
    return pos + 4, _length(data, pos)[0], vr == b"UN"
