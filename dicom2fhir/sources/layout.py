"""What the headers of one series have in common, so that the next file is compared instead of read.

Files of one series differ in few elements.  Two of them show which; everything between those is kept as it is, bytes
and decoded elements.  A further file is then a dozen comparisons of long runs of bytes, a copy of one dict, and
the few elements that do differ.  The outcome is the same as that of reading every element: a run is compared only
where an element begins, and a file that does not fit is read as a whole and teaches the layout what else may differ.
"""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812 - it is a class, whatever its name
from typing import Any, NamedTuple

from dicom2fhir.sources.charset import Charset, charset_of
from dicom2fhir.sources.cutting import (
    IMPLICIT,
    LONG,
    SHORT,
    SMALLEST,
    STOP,
    UNDEFINED,
    Heads,
    Piece,
    UnusualError,
    cut,
    end_of_sequence,
)
from dicom2fhir.sources.decoding import Decoder, charset_raw

__all__ = ["Layout", "series_mark"]

MAGIC_AT = 128
_META_GROUP = b"\x02\x00"
_LARGEST = 1 << 18
_MOST_LESSONS = 64
# What decides how all the rest is read: class (is it a DICOMDIR?), transfer syntax, character set.
_MUST_STAY = (bytes.fromhex("02000200"), bytes.fromhex("02001000"), bytes.fromhex("08000500"))

_length = Struct("<I").unpack_from


class _Step(NamedTuple):
    """A run of bytes to compare (``size``), or the head of an element that may differ or be missing (no size)."""

    head: bytes
    size: int
    kind: int = SHORT
    key: str | None = None
    vr: str = ""


def series_mark(data: bytes) -> bytes | None:
    r"""The bytes of the first Series Instance UID (0020,000E): a guess at which layout will fit.

    >>> series_mark(bytes.fromhex("20000e00") + b"UI" + bytes([4, 0]) + b"1.2\0" + b"more")
    b' \x00\x0e\x00UI\x04\x001.2\x00'
    """
    at = data.find(b"\x20\x00\x0e\x00")
    if at < 0 or at + 8 > len(data):
        return None
    size = data[at + 6] if data[at + 4 : at + 6] == b"UI" else data[at + 4]
    return data[at : at + 8 + size]


class Layout:
    """The layout of one series: ``learn`` it from files read as a whole, then ``follow`` it.

    A file that is cut short is never followed: no run of bytes and no element may reach beyond its end.
    """

    __slots__ = ("_base", "_charset", "_differing", "_heads", "_last", "_lessons", "_steps")

    def __init__(self) -> None:
        self._last: bytes | None = None
        self._differing: dict[bytes, _Step] = {}
        self._steps: list[_Step] = []
        self._base: dict[str, Any] = {}
        self._charset: Charset = charset_of(b"")
        self._heads: tuple[Heads, Heads] | None = None
        self._lessons = 0

    def learn(self, data: bytes, heads: tuple[Heads, Heads], decoder: Decoder) -> None:
        """Take in one file that lies in ``data`` as far as ``heads`` (of its meta information, of its data set) go."""
        same_kind = self._heads is not None and self._heads[1] is heads[1]
        before = self._last if same_kind else None
        self._last, self._steps = None, []
        if len(data) > _LARGEST or self._lessons > _MOST_LESSONS:
            return
        self._lessons += 1
        self._last, self._heads = data, heads
        if before is None:
            return
        pieces = _pieces(data, heads)
        if not self._compare(before, _pieces(before, heads), data, pieces):
            return
        self._charset = charset_of(charset_raw(pieces) or b"")
        common = [piece for piece in pieces if data[piece[0] : piece[0] + 4] not in self._differing]
        if not common or data[common[-1][0] : common[-1][0] + 2] == _META_GROUP:
            return  # nothing but meta information: the data set may as well be missing
        self._base = decoder.dataset(common, self._charset)
        self._plan(data, pieces)

    def _compare(self, old: bytes, old_pieces: list[Piece], data: bytes, pieces: list[Piece]) -> bool:
        """Note what differs between two files; False when their kind cannot be followed."""
        before, now = _by_tag(old, old_pieces), _by_tag(data, pieces)
        if len(now) != len(pieces) or len(before) != len(old_pieces) or list(now) != sorted(now, key=_order):
            return False  # a tag came twice, or out of order
        for tag in now.keys() | before.keys():
            new, was = now.get(tag), before.get(tag)
            if new and was and data[new[0] : new[1]] == old[was[0] : was[1]]:
                continue
            source, piece = (data, new) if new else (old, was)
            if piece:
                self._differing.setdefault(tag, _differing_step(source, piece))
        return not any(tag in self._differing for tag in _MUST_STAY)

    def _plan(self, data: bytes, pieces: list[Piece]) -> None:
        """Lay out the runs of common bytes, and between them the elements that differ."""
        now = _by_tag(data, pieces)
        start = MAGIC_AT
        end = MAGIC_AT + 4
        for tag in sorted(now.keys() | self._differing.keys(), key=_order):
            if tag not in self._differing:
                end = now[tag][1]
                continue
            if end > start:
                self._steps.append(_Step(data[start:end], end - start))
            self._steps.append(self._differing[tag])
            start = end = now[tag][1] if tag in now else end
        if end > start:
            self._steps.append(_Step(data[start:end], end - start))

    def follow(self, data: bytes, *, ends: bool) -> list[Piece] | None:
        """The wanted elements that may differ; None when the file does not fit.

        ``ends`` says that the file is no longer than ``data``.
        """
        if not self._steps or self._heads is None:
            return None
        try:
            pos, pieces = _follow(self._steps, data)
        except (IndexError, StructError, UnusualError):
            return None
        left = len(data) - pos
        if left < SMALLEST:
            return pieces if left == 0 and ends else None
        heads = self._heads[1]
        return pieces if heads[data[pos : pos + heads.width]][0] == STOP else None

    def complete(self, pieces: list[Piece], decoder: Decoder) -> dict[str, Any]:
        """The whole header: what is common, and the pieces that `follow` gave."""
        header = self._base.copy()
        header.update(decoder.dataset(pieces, self._charset))
        return header


def _follow(steps: list[_Step], data: bytes) -> tuple[int, list[Piece]]:
    pos = MAGIC_AT
    pieces: list[Piece] = []
    goes_on = data.startswith
    for head, size, kind, key, vr in steps:
        if not goes_on(head, pos):
            if size:
                raise UnusualError
            continue
        if size:
            pos += size
            continue
        if kind == SHORT:
            value = pos + 8
            end = value + (data[pos + 6] | data[pos + 7] << 8)
        else:
            value = pos + (12 if kind == LONG else 8)
            (length,) = _length(data, value - 4)
            end = value + length
            if length == UNDEFINED:
                end = end_of_sequence(data, value, implicit=kind == IMPLICIT or vr == "UN")
        if key is not None:
            pieces.append((pos, end, kind, key, vr, data[value:end]))
        pos = end
    return pos, pieces


def _pieces(data: bytes, heads: tuple[Heads, Heads]) -> list[Piece]:
    """Every element of a file."""
    pieces: list[Piece] = []
    pos = MAGIC_AT + 4
    for kind in heads:
        pos, _need = cut(data, pos, kind, pieces, every=True)
    return pieces


def _by_tag(data: bytes, pieces: list[Piece]) -> dict[bytes, Piece]:
    return {data[piece[0] : piece[0] + 4]: piece for piece in pieces}


def _order(tag: bytes) -> bytes:
    """What sorts little-endian tags by group and element."""
    return tag[1::-1] + tag[:1:-1]


def _differing_step(data: bytes, piece: Piece) -> _Step:
    start, _end, kind, key, vr, _raw = piece
    return _Step(data[start : start + (4 if kind == IMPLICIT else 6)], 0, kind, key, vr)
