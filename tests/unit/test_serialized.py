"""Bytes: the same whoever writes them, and numbers as they were written."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.serialized import Expanding, _orjson, as_bytes, as_plain
from tests.properties.strategies import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAVES = (
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
    | st.text(max_size=12).map(lambda text: text.replace("\0", ""))
)
NAMES = st.text(max_size=12).map(lambda text: text.replace("\0", ""))
RESOURCES = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


@contextmanager
def no_orjson() -> Iterator[None]:
    """As if the user did not have it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "orjson", None)  # an import of it fails
        _orjson.cache_clear()
        yield
    _orjson.cache_clear()


@examples(100)
@given(RESOURCES)
def test_bytes_and_plain_python_say_the_same(resource: dict[str, Any]) -> None:
    assert json.loads(as_bytes(resource)) == as_plain(resource)
    read = json.loads(as_bytes(resource), parse_float=Decimal)
    assert read == resource


@examples(100)
@given(RESOURCES)
def test_the_bytes_are_the_same_with_and_without_orjson(resource: dict[str, Any]) -> None:
    pytest.importorskip("orjson")
    with_orjson = as_bytes(resource)
    with no_orjson():
        assert as_bytes(resource) == with_orjson


def test_a_number_keeps_the_zeros_that_were_written() -> None:
    assert as_bytes({"a": [Decimal("1.50"), Decimal(100), Decimal("1E+2")]}) == b'{"a":[1.50,100,100]}'


@pytest.mark.parametrize("text", ['"\\u0000', "\\u0000", '\\"\\u0000"', '"'])
def test_a_text_that_looks_like_the_mark_of_a_number_stays_a_text(text: str) -> None:
    assert json.loads(as_bytes({"a": text, "b": Decimal("1.5"), "c": text})) == {
        "a": text,
        "b": 1.5,
        "c": text,
    }


def test_what_is_not_json_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        as_bytes({"a": object()})


def test_a_lone_surrogate_does_not_stop_the_writer() -> None:
    with no_orjson():
        assert as_bytes({"a": "\ud800"}) == b'{"a":"?"}'


class Ready(Expanding):
    """A piece of JSON that somebody has written already."""

    def __init__(self, text: str) -> None:
        self._text = text

    def json_text(self) -> str:
        return self._text

    def plain(self) -> list[Any]:
        return [json.loads(self._text)]


def test_what_writes_itself_stands_among_numbers_where_it_belongs() -> None:
    resource = {
        "a": Ready("[1]"),
        "b": Decimal("1.50"),
        "c": [Ready('{"d":"\\u0000"}'), "e"],
        "f": Decimal(2),
    }
    assert as_bytes(resource) == b'{"a":[1],"b":1.50,"c":[{"d":"\\u0000"},"e"],"f":2}'
