from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.judgement import STRICTER_FOR_MII, TOLERATED, stricter_for_mii, untolerated_errors
from tests.conformance.outcomes import Issue

DCM = "http://dicom.nema.org/resources/ontology/DCM"
CID_33 = "http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_33.html"
NO_SYSTEM = (
    "A code with no system has no defined meaning, and it cannot be validated. A system should be provided"
)


def an_issue(code: str, message: str, location: str = "Bundle.entry[0]", severity: str = "error") -> Issue:
    return Issue(Path("a.json"), severity, location, message, code)


def unknown(code: str, system: str = DCM) -> str:
    return f"Unknown code '{code}' in the CodeSystem '{system}' version '01'"


def not_in_group(code: str) -> str:
    missing = f"The provided code '{DCM}#{code}' was not found in the value set '{CID_33}'"
    return (
        f"The Coding provided ({DCM}#{code}) was not found in the value set 'CID33' ({CID_33}), and a code is required"
        f" from this value set.  (error message = {missing}; {unknown(code)})"
    )


@pytest.mark.parametrize("rule", [*TOLERATED, *STRICTER_FOR_MII], ids=lambda rule: rule.message)
def test_every_rule_says_why_it_is_there(rule: object) -> None:
    assert len(getattr(rule, "why", "")) > 40


def test_a_code_that_dicom_has_added_is_tolerated() -> None:
    assert not untolerated_errors([an_issue("Unknown_Code_in_Version", unknown("DOC"))])


@pytest.mark.parametrize(
    "message", [unknown("ZZ"), unknown("DOC", "http://loinc.org"), f"{unknown('DOC')}, and more"]
)
def test_another_unknown_code_is_not(message: str) -> None:
    assert untolerated_errors([an_issue("Unknown_Code_in_Version", message)])


def test_the_same_text_under_another_message_id_is_not() -> None:
    assert untolerated_errors([an_issue("Display_Name", unknown("DOC"))])


def test_a_code_of_the_context_group_is_tolerated_where_only_the_terminology_lacks_it() -> None:
    assert not untolerated_errors([an_issue("Terminology_TX_NoValid_12", not_in_group("DOC"))])


def test_a_code_outside_the_context_group_is_not() -> None:
    newer_but_no_modality = "128740"
    assert untolerated_errors([an_issue("Terminology_TX_NoValid_12", not_in_group(newer_but_no_modality))])


@pytest.mark.parametrize(
    "place", ["series[0].modality", "modality[0]", "series[1].laterality", "series[0].bodySite"]
)
def test_a_code_without_a_system_is_an_error_where_mii_requires_a_code(place: str) -> None:
    issue = an_issue("TERMINOLOGY_TX_SYSTEM_NO_CODE", NO_SYSTEM, f"ImagingStudy.{place}", "warning")
    assert untolerated_errors(stricter_for_mii([issue]))


def test_elsewhere_it_stays_a_warning() -> None:
    issue = an_issue("TERMINOLOGY_TX_SYSTEM_NO_CODE", NO_SYSTEM, "ImagingStudy.meta.tag[0]", "warning")
    assert stricter_for_mii([issue]) == [issue]


@pytest.mark.parametrize(("code", "severity"), [("7771000", "warning"), ("51185008", "error")])
def test_a_laterality_must_be_one_of_the_four(code: str, severity: str) -> None:
    message = f"Unable to validate code '{code}' in system 'http://snomed.info/sct' because …"
    issue = an_issue(
        "Error_validating_code_running_without_terminology_services", message, "x.laterality", "warning"
    )
    assert [judged.severity for judged in stricter_for_mii([issue])] == [severity]


def test_a_profile_that_was_not_found_is_an_error() -> None:
    message = "Profile reference 'https://x' has not been checked because it could not be found"
    issue = an_issue("VALIDATION_VAL_PROFILE_UNKNOWN", message, severity="warning")
    assert untolerated_errors(stricter_for_mii([issue]))
