"""The user's own body-site terminology, in front of the built-in table or in its place.

A value may be a SNOMED CT code, a ``(code, display)`` or ``(system, code, display)`` tuple, or a mapping with these names.

>>> from dicom2fhir.config import ConvertConfig
>>> sites = body_sites(ConvertConfig(body_sites={"RIBS": ("113197003", "Rib")}))
>>> sites("RIBS").code, sites("CHEST").code, sites("?")
('113197003', '43799004', None)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dicom2fhir import terminology
from dicom2fhir.errors import ConfigError
from dicom2fhir.terminology import SCT, Term
from dicom2fhir.values import text

__all__ = ["BodySites", "body_sites"]

_COLUMNS: Final = {
    "term": ("term", "body_part_examined", "dicom"),
    "code": ("code", "sct_code"),
    "display": ("display", "meaning"),
    "system": ("system",),
}


@dataclass(frozen=True, slots=True)
class BodySites:
    """Answers which body site a DICOM term names; by a table that was read already, or by a function of the user's."""

    ask: Callable[[str], Term | None]
    digest: str = ""
    """What changes with the content of the user's file; empty where there is none."""

    def __call__(self, term: str) -> Term | None:
        """The body site, or None where nobody knows it."""
        return self.ask(term)


def body_sites(config: Any) -> BodySites:
    """Read the user's terminology, if there is one, and put it in front of the built-in table or in its place.

    >>> from dicom2fhir.config import ConvertConfig
    >>> body_sites(ConvertConfig())("CHEST").display
    'Chest'
    """
    own = config.body_sites
    if own is None:
        return BodySites(terminology.body_site)
    digest = ""
    if callable(own):
        ask = _by_function(own)
    elif isinstance(own, Mapping):
        ask = _by_table(own)
    else:
        path, content = _read(own)
        digest = hashlib.sha256(content.encode()).hexdigest()
        ask = _by_table(_of_json(path, content) if path.suffix.lower() == ".json" else _of_csv(path, content))
    if config.body_sites_replace:
        return BodySites(ask, digest)
    return BodySites(lambda term: ask(term) or terminology.body_site(term), digest)


def _by_function(function: Callable[[str], Any]) -> Callable[[str], Term | None]:
    return lambda term: _term(function(term), term)


def _by_table(table: Mapping[str, Any]) -> Callable[[str], Term | None]:
    own = {str(term).strip().upper(): value for term, value in table.items()}
    for term, value in own.items():
        _term(value, term)  # a mistake is told when the conversion begins, not when the body part turns up
    return lambda term: _term(own.get(term.strip().upper()), term)


def _read(own: Any) -> tuple[Path, str]:
    if not isinstance(own, (str, os.PathLike)):
        raise ConfigError(f"body_sites: expected a mapping, a file or a function, got {type(own).__name__}")
    path = Path(own)
    try:
        return path, path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"body_sites: {str(path)!r} cannot be read: {error.__class__.__name__}") from error


def _of_json(path: Path, content: str) -> Mapping[str, Any]:
    try:
        read = json.loads(content)
    except ValueError as error:
        raise ConfigError(f"body_sites: {str(path)!r} is not JSON") from error
    if not isinstance(read, dict):
        raise ConfigError(f"body_sites: {str(path)!r} holds no JSON object")
    return read


def _of_csv(path: Path, content: str) -> Mapping[str, Any]:
    import csv

    rows = csv.DictReader(content.splitlines())
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    columns = {
        part: next((names[spelling] for spelling in spellings if spelling in names), None)
        for part, spellings in _COLUMNS.items()
    }
    if columns["term"] is None or columns["code"] is None:
        raise ConfigError(
            f"body_sites: {str(path)!r} needs the columns term and code; display and system are welcome"
        )
    return {
        row[columns["term"]] or "": {
            part: row.get(name) for part, name in columns.items() if name and part != "term"
        }
        for row in rows
        if row[columns["code"]]
    }


def _term(value: Any, term: str) -> Term | None:
    """What the user's table or function answered, as a Term."""
    if value is None or isinstance(value, Term):
        return value
    if isinstance(value, str):
        value = (value, None)
    if isinstance(value, Mapping):
        value = (value.get("system"), value.get("code"), value.get("display"))
    parts = tuple(value) if isinstance(value, (tuple, list)) else ()
    if len(parts) == 2:  # noqa: PLR2004 - code and display
        parts = (SCT, *parts)
    if len(parts) != len(Term._fields) or not text(parts[1]):
        raise ConfigError(
            "body_sites: expected a code, (code, display), (system, code, display) or a mapping with these"
        )
    return Term(text(parts[0]) or SCT, str(text(parts[1])), text(parts[2]) or term.strip())
