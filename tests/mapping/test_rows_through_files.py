"""Every row of the mapping once more, by way of files: a tag that the reader drops is missed here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dicom2fhir.dicom2fhir import collect_directory
from tests.factories import config_of
from tests.files import a_file
from tests.mapping.rows import CASES, Row

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("row", CASES.values(), ids=CASES.keys())
async def test_a_row_of_the_mapping_is_said_of_files_too(row: Row, tmp_path: Path) -> None:
    for number, instance in enumerate(row.instances):
        (tmp_path / f"{number}.dcm").write_bytes(a_file(instance))
    collected = await collect_directory(tmp_path, config_of(**row.options))
    assert row.value_in(json.loads(collected.to_json())) == row.expected
