"""Every case in this folder: its input, by its configuration, gives its expected Bundle, byte by byte.

``pytest tests/golden --golden-write`` writes what the code says now; read the difference before you commit it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/config.json"))


def converted(case: Path) -> bytes:
    config: dict[str, Any] = json.loads((case / "config.json").read_text("utf-8"))
    bundle = Dicom2FHIRBundle(config)
    for path in sorted((case / "input").glob("*.json")):
        bundle.add(json.loads(path.read_text("utf-8")))
    return bundle.to_json()


def readable(bundle: bytes) -> str:
    """One element a line; a decimal is written as it was: 1.50 stays 1.50."""
    marked = json.loads(bundle, parse_float=lambda number: f"\0{number}")
    text = json.dumps(marked, indent=1, ensure_ascii=False)
    return re.sub(r'"\\u0000([^"]*)"', r"\1", text) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_input_gives_the_expected_bundle(case: Path, pytestconfig: pytest.Config) -> None:
    made = converted(case)
    expected = case / "expected.json"
    if pytestconfig.getoption("--golden-write"):
        expected.write_text(readable(made), "utf-8")
    assert json.loads(made, parse_float=str) == json.loads(expected.read_text("utf-8"), parse_float=str)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_expected_bundle_is_valid_in_the_models(case: Path) -> None:
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate_json((case / "expected.json").read_text("utf-8"))


def test_every_case_says_what_it_is_about() -> None:
    assert CASES
    assert all((case / "README.md").read_text("utf-8").strip() for case in CASES)
