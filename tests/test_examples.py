"""Every example runs, on the data it makes itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def run(example: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(example)], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_and_prints_something(example: Path) -> None:
    done = run(example)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_directory_example_reports_the_file_that_is_not_dicom() -> None:
    done = run(ROOT / "examples" / "convert_directory.py")
    assert json.loads(done.stdout)["resourceType"] == "Bundle"
    assert "readme.txt" in done.stderr


def test_the_examples_of_the_issue_are_there() -> None:
    promised = {"convert_directory", "convert_generator", "custom_ids", "custom_bodysite", "etl_ndjson"}
    assert promised <= {path.stem for path in EXAMPLES}
