"""FHIR JSON as bytes, and as plain Python.

Decimals keep the precision that DICOM gave (1.50 stays 1.50).  The standard library cannot write them, so they go through as
marked strings and lose their quotes at the end; the mark is a NUL, which no text of ours holds.  What is written already
goes through as a mark alone, and is put in its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Written", "as_bytes", "as_plain"]

_MARK: Final = rb'"\u0000'


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of JSON that somebody has written already.

    >>> as_bytes({"instance": Written('[{"uid":"1.2.3"}]')})
    b'{"instance":[{"uid":"1.2.3"}]}'
    """

    text: str = field(repr=False)


class _Marks:
    """What the writer is told of values that it does not know; keeps what is to be put in their place."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __call__(self, value: object) -> str:
        if isinstance(value, Decimal):
            return f"\0{value:f}"
        if isinstance(value, Written):
            self.written.append(value.text)
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
        # It would write what is Written as the dataclass that it is.
        whole = orjson.dumps(resource, default=marks, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    first, *marked = whole.split(_MARK)
    ready = iter(marks.written)
    return b"".join([first, *(part for one in marked for part in _unmarked(one, ready))])


@cache
def _orjson() -> Any:
    """The module, if the user has it; to look for it in vain takes as long as to write a small study, so this is done once."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def _unmarked(text: bytes, ready: Iterator[str]) -> tuple[bytes, bytes]:
    """What stood behind a mark, and goes on with the rest of the text: the next that is ready, or a number."""
    if text.startswith(b'"'):
        return next(ready).encode("utf-8", "replace"), text[1:]
    return text.replace(b'"', b"", 1), b""


def as_plain(value: Any) -> Any:
    """The same with floats for decimals, for any JSON writer; what holds none is not copied deeply more than it must.

    >>> as_plain({"value": Decimal("1.50")})
    {'value': 1.5}
    """
    if isinstance(value, dict):
        return {name: as_plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
