"""The tables of attributes: whatever a room asks for is in them, and whatever is in them is asked for."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.datadict import tag_for_keyword

import dicom2fhir
from dicom2fhir import Conversion, attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(dicom2fhir.__path__[0])
TABLES: dict[str, Mapping[str, str]] = {
    name: table
    for name, table in vars(attributes).items()
    if name.isupper() and isinstance(table, Mapping) and not name.startswith("_") and name != "FOLLOWERS"
}
KEYWORDS = {keyword for table in TABLES.values() for keyword in table}
ROOMS = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "attributes.py")
# What asks a data set, an item or the tables by keyword.
ASKING = {
    "bad_value",
    "date",
    "date_time",
    "decimal",
    "get_list",
    "items",
    "key_of",
    "names",
    "non_empty",
    "raw_values",
    "text",
    "texts",
    "uid",
    "unsigned",
    "values_in_place",
}
# Words of DICOM that are not meant as such where they stand.
NOT_ASKED = {
    "PersonName": "the class of a name, in values",
    "RequestingService": "an example of extra_attributes, for users",
}
BY_TAG = {"SpecificCharacterSet": "the reader asks for it by its tag, before there is a data set to ask"}


def parsed(path: Path) -> list[ast.AST]:
    """Every node of the syntax tree of a module."""
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def mentioned(path: Path) -> set[str]:
    """The keywords of DICOM that a module has as texts, wherever they stand: in a call, a tuple or a table."""
    constants = (node.value for node in parsed(path) if isinstance(node, ast.Constant))
    words = {text for text in constants if isinstance(text, str) and text.isidentifier()}
    return {word for word in words if tag_for_keyword(word) is not None}


def asked(path: Path) -> set[str]:
    """The keywords, right or wrong, that a module hands to a method that takes some."""
    calls = [node for node in parsed(path) if isinstance(node, ast.Call)]
    arguments = (
        argument.value
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in ASKING
        for argument in call.args
        if isinstance(argument, ast.Constant)
    )
    return {text for text in arguments if isinstance(text, str) and text[:1].isupper()}


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_attribute_that_a_room_asks_for_is_in_the_tables(path: Path) -> None:
    assert (mentioned(path) | asked(path)) - NOT_ASKED.keys() <= KEYWORDS


def test_every_attribute_of_the_tables_is_asked_for_by_some_room() -> None:
    assert set().union(*map(mentioned, ROOMS)) | BY_TAG.keys() >= KEYWORDS


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_each_keyword_the_tag_that_it_has_in_dicom(name: str) -> None:
    assert {keyword: f"{tag_for_keyword(keyword):08X}" for keyword in TABLES[name]} == TABLES[name]


def test_leaders_and_followers_are_attributes_of_one_table() -> None:
    for leader, followers in attributes.FOLLOWERS.items():
        assert any({leader, *followers} <= table.keys() for table in TABLES.values()), leader


@pytest.mark.parametrize("name", TABLES)
def test_a_reader_keeps_every_table_with_a_pack_and_those_of_no_pack_without_one(name: str) -> None:
    keys = set(TABLES[name].values())
    assert keys <= Conversion({"profile": "mii"}).wanted
    assert (
        name in {"TECHNIQUE", "IMAGE", "TECHNIQUE_NESTED", "TECHNIQUE_FRAMES"} or keys <= attributes.wanted()
    )


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a value, however deep it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from texts_of([*value.keys(), *value.values()])
    elif isinstance(value, Collection) and not isinstance(value, (bytes, range)):
        for part in value:
            yield from texts_of(part)


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_table_of_a_module_has_the_key_of_an_unknown_keyword(path: Path) -> None:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    if parts[-1] == "__main__":
        return  # it runs the command
    module = importlib.import_module(".".join(part for part in parts if part != "__init__"))
    for name, value in vars(module).items():
        if not name.startswith("__"):
            assert "None" not in texts_of(value), name
