"""Pieces of a data set turned into DICOM JSON, sequences and their items included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.charset import Charset, charset_of
from dicom2fhir.sources.cutting import (
    IMPLICIT,
    ITEM,
    MAX_DEPTH,
    SEQUENCE_END,
    UNDEFINED,
    Heads,
    Piece,
    UnusualError,
    cut,
    tag_and_length,
)
from dicom2fhir.sources.elements import Element, decode_element

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CHARSET", "Decoder", "charset_raw"]

CHARSET = "00080005"
_LONGEST_REMEMBERED = 1 << 14


class Decoder:
    """Turns pieces into elements; it holds the wanted tags, which are the same at every level.

    Of each sequence it remembers the latest, so that equal ones are one object: what it gives is read-only.

    >>> decoder = Decoder(frozenset({"00080060"}))
    >>> decoder.dataset([(0, 10, 0, "00080060", "CS", b"CT")], charset_of(b""))
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    """

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._latest: dict[str, tuple[bytes, Charset, bool, Element | None]] = {}
        inner = wanted | {CHARSET}
        self._heads = {implicit: Heads(inner, implicit=implicit, nested=True) for implicit in (False, True)}

    def dataset(self, pieces: Iterable[Piece], charset: Charset, depth: int = 0) -> dict[str, Any]:
        """The elements of one data set or item, in DICOM JSON; what is empty is left out."""
        elements: dict[str, Any] = {}
        for _start, _end, kind, key, vr, raw in pieces:
            if key is None or raw is None or key not in self._wanted:
                continue
            if vr == "SQ":
                element = self._sequence(key, raw, charset, implicit=kind == IMPLICIT, depth=depth)
            else:
                element = decode_element(vr, raw, charset)
            if element is not None:
                elements[key] = element
            else:  # of two elements with one tag the last one counts, also when it is empty
                elements.pop(key, None)
        return elements

    def _sequence(
        self, key: str, raw: bytes, charset: Charset, *, implicit: bool, depth: int
    ) -> Element | None:
        """A sequence; the frames of an enhanced object mostly repeat what the frame before said."""
        known = self._latest.get(key)
        if known is not None and known[0] == raw and known[1] is charset and known[2] == implicit:
            return known[3]
        items = self._items(raw, charset, implicit=implicit, depth=depth)
        element = {"vr": "SQ", "Value": items} if items else None
        if len(raw) <= _LONGEST_REMEMBERED:
            self._latest[key] = (raw, charset, implicit, element)
        return element

    def _items(self, raw: bytes, charset: Charset, *, implicit: bool, depth: int) -> list[dict[str, Any]]:
        """The items of a sequence, given all that lies between its header and its end."""
        if depth >= MAX_DEPTH:
            message = f"sequences are nested more than {MAX_DEPTH} deep"
            raise SourceError(message)
        items: list[dict[str, Any]] = []
        pos, size = 0, len(raw)
        while pos < size:
            if size - pos < 8:  # noqa: PLR2004 - a tag and a length
                raise UnusualError(_BROKEN)
            tag, length = tag_and_length(raw, pos)
            if tag == SEQUENCE_END:
                break
            if tag != ITEM:
                raise UnusualError(_BROKEN)
            pieces, pos = self._item(raw, pos + 8, length, implicit=implicit)
            inner = charset_raw(pieces)
            items.append(self.dataset(pieces, charset if inner is None else charset_of(inner), depth + 1))
        return items

    def _item(self, raw: bytes, pos: int, length: int, *, implicit: bool) -> tuple[list[Piece], int]:
        """The pieces of the item whose content begins at ``pos``, and where the next item begins."""
        pieces: list[Piece] = []
        if length == UNDEFINED:
            end, need = cut(raw, pos, self._heads[implicit], pieces)
            if need:
                raise UnusualError(_BROKEN)
            return pieces, end + 8
        content = raw[pos : pos + length]
        end, need = cut(content, 0, self._heads[implicit], pieces)
        if len(content) != length or end != length:
            raise UnusualError(_BROKEN)
        return pieces, pos + length


_BROKEN = "a sequence whose lengths do not add up"


def charset_raw(pieces: Iterable[Piece]) -> bytes | None:
    """The bytes of Specific Character Set among the pieces."""
    raw = None
    for piece in pieces:
        if piece[3] == CHARSET:
            raw = piece[5]
    return raw
