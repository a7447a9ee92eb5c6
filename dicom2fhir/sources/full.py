"""One file read in full: its meta information, then every element up to the last one that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.sources.blocks import InflatedBlocks, Window
from dicom2fhir.sources.charset import charset_of
from dicom2fhir.sources.cutting import PIXELS, SMALLEST, Heads, Piece, UnusualError, cut
from dicom2fhir.sources.decoding import CHARSET, Decoder, charset_raw
from dicom2fhir.sources.fallback import PatientReader

if TYPE_CHECKING:
    from dicom2fhir.sources.blocks import Blocks

__all__ = ["FullReader", "Reading"]

_MEDIA_CLASS = "00020002"
_SYNTAX = "00020010"
_META = frozenset({_MEDIA_CLASS, _SYNTAX})
_META_TAGS = range(0x00020000, 0x00030000)
_IDENTIFYING = frozenset({"00080016", "00080018", "0020000D"})

_BIG_ENDIAN = "1.2.840.10008.1.2.2"
# Deflated Explicit VR, and the two kinds of JPIP whose data sets are deflated.
_DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})


class Reading(NamedTuple):
    """What one file gave.

    ``heads`` are those of its two parts, for the layout of the series; None when there is nothing to learn from it.

    >>> Reading({}, "", identified=False, empty=True).heads is None
    True
    """

    header: dict[str, Any]
    media_class: str
    identified: bool
    empty: bool
    heads: tuple[Heads, Heads] | None = None

    def __repr__(self) -> str:
        return f"<Reading: {len(self.header)} elements>"


class _Encoding(NamedTuple):
    implicit: bool
    little_endian: bool


class FullReader:
    """Reads files without remembering anything about them but which headers there are.

    >>> from dicom2fhir.sources.blocks import MemoryBlocks
    >>> reader = FullReader(frozenset({"00080060"}))
    >>> data = bytes.fromhex("08006000") + b"CS" + bytes([2, 0]) + b"CT"
    >>> reader.read(Window(MemoryBlocks(data), data, 0)).header
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    """

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
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
        if syntax in _DEFLATED:
            window = Window(InflatedBlocks(window.blocks, window.base + window.pos), b"", 0)
            pieces = []
        encoding = _encoding(window, syntax)
        start = window.base + window.pos
        count = len(pieces)
        try:
            heads = self._read_quickly(window, encoding, pieces)
            header.update(self.decoder.dataset(pieces[count:], charset_of(charset_raw(pieces) or b"")))
        except UnusualError:
            return self._read_patiently(window.blocks, start, encoding, header, media_class)
        identified = any(piece[3] in _IDENTIFYING and piece[5] for piece in pieces)
        learnable = window.base == 0 and window.pos <= len(window.data) and syntax not in _DEFLATED
        empty = window.base + window.pos - start < SMALLEST
        return Reading(
            header, media_class, identified, empty, (self._meta_heads, heads) if learnable else None
        )

    def _read_meta(self, window: Window, pieces: list[Piece]) -> dict[str, Any]:
        """The file meta information; pydicom reads it when its elements are out of the ordinary."""
        start = window.base + window.pos
        try:
            _walk(window, self._meta_heads, pieces)
            return self._meta_decoder.dataset(pieces, charset_of(b""))
        except UnusualError:
            pieces.clear()
            reader = PatientReader(window.blocks, self._wanted | _META)
            meta = reader.read(start, _META_TAGS, implicit=False, little_endian=True)
            window.move_to(reader.end)
            return meta

    def _read_quickly(self, window: Window, encoding: _Encoding, pieces: list[Piece]) -> Heads:
        if not encoding.little_endian:
            message = "big endian"
            raise UnusualError(message)
        heads = self._heads[encoding.implicit]
        _walk(window, heads, pieces)
        return heads

    def _read_patiently(
        self, blocks: Blocks, start: int, encoding: _Encoding, header: dict[str, Any], media_class: str
    ) -> Reading:
        reader = PatientReader(blocks, self._wanted)
        found = reader.read(start, range(self._last + 1), also=_IDENTIFYING, **encoding._asdict())
        header.update((tag, element) for tag, element in found.items() if tag in self._wanted)
        return Reading(header, media_class, not _IDENTIFYING.isdisjoint(found), reader.end - start < SMALLEST)


def _walk(window: Window, heads: Heads, pieces: list[Piece]) -> None:
    """Cut the elements, bringing more of the file into memory as they need it."""
    while True:
        window.pos, need = cut(window.data, window.pos, heads, pieces)
        if not need or not window.reach(need):
            return


def _encoding(window: Window, syntax: str) -> _Encoding:
    """How the data set is encoded: the transfer syntax says it, and the first element knows it better."""
    head = window.peek(6)
    explicit = head[4:].isalpha() and head[4:].isupper()
    if syntax == _BIG_ENDIAN:
        return _Encoding(not explicit, little_endian=False)
    # Without a transfer syntax: group 0008 in big endian looks like group 0800.
    swapped = not syntax and explicit and head[1] > head[0]
    return _Encoding(not explicit, little_endian=not swapped)


def _value(meta: dict[str, Any], tag: str) -> str:
    """The first value of an element of the meta information; "" when there is none."""
    element = meta.get(tag)
    return str(element["Value"][0] or "") if element else ""
