"""Where the definitions of the MII module for imaging are, and which of them cannot be loaded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BASE", "UNLOADABLE", "definitions_folder", "examples", "missing_definitions", "unloaded"]

BASE = "https://www.medizininformatik-initiative.de/fhir/ext/modul-bildgebung/"
_PROFILE = f"{BASE}StructureDefinition/mii-pr-bildgebung-"
_OTHER_MODULE = (
    "derives from {} of another MII module, which no registry in reach has; we make no such resource"
)

UNLOADABLE: Mapping[str, str] = MappingProxyType(
    {
        f"{_PROFILE}bildgebungsprozedur": _OTHER_MODULE.format(
            "modul-prozedur/StructureDefinition/Procedure"
        ),
        f"{_PROFILE}radiologische-befundungsprozedur": _OTHER_MODULE.format(
            "modul-prozedur/StructureDefinition/Procedure"
        ),
        f"{BASE}StructurDefinition/mii-pr-bildgebung-TNM-radiologische-befundungsprozedur": (  # published with this URL
            "derives from the one before"
        ),
        f"{_PROFILE}kontrastmittelgabe": _OTHER_MODULE.format(
            "modul-medikation/StructureDefinition/MedicationAdministration"
        ),
    }
)


def definitions_folder() -> Path:
    """Give the folder with the published definitions: MII_DEFINITIONS, or ../shared/mii beside the repository."""
    named = os.environ.get("MII_DEFINITIONS")
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "mii"


def missing_definitions() -> str | None:
    """Say that the definitions are not there; None when they are."""
    folder = definitions_folder()
    if any(folder.glob("StructureDefinition-*.json")):
        return None
    return f"no MII definitions in {folder}; name their folder in MII_DEFINITIONS"


def unloaded(loaded: Mapping[str, bool]) -> set[str]:
    """List the definitions of the folder that the validator has not loaded, or has without a snapshot."""
    files = definitions_folder().glob("StructureDefinition-*.json")
    published = {json.loads(file.read_text(encoding="utf-8"))["url"] for file in files}
    return {url for url in published if not loaded.get(url)}


def examples() -> list[Path]:
    """List the published examples."""
    return sorted(definitions_folder().glob("*-exa-*.json"))
