from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.conformance import cache, mii, pins, samples, validator
from tests.conformance.cases import Inspected, golden_cases, is_for_mii
from tests.conformance.judgement import untolerated_errors
from tests.conformance.outcomes import errors, warnings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conformance.outcomes import Issue

_SUMMARIES = pytest.StashKey[list[str]]()
_SERVER = "https://fhir.example.org"


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Inspected:
    bundles = {
        "good": samples.bundle(samples.GOOD),
        "good on a server": samples.bundle(samples.GOOD, _SERVER),
        "good for MII": samples.bundle(samples.GOOD_FOR_MII),
        "newer than the definitions": samples.broken(samples.GOOD, samples.use_a_newer_modality),
        "a UDI issuer": samples.broken(samples.GOOD, samples.name_a_udi_issuer),
        **{name: samples.broken(samples.GOOD, fault) for name, (fault, _) in samples.BASE_FAULTS.items()},
    }
    return _inspect("base", bundles, golden_cases(), tmp_path_factory.mktemp("base"), pytestconfig)


@pytest.fixture(scope="session")
def for_mii(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Inspected:
    if reason := mii.missing_definitions():
        _not_run(reason)
    good = samples.GOOD_FOR_MII
    bundles: dict[str, object] = {
        "good": samples.bundle(good),
        "newer than the definitions": samples.broken(good, samples.use_a_newer_modality),
        **{name: samples.broken(good, fault) for name, (fault, _) in samples.MII_FAULTS.items()},
        **{file.name: json.loads(file.read_text(encoding="utf-8")) for file in mii.examples()},
    }
    cases = [case for case in golden_cases() if is_for_mii(case)]
    return _inspect("mii", bundles, cases, tmp_path_factory.mktemp("mii"), pytestconfig)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(_SUMMARIES, []):
        terminalreporter.write_line(line)


def _not_run(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_CONFORMANCE") == "1":
        pytest.fail(f"the conformance run is required, but: {reason}", pytrace=False)
    pytest.skip(f"no conformance run: {reason}")


def _inspect(
    profile: validator.Profile,
    bundles: Mapping[str, object],
    cases: list[Path],
    folder: Path,
    config: pytest.Config,
) -> Inspected:
    if reason := cache.missing_tools():
        _not_run(reason)
    files: dict[Path, str | Path] = {case: case for case in cases}
    for number, (name, content) in enumerate(bundles.items()):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        files[file] = name
    try:
        report = validator.inspect(list(files), profile=profile)
    except cache.FetchError as problem:
        _not_run(str(problem))
    issues: dict[str | Path, list[Issue]] = {name: [] for name in files.values()}
    for issue in report.issues:
        issues[files[issue.file]].append(issue)
    config.stash.setdefault(_SUMMARIES, []).append(_summary(profile, [issues[case] for case in cases]))
    return Inspected(issues, report.definitions)


def _summary(profile: str, cases: list[list[Issue]]) -> str:
    issues = [issue for case in cases for issue in case]
    wrong = len(untolerated_errors(issues))
    return (
        f"HL7 validator {pins.VALIDATOR.version}, {profile}: {len(cases)} bundles, {wrong} errors"
        f" ({len(errors(issues)) - wrong} tolerated), {len(warnings(issues))} warnings"
    )
