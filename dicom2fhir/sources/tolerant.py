"""What the quick reader refuses, element by element: big endian, unknown VRs, lengths that do not add up.

It is ten times slower, takes bytes as pydicom takes them (the tests compare the two), and decodes values by the same
functions as the quick reader, so both ways of reading give the same dict.  What nobody wants is passed over without
recursion, however deep it is nested.
"""

from __future__ import annotations

from contextlib import suppress
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from dicom2fhir.errors import MediaDirectoryError, SourceError
from dicom2fhir.sources.blocks import BufferedBlocks, MemoryBlocks, ends_cleanly
from dicom2fhir.sources.charset import Charset, charset_of
from dicom2fhir.sources.cutting import (
    DELIMITERS,
    DIRECTORY_RECORDS,
    EXPLICIT_VRS,
    LONG_VRS,
    MAX_DEPTH,
    SMALLEST,
    UNDEFINED,
)
from dicom2fhir.sources.decoding import CHARSET
from dicom2fhir.sources.elements import Element, decode_element, dictionary_vr
from dicom2fhir.sources.transfer_syntax import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dicom2fhir.sources.blocks import Blocks

__all__ = ["Elements", "TolerantReader"]

_ITEM, _ITEM_END, _SEQUENCE_END = sorted(DELIMITERS)
_LARGEST_VALUE = 1 << 26
_SEARCHED_AT_A_TIME = 1 << 16


class Elements(NamedTuple):
    """What was read of one data set, where the reading ended, and whether in the middle of an element."""

    header: dict[str, Any]
    end: int
    is_cut_short: bool


class _Head(NamedTuple):
    """The head of an element, where its value begins, and how it is written."""

    tag: int
    vr: str
    length: int
    value_at: int
    encoding: Encoding

    @property
    def key(self) -> str:
        return f"{self.tag:08X}"


class _Value(NamedTuple):
    """The bytes of an element that is wanted."""

    vr: str
    raw: bytes
    encoding: Encoding


_Values = dict[str, "_Value | None"]
"""What is wanted of a data set or item, by key; of two elements with one tag the last one counts."""


class _EndError(Exception):
    """The data end before an element does."""


class TolerantReader:
    """Reads the wanted elements of one data set, in whatever way they are written.

    >>> data = bytes.fromhex("00080060") + b"CS" + bytes([0, 2]) + b"CT"
    >>> reader = TolerantReader(MemoryBlocks(data), frozenset({"00080060"}))
    >>> reader.read(0, range(0x7FE00000), Encoding(implicit=False, little_endian=False)).header
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    """

    def __init__(self, blocks: Blocks, wanted: frozenset[str]) -> None:
        self._data_set = _Bytes(BufferedBlocks(blocks))
        self._wanted = wanted | {CHARSET}
        self._kept = wanted
        self._is_damaged = False

    def read(
        self, offset: int, tags: range, encoding: Encoding, *, also: frozenset[str] = frozenset()
    ) -> Elements:
        """The elements from ``offset`` on while they are among ``tags``; ``also`` is wanted at this level only."""
        values: _Values = {}
        self._is_damaged = False
        data, pos = self._data_set, offset
        try:
            while True:
                head = data.head(pos, encoding)
                if not _belongs(head.tag, tags):
                    break
                end = data.end_of(head)
                if head.key in self._wanted or head.key in also:
                    values[head.key] = data.value(head, end)
                pos = end
        except _EndError:
            self._is_damaged = not ends_cleanly(data.blocks, pos)
        header = self._decoded(values, charset_of(b""), self._kept | also)
        return Elements(header, pos, self._is_damaged)

    def _decoded(
        self, values: _Values, charset: Charset, kept: frozenset[str], depth: int = 0
    ) -> dict[str, Any]:
        if CHARSET in values:
            named = values[CHARSET]
            charset = charset_of(named.raw if named else b"")
        decoded = {
            key: self._element(value, charset, depth)
            for key, value in values.items()
            if value is not None and key in kept
        }
        return {key: element for key, element in decoded.items() if element is not None}

    def _element(self, value: _Value, charset: Charset, depth: int) -> Element | None:
        if value.vr != "SQ":
            return decode_element(value.vr, value.raw, charset, "<" if value.encoding.little_endian else ">")
        if depth >= MAX_DEPTH:
            message = f"sequences are nested more than {MAX_DEPTH} deep"
            raise SourceError(message)
        items = [self._decoded(item, charset, self._kept, depth + 1) for item in self._items(value)]
        return {"vr": "SQ", "Value": items} if items else None

    def _items(self, value: _Value) -> Iterator[_Values]:
        """The wanted elements of each item of a sequence, up to where it cannot be followed."""
        data, pos = _Bytes(MemoryBlocks(value.raw)), 0
        try:
            while True:
                head = data.head(pos, value.encoding)
                if head.tag == _SEQUENCE_END:
                    return
                if head.tag != _ITEM:
                    break
                item, pos = self._item(data, head)
                yield item
        except _EndError:
            pass
        self._is_damaged |= not ends_cleanly(data.blocks, pos)

    def _item(self, data: _Bytes, item: _Head) -> tuple[_Values, int]:
        """The wanted elements of an item, and where they end: its length may lie, by less than an element."""
        values: _Values = {}
        encoding, pos = data.encoding_inside(item), item.value_at
        with suppress(_EndError):
            while item.length == UNDEFINED or pos < item.value_at + item.length:
                head = data.head(pos, encoding)
                if head.tag == _ITEM_END:
                    return values, head.value_at
                end = data.end_of(head)
                if head.key in self._wanted:
                    values[head.key] = data.value(head, end)
                pos = end
        return values, pos


def _belongs(tag: int, tags: range) -> bool:
    """Whether the data set goes on with this tag; stray items and delimiters are no end, but to meta information."""
    if tag == DIRECTORY_RECORDS:
        raise MediaDirectoryError
    return tag in tags or (tag in DELIMITERS and not tags.start)


_Order = Literal["little", "big"]
_unpack_little = Struct("<HHI").unpack_from
_unpack_big = Struct(">HHI").unpack_from


def _tag_and_length(raw: bytes, encoding: Encoding) -> tuple[int, int]:
    """Tag and length of an element without VR; with one, only the tag counts."""
    if len(raw) < SMALLEST:
        raise _EndError
    group, element, length = (_unpack_little if encoding.little_endian else _unpack_big)(raw)
    return group << 16 | element, length


class _Bytes:
    """Bytes in which elements are found."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks

    def head(self, pos: int, encoding: Encoding) -> _Head:
        """The head of the element at a position; an invalid VR is none, an unknown one has a short length."""
        raw = self.blocks.read_at(pos, 12)
        tag, length = _tag_and_length(raw, encoding)
        vr = raw[4:6]
        if encoding.implicit or tag in DELIMITERS or not b"AA" <= vr <= b"ZZ":
            return _Head(tag, "", length, pos + 8, encoding)
        order: _Order = "little" if encoding.little_endian else "big"
        if vr in LONG_VRS:
            return _Head(tag, vr.decode("ascii"), int.from_bytes(raw[8:], order), pos + 12, encoding)
        return _Head(tag, vr.decode("latin-1"), int.from_bytes(raw[6:8], order), pos + 8, encoding)

    def _item_head(self, pos: int, encoding: Encoding) -> _Head:
        """What stands where an item has to begin, or the sequence to end: another tag there is a damaged item's."""
        tag, length = _tag_and_length(self.blocks.read_at(pos, 8), encoding)
        return _Head(tag if tag == _SEQUENCE_END else _ITEM, "", length, pos + 8, encoding)

    def value(self, head: _Head, end: int) -> _Value | None:
        """The value of an element that ends there; None when it is too long to keep."""
        vr = head.vr
        if vr == "UN" or vr.encode("latin-1") not in EXPLICIT_VRS:
            vr = dictionary_vr(head.key) or "UN"
        length = end - head.value_at
        if length > _LARGEST_VALUE and self.blocks.read_at(end - 1, 1):
            return None
        raw = self.blocks.read_at(head.value_at, length)
        if len(raw) < length:
            raise _EndError
        if head.length == UNDEFINED and vr != "SQ":
            raw = raw[:-8]  # its delimiter
        return _Value(vr, raw, self.encoding_inside(head) if vr == "SQ" else head.encoding)

    def end_of(self, head: _Head) -> int:
        """Where an element ends."""
        if not self.blocks.read_at(head.value_at - 1, 1):
            raise _EndError  # inside its head
        if head.length != UNDEFINED:
            return head.value_at + head.length
        if self._holds_items(head):
            return self._end_of_items(head)
        return self._after_delimiter(head)

    def _end_of_items(self, outermost: _Head) -> int:
        """Where a sequence of undefined length ends, or a stray item."""
        pos = outermost.value_at
        around = [(outermost.tag == _ITEM, self.encoding_inside(outermost))]
        while around:
            in_item, encoding = around[-1]
            head = self.head(pos, encoding) if in_item else self._item_head(pos, encoding)
            pos = head.value_at
            if head.tag == (_ITEM_END if in_item else _SEQUENCE_END):
                around.pop()
            elif head.length != UNDEFINED:
                pos += head.length
            elif self._holds_items(head):
                around.append((head.tag == _ITEM, self.encoding_inside(head)))
            else:
                pos = self._after_delimiter(head)
        return pos

    def _holds_items(self, head: _Head) -> bool:
        """Whether a value of undefined length is to be followed item by item, and not to be searched for its end."""
        if head.tag == _ITEM or head.vr == "SQ":
            return True
        first = self.blocks.read_at(head.value_at, 4)
        return first in _STARTS

    def encoding_inside(self, head: _Head) -> Encoding:
        """How the items of a sequence are written, or the elements of an item."""
        encoding = head.encoding
        if head.tag == _ITEM and not encoding.implicit:
            # PS3.5 6.2.2 allows implicit VR inside of explicit VR, and some allow it themselves elsewhere.
            vr = self.blocks.read_at(head.value_at + 4, 2)
            return encoding if vr.isalpha() and vr.isupper() else Encoding(True, encoding.little_endian)
        if head.vr == "UN" and self.blocks.read_at(head.value_at, 4) == _bytes_of(_ITEM, "little"):
            return Encoding(encoding.implicit, True)  # PS3.5 6.2.2, whatever is around it
        return encoding

    def _after_delimiter(self, head: _Head) -> int:
        """Where a value ends that is no sequence: after the first delimiter of one."""
        wanted = _bytes_of(_SEQUENCE_END, "little" if head.encoding.little_endian else "big")
        pos = head.value_at
        while len(data := self.blocks.read_at(pos, _SEARCHED_AT_A_TIME)) >= len(wanted):
            at = data.find(wanted)
            if at >= 0:
                return pos + at + 8
            pos += len(data) - len(wanted) + 1
        raise _EndError


def _bytes_of(tag: int, order: _Order) -> bytes:
    return (tag >> 16).to_bytes(2, order) + (tag & 0xFFFF).to_bytes(2, order)


_STARTS: Final = frozenset(
    {
        _bytes_of(_ITEM, "little"),
        _bytes_of(_ITEM, "big"),
        _bytes_of(_SEQUENCE_END, "little"),
        _bytes_of(_SEQUENCE_END, "big"),
    }
)
