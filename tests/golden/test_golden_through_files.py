"""Every case in this folder once more, by way of files: a tag that the reader drops is missed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dicom2fhir.dicom2fhir import collect_directory
from tests.files import a_file

HERE = Path(__file__).parent
NO_FILES = {"unidentified": "a file without any UID is no file of DICOM, and is skipped"}
CASES = sorted(path.parent for path in HERE.glob("*/config.json") if path.parent.name not in NO_FILES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_input_as_files_gives_the_expected_bundle(case: Path, tmp_path: Path) -> None:
    for path in (case / "input").glob("*.json"):
        (tmp_path / f"{path.stem}.dcm").write_bytes(a_file(json.loads(path.read_text("utf-8"))))
    collected = await collect_directory(tmp_path, json.loads((case / "config.json").read_text("utf-8")))
    expected = json.loads((case / "expected.json").read_text("utf-8"), parse_float=str)
    assert json.loads(collected.to_json(), parse_float=str) == expected
