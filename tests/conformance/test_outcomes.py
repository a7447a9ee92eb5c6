from __future__ import annotations

from pathlib import Path

from tests.conformance.outcomes import Issue, errors, issues_of, warnings

FILE = Path("a.json")


def an_outcome(**issue: object) -> dict[str, object]:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "details": {"text": "no"}, **issue}],
    }


def test_an_issue_has_its_place_and_its_text() -> None:
    issues = list(issues_of(FILE, an_outcome(expression=["Bundle.entry[0]"])))
    assert issues == [Issue(FILE, "error", "Bundle.entry[0]", "no")]


def test_an_issue_has_the_validators_own_name_for_it() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"
    other = {"url": "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line", "valueInteger": 1}
    outcome = an_outcome(extension=[other, {"url": url, "valueCode": "Some_Name"}])
    assert [issue.code for issue in issues_of(FILE, outcome)] == ["Some_Name"]


def test_a_text_may_stand_in_the_diagnostics() -> None:
    outcome = an_outcome(details={}, diagnostics="crash")
    assert [issue.message for issue in issues_of(FILE, outcome)] == ["crash"]


def test_that_all_is_well_is_no_issue() -> None:
    assert not list(issues_of(FILE, an_outcome(severity="information", details={"text": "All OK"})))


def test_an_outcome_without_issues_has_none() -> None:
    assert not list(issues_of(FILE, {"resourceType": "OperationOutcome"}))


def test_fatal_errors_are_errors_and_hints_are_neither() -> None:
    severities = ["fatal", "error", "warning", "information"]
    issues = [Issue(FILE, severity, "", "") for severity in severities]
    assert [issue.severity for issue in errors(issues)] == ["fatal", "error"]
    assert [issue.severity for issue in warnings(issues)] == ["warning"]


def test_an_issue_reads_as_one_line() -> None:
    assert str(Issue(FILE, "error", "Patient.gender", "no", "Bad")) == "error [Bad] Patient.gender: no"
