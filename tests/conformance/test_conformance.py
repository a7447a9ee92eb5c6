from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance import mii, samples
from tests.conformance.cases import golden_cases, is_for_mii
from tests.conformance.judgement import untolerated_errors
from tests.conformance.outcomes import errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.conformance.cases import Inspected
    from tests.conformance.outcomes import Issue

pytestmark = pytest.mark.conformance

CASES = golden_cases()
MII_CASES = [case for case in CASES if is_for_mii(case)]


def name(case: Path) -> str:
    return case.parent.name


def listed(issues: Sequence[Issue]) -> str:
    return "\n".join(map(str, issues))


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_golden_bundle_is_valid_r4b(base: Inspected, case: Path) -> None:
    untolerated = untolerated_errors(base.issues[case])
    assert not untolerated, listed(untolerated)


@pytest.mark.parametrize("case", MII_CASES, ids=name)
def test_a_golden_bundle_of_the_mii_pack_keeps_the_mii_profiles(for_mii: Inspected, case: Path) -> None:
    untolerated = untolerated_errors(for_mii.issues[case])
    assert not untolerated, listed(untolerated)


@pytest.mark.parametrize("sample", ["good", "good on a server", "good for MII"])
def test_a_right_bundle_has_no_errors(base: Inspected, sample: str) -> None:
    assert not errors(base.issues[sample]), listed(base.issues[sample])


@pytest.mark.parametrize("fault", samples.BASE_FAULTS)
def test_a_fault_is_reported(base: Inspected, fault: str) -> None:
    untolerated = listed(untolerated_errors(base.issues[fault]))
    assert samples.BASE_FAULTS[fault][1] in untolerated


def test_a_bundle_with_a_right_mii_study_has_no_errors(for_mii: Inspected) -> None:
    assert not errors(for_mii.issues["good"]), listed(for_mii.issues["good"])


@pytest.mark.parametrize("fault", samples.MII_FAULTS)
def test_a_breach_of_a_mii_profile_is_reported(for_mii: Inspected, fault: str) -> None:
    untolerated = listed(untolerated_errors(for_mii.issues[fault]))
    assert samples.MII_FAULTS[fault][1] in untolerated


def test_the_published_mii_examples_have_no_errors(for_mii: Inspected) -> None:
    untolerated = [
        issue for file in mii.examples() for issue in untolerated_errors(for_mii.issues[file.name])
    ]
    assert not untolerated, listed(untolerated)


def test_every_mii_definition_is_loaded_but_those_listed(for_mii: Inspected) -> None:
    assert mii.unloaded(for_mii.definitions) == set(mii.UNLOADABLE)


@pytest.mark.parametrize(
    ("mode", "sample"),
    [
        ("base", "newer than the definitions"),
        ("base", "a UDI issuer"),
        ("for_mii", "newer than the definitions"),
    ],
)
def test_what_the_definitions_lack_is_tolerated(
    request: pytest.FixtureRequest, mode: str, sample: str
) -> None:
    inspected: Inspected = request.getfixturevalue(mode)
    issues = inspected.issues[sample]
    assert errors(issues)
    assert not untolerated_errors(issues), listed(untolerated_errors(issues))
