"""What the package promises: names, documentation, and an import that does no work."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import pydoc
import subprocess
import sys
from typing import Any

import pytest

import dicom2fhir

MODULES = [
    info.name
    for info in pkgutil.walk_packages(dicom2fhir.__path__, "dicom2fhir.")
    if not info.name.endswith("__main__")
]


@pytest.mark.parametrize("name", dicom2fhir.__all__)
def test_every_public_name_can_be_imported_and_is_listed(name: str) -> None:
    assert getattr(dicom2fhir, name) is not None
    assert name in dir(dicom2fhir)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dicom2fhir.no_such_name


def documented(module: str) -> list[tuple[str, Any]]:
    """The public classes and functions that a module defines itself."""
    loaded = importlib.import_module(module)
    names = getattr(loaded, "__all__", ())
    members = [(f"{module}.{name}", getattr(loaded, name)) for name in names]
    return [
        (name, member)
        for name, member in members
        if getattr(member, "__module__", None) == module and callable(member)
    ]


PUBLIC = [pytest.param(member, id=name) for module in MODULES for name, member in documented(module)]


@pytest.mark.parametrize("member", PUBLIC)
def test_every_public_name_has_a_docstring(member: Any) -> None:
    assert inspect.getdoc(member)


CALLED = sorted(
    name
    for name in dicom2fhir.__all__
    if inspect.isfunction(getattr(dicom2fhir, name))
    or name in {"ConvertConfig", "Dicom2FHIRBundle", "DicomJsonProxy", "Finding", "Findings"}
)


@pytest.mark.parametrize("name", CALLED)
def test_what_users_call_has_an_example_that_runs(name: str) -> None:
    called = getattr(dicom2fhir, name)
    finder = doctest.DocTestFinder(recurse=inspect.isclass(called))
    assert any(test.examples for test in finder.find(called, name)), f"{name} has no example"


FRONT_DOOR = [
    name
    for name in dicom2fhir.__all__
    if name.partition("_")[2] in {"directory", "generator"} or "bundles_" in name
]


@pytest.mark.parametrize("name", FRONT_DOOR)
def test_help_says_what_each_argument_of_the_front_door_is(name: str) -> None:
    function = getattr(dicom2fhir, name)
    text = pydoc.plain(pydoc.render_doc(function))
    for argument in inspect.signature(function).parameters:
        assert f"    {argument}: " in text


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_importing_the_package_imports_neither_models_nor_pydicom() -> None:
    loaded = run("import sys, dicom2fhir; print(*sys.modules)").split()
    assert not {"fhir", "pydantic", "pydicom", "aiofiles", "pytz", "asyncio"} & {
        name.split(".")[0] for name in loaded
    }


def test_the_way_to_json_bytes_needs_no_models() -> None:
    code = (
        "import sys; from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle as B; b = B();"
        "b.add({'00100020': {'vr': 'LO', 'Value': ['P1']}}); b.to_json(); print(*sys.modules)"
    )
    assert "pydantic" not in run(code).split()
