"""Runs the official HL7 validator, offline, over any number of bundles in one process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tests.conformance import cache, pins
from tests.conformance.context_groups import write_value_sets
from tests.conformance.judgement import stricter_for_mii
from tests.conformance.mii import BASE, definitions_folder
from tests.conformance.outcomes import Issue, issues_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Profile", "Report", "inspect", "validate"]

Profile = Literal["base", "mii"]


class _Definitions(NamedTuple):
    """A version of FHIR, and where the extensions come from that are not looked at."""

    version: str
    core: str
    let_pass: str


_DRIVER = Path(__file__).with_name("ValidateAll.java")
_R4B = _Definitions("4.3.0", f"{pins.R4B.name}#{pins.R4B.version}", let_pass=BASE)
_R4 = _Definitions("4.0.1", "hl7.fhir.r4.core#4.0.1", let_pass="")  # what the MII definitions are written for


class Report(NamedTuple):
    """What one run found, and which structure definitions it had loaded (True: with a snapshot)."""

    issues: list[Issue]
    definitions: Mapping[str, bool]


def validate(files: Sequence[Path], *, profile: Profile) -> list[Issue]:
    """Validate files as R4B, or as R4 with the MII definitions loaded.

    Raises:
        cache.FetchError: The validator could not be fetched or run.
    """
    return inspect(files, profile=profile).issues


def inspect(files: Sequence[Path], *, profile: Profile) -> Report:
    """Validate files and say, too, which definitions were there to validate with.

    Raises:
        cache.FetchError: The validator could not be fetched or run.
    """
    folder = cache.ensure(_warm_up)
    if profile == "base":
        definitions, *outcomes = _run(folder, _R4B, (), files)
        return Report(_issues(files, outcomes), definitions)
    definitions, *outcomes = _run(folder, _R4, (definitions_folder(),), files)
    return Report(stricter_for_mii(_issues(files, outcomes)), definitions)


def _warm_up(folder: Path) -> None:
    for fhir in (_R4B, _R4):
        _run(folder, fhir, (), ())


def _run(
    folder: Path, fhir: _Definitions, guides: Iterable[Path], files: Sequence[Path]
) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        groups = Path(name) / "groups"
        groups.mkdir()
        write_value_sets(groups)
        out = Path(name) / "outcomes.ndjson"
        packages = (fhir.core, pins.TERMINOLOGY.version, pins.EXTENSIONS.version)
        arguments = [out, fhir.version, *packages, fhir.let_pass, groups, *guides, "--", *files]
        java = ["java", *cache.java_options(folder), "-cp", cache.classpath(folder), str(_DRIVER)]
        cache.run([*java, *map(str, arguments)])
        with out.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


def _issues(files: Sequence[Path], outcomes: Sequence[Mapping[str, Any]]) -> list[Issue]:
    pairs = zip(files, outcomes, strict=True)
    return [issue for file, outcome in pairs for issue in issues_of(file, outcome)]
