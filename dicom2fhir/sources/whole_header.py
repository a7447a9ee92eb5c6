"""The header of one file read as a whole: its meta information, then every element up to the last one that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.sources.blocks import Window, ends_cleanly
from dicom2fhir.sources.charset import charset_of
from dicom2fhir.sources.cutting import PIXELS, SMALLEST, Heads, Piece, UnusualError, cut
from dicom2fhir.sources.decoding import CHARSET, Decoder, charset_raw
from dicom2fhir.sources.deflated import InflatedBlocks
from dicom2fhir.sources.tolerant import TolerantReader
from dicom2fhir.sources.transfer_syntax import DEFLATED, Encoding, encoding_of

if TYPE_CHECKING:
    from dicom2fhir.sources.blocks import Blocks

__all__ = ["Reading", "WholeHeaderReader"]

_MEDIA_CLASS = "00020002"
_SYNTAX = "00020010"
_META = frozenset({_MEDIA_CLASS, _SYNTAX})
_META_TAGS = range(0x00020000, 0x00030000)
_IDENTIFYING = frozenset({"00080016", "00080018", "0020000D"})


class Reading(NamedTuple):
    """What one file gave.

    ``is_cut_short`` says that the file ends, or cannot be followed, in the middle of an element; what comes after the
    last wanted tag, pixel data above all, is not looked at.  ``heads`` are those of its two parts, for the layout of
    the series; None when there is nothing to learn from it.
    """

    header: dict[str, Any]
    media_class: str
    identified: bool
    empty: bool
    is_cut_short: bool
    heads: tuple[Heads, Heads] | None = None

    def __repr__(self) -> str:
        return f"<Reading: {len(self.header)} elements>"


class WholeHeaderReader:
    """Reads files without remembering anything about them but which headers there are.

    >>> from dicom2fhir.sources.blocks import MemoryBlocks
    >>> reader = WholeHeaderReader(frozenset({"00080060"}))
    >>> data = bytes.fromhex("08006000") + b"CS" + bytes([2, 0]) + b"CT"
    >>> reader.read(Window(MemoryBlocks(data), data, 0)).header
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    """

    def __init__(self, wanted: frozenset[str], *, quickly: bool = True) -> None:
        self._wanted = wanted
        self._quickly = quickly
        self._last = min(int(max(wanted | _IDENTIFYING), 16), PIXELS - 1)
        self._meta_heads = Heads(wanted | _META, implicit=False, first=_META_TAGS[0], last=_META_TAGS[-1])
        needed = wanted | _IDENTIFYING | {CHARSET}
        self._heads = {kind: Heads(needed, implicit=kind, last=self._last) for kind in (False, True)}
        self._meta_decoder = Decoder(wanted | _META)
        self.decoder = Decoder(wanted)

    def read(self, window: Window) -> Reading:
        """Read from the position of the window on, where the meta information or the data set begins."""
        pieces: list[Piece] = []
        meta = self._read_meta(window, pieces)
        media_class, syntax = (_value(meta, tag) for tag in (_MEDIA_CLASS, _SYNTAX))
        header = {tag: element for tag, element in meta.items() if tag in self._wanted}
        if syntax in DEFLATED:
            window = Window(InflatedBlocks(window.blocks, window.offset), b"", 0)
            pieces = []
        encoding = encoding_of(window.peek(6), syntax)
        start = window.offset
        count = len(pieces)
        try:
            heads, is_cut_short = self._read_quickly(window, encoding, pieces)
            header.update(self.decoder.dataset(pieces[count:], charset_of(charset_raw(pieces) or b"")))
        except UnusualError:
            return self._read_tolerantly(window.blocks, start, encoding, header, media_class)
        identified = any(piece[3] in _IDENTIFYING and piece[5] for piece in pieces)
        empty = window.offset - start < SMALLEST
        all_in_memory = window.base == 0 and window.pos <= len(window.data)
        learnable = all_in_memory and not is_cut_short and syntax not in DEFLATED
        reusable = (self._meta_heads, heads) if learnable else None
        return Reading(header, media_class, identified, empty, is_cut_short, reusable)

    def _read_meta(self, window: Window, pieces: list[Piece]) -> dict[str, Any]:
        """The file meta information, whatever its elements are like."""
        start = window.offset
        try:
            _walk(window, self._meta_heads, pieces)
            return self._meta_decoder.dataset(pieces, charset_of(b""))
        except UnusualError:
            pieces.clear()
            reader = TolerantReader(window.blocks, self._wanted | _META)
            meta = reader.read(start, _META_TAGS, Encoding(implicit=False, little_endian=True))
            window.move_to(meta.end)
            return meta.header

    def _read_quickly(self, window: Window, encoding: Encoding, pieces: list[Piece]) -> tuple[Heads, bool]:
        if not (self._quickly and encoding.little_endian):
            message = "big endian, or nobody wants to try the quick way"
            raise UnusualError(message)
        heads = self._heads[encoding.implicit]
        return heads, _walk(window, heads, pieces)

    def _read_tolerantly(
        self, blocks: Blocks, start: int, encoding: Encoding, header: dict[str, Any], media_class: str
    ) -> Reading:
        reader = TolerantReader(blocks, self._wanted)
        data_set = reader.read(start, range(self._last + 1), encoding, also=_IDENTIFYING)
        header.update((tag, element) for tag, element in data_set.header.items() if tag in self._wanted)
        identified = not _IDENTIFYING.isdisjoint(data_set.header)
        return Reading(
            header, media_class, identified, data_set.end - start < SMALLEST, data_set.is_cut_short
        )


def _walk(window: Window, heads: Heads, pieces: list[Piece]) -> bool:
    """Cut the elements, bringing more of the file into memory as they need it; True when it ends inside one."""
    while True:
        window.pos, need = cut(window.data, window.pos, heads, pieces)
        if not need:
            return False
        if not window.reach(need):
            break
    if need < 0:
        message = "a value of undefined length that has no end, or another content than its head says"
        raise UnusualError(message)
    return not ends_cleanly(window.blocks, window.offset)


def _value(meta: dict[str, Any], tag: str) -> str:
    """The first value of an element of the meta information; "" when there is none."""
    element = meta.get(tag)
    return str(element["Value"][0] or "") if element else ""
