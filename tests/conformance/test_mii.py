from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import mii


@pytest.fixture
def definitions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MII_DEFINITIONS", str(tmp_path))
    return tmp_path


def test_the_definitions_are_beside_the_repository_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MII_DEFINITIONS", raising=False)
    assert mii.definitions_folder() == Path(mii.__file__).parents[3] / "shared" / "mii"


def test_missing_definitions_are_said_with_their_place(definitions: Path) -> None:
    assert str(definitions) in (mii.missing_definitions() or "")


def test_a_definition_counts_as_loaded_with_its_snapshot_only(definitions: Path) -> None:
    for name in ("loaded", "bare", "absent"):
        definitions.joinpath(f"StructureDefinition-{name}.json").write_text(
            json.dumps({"url": name}), encoding="utf-8"
        )
    assert mii.missing_definitions() is None
    assert mii.unloaded({"loaded": True, "bare": False}) == {"bare", "absent"}
