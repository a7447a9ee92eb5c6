"""The golden cases, and what one run of the validator said of them and of the samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.outcomes import Issue

__all__ = ["Inspected", "golden_cases", "is_for_mii"]

_GOLDEN = Path(__file__).parents[1] / "golden"


class Inspected(NamedTuple):
    """The remarks on each sample (by name) and on each golden case (by path), and the definitions loaded."""

    issues: Mapping[str | Path, list[Issue]]
    definitions: Mapping[str, bool]

    def __repr__(self) -> str:
        return f"Inspected({len(self.issues)} bundles)"


def golden_cases() -> list[Path]:
    """List the bundles of the golden cases."""
    return sorted(_GOLDEN.glob("*/expected.json"))


def is_for_mii(case: Path) -> bool:
    """Say whether the configuration of a case asks for the mii pack."""
    config = case.with_name("config.json")
    return config.is_file() and json.loads(config.read_text(encoding="utf-8")).get("profile") == "mii"
