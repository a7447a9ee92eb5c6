"""Reads what the validator writes: one OperationOutcome per file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Issue", "errors", "issues_of", "warnings"]

_MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"
_ALL_OK = "All OK"


class Issue(NamedTuple):
    """One remark of the validator: `code` is the name that the validator's own message table has for it."""

    file: Path
    severity: str
    location: str
    message: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.severity} [{self.code}] {self.location}: {self.message}"


def issues_of(file: Path, outcome: Mapping[str, Any]) -> Iterator[Issue]:
    """Read the issues of one OperationOutcome; the remark that there are none is none."""
    for issue in outcome.get("issue", ()):
        text = issue.get("details", {}).get("text") or issue.get("diagnostics", "")
        if text == _ALL_OK:
            continue
        yield Issue(file, issue["severity"], ", ".join(issue.get("expression", ())), text, _message_id(issue))


def errors(issues: Iterable[Issue]) -> list[Issue]:
    """Keep the errors and fatal errors."""
    return [issue for issue in issues if issue.severity in {"error", "fatal"}]


def warnings(issues: Iterable[Issue]) -> list[Issue]:
    """Keep the warnings."""
    return [issue for issue in issues if issue.severity == "warning"]


def _message_id(issue: Mapping[str, Any]) -> str:
    for extension in issue.get("extension", ()):
        if extension["url"] == _MESSAGE_ID:
            return str(extension.get("valueCode") or extension.get("valueString") or "")
    return ""
