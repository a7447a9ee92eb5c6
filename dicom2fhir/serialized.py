"""FHIR JSON as bytes, and as plain Python.

Decimals keep the precision that DICOM gave (1.50 stays 1.50).  The standard library cannot write them, so they go through as
marked strings and lose their quotes at the end; the mark is a NUL, which no text of ours holds.  What writes itself
(`Expanding`) goes through as a mark alone, and its text is put in the place of the mark.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Expanding", "as_bytes", "as_plain"]

_MARK: Final = rb'"\u0000'


class Expanding(ABC):
    """A value that each writer expands in a way of its own, because it is long and its parts are alike."""

    @abstractmethod
    def json_text(self) -> str:
        """The value as JSON text."""

    @abstractmethod
    def plain(self) -> list[Any]:
        """The value as plain JSON that belongs to the caller alone."""


class _Marks:
    """What the writer is told of values that it does not know; keeps what is to be put in their place."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, value: object) -> str:
        if isinstance(value, Decimal):
            return f"\0{value:f}"
        if isinstance(value, Expanding):
            self.texts.append(value.json_text())
            return "\0"
        raise TypeError(f"{type(value).__name__} is not JSON")


def as_bytes(resource: Any) -> bytes:
    """Compact JSON in UTF-8; orjson writes it where the user has installed it, to the same bytes.

    >>> as_bytes({"value": Decimal("1.50")})
    b'{"value":1.50}'
    """
    marks = _Marks()
    orjson = _orjson()
    if orjson is None:
        encoder = json.JSONEncoder(
            ensure_ascii=False, separators=(",", ":"), default=marks, check_circular=False
        )
        whole = encoder.encode(resource).encode("utf-8", "replace")
    else:
        whole = orjson.dumps(resource, default=marks)
    first, *marked = whole.split(_MARK)
    texts = iter(marks.texts)
    return b"".join([first, *(part for piece in marked for part in _unmarked(piece, texts))])


@cache
def _orjson() -> Any:
    """The module, if the user has it; to look for it in vain takes as long as to write a small study, so this is done once."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def _unmarked(piece: bytes, texts: Iterator[str]) -> tuple[bytes, bytes]:
    """What stood behind a mark, and goes on with the rest: the next text that is ready, or a number."""
    if piece.startswith(b'"'):
        return next(texts).encode("utf-8", "replace"), piece[1:]
    return piece.replace(b'"', b"", 1), b""


def as_plain(value: Any) -> Any:
    """The same with floats for decimals, for any JSON writer; nothing that can be changed is shared with what was given.

    >>> as_plain({"value": Decimal("1.50")})
    {'value': 1.5}
    """
    if isinstance(value, dict):
        return {name: as_plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.plain() if isinstance(value, Expanding) else value
