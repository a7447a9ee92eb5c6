"""What we make of the validator's remarks: which errors are none, and which warnings are errors to us.

Both lists are closed, and each entry says why it is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.conformance.context_groups import DCM, dcm_codes, group_codes
from tests.conformance.outcomes import Issue, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["STRICTER_FOR_MII", "TOLERATED", "Rule", "stricter_for_mii", "untolerated_errors"]

_LATERALITY = 244


class Rule(NamedTuple):
    """Names remarks by the validator's message id, by their text and place, and by what `holds` of the text."""

    codes: frozenset[str]
    message: str
    why: str
    location: str = ""
    holds: Callable[[re.Match[str]], bool] = bool

    def applies(self, issue: Issue) -> bool:
        """Say whether this rule is about that remark."""
        if issue.code not in self.codes or not re.search(self.location, issue.location):
            return False
        match = re.search(self.message, issue.message)
        return match is not None and self.holds(match)


def _is_dcm(match: re.Match[str]) -> bool:
    return match["code"] in dcm_codes()


def _is_in_group(match: re.Match[str]) -> bool:
    return match["code"] in group_codes(int(match["group"]))


def _is_no_laterality(match: re.Match[str]) -> bool:
    return match["code"] not in group_codes(_LATERALITY)


_OLD_DCM = rf"Unknown code '(?P<code>\w+)' in the CodeSystem '{re.escape(DCM)}' version '01'"

TOLERATED = (
    Rule(
        codes=frozenset({"Unknown_Code_in_Version"}),
        message=f"^{_OLD_DCM}$",
        holds=_is_dcm,
        why="R4 and R4B carry the DICOM terminology as it was in 2018 and call it complete; DICOM has added this code "
        "since (22 modalities, DOC and EEG among them), and another code would be a wrong one",
    ),
    Rule(
        codes=frozenset({"Terminology_TX_NoValid_12"}),
        message=rf"^The Coding provided \(.*\) was not found in the value set 'CID(?P<group>33)' .*{_OLD_DCM}\)$",
        holds=_is_in_group,
        why="the same remark once more: the code is in the context group, and only the old terminology lacks it",
    ),
    Rule(
        codes=frozenset({"Type_Specific_Checks_DT_URL_Resolve"}),
        message=r"^No definition could be found for URL value 'http://hl7\.org/fhir/NamingSystem/"
        r"(gs1-di|hibcc-dI|iccbba-blood-di|iccbba-other-di)'$",
        location=r"\.udiCarrier\[\d+\]\.issuer$",
        why="these four are the issuers that R4 and R4B name in the definition of this very element; HL7 has only never "
        "published them as resources",
    ),
)

STRICTER_FOR_MII = (
    Rule(
        codes=frozenset({"VALIDATION_VAL_PROFILE_UNKNOWN", "VALIDATION_VAL_PROFILE_UNKNOWN_ERROR"}),
        message="has not been checked because it could not be found",
        why="a claimed profile that was not loaded has checked nothing",
    ),
    Rule(
        codes=frozenset({"TERMINOLOGY_TX_SYSTEM_NO_CODE"}),
        message="A code with no system has no defined meaning",
        location=r"\.(modality(\[\d+\])?|bodySite|laterality|sopClass)$",
        why="the MII profile requires a code of a value set here, and a code without a system is in none",
    ),
    Rule(
        codes=frozenset({"", "Error_validating_code_running_without_terminology_services"}),
        message=r"Unable to validate code '(?P<code>\w+)' in system 'http://snomed\.info/sct'",
        location=r"\.laterality$",
        holds=_is_no_laterality,
        why="the MII profile requires context group 244, whose four codes we know though the validator does not",
    ),
)


def untolerated_errors(issues: Iterable[Issue]) -> list[Issue]:
    """Keep the errors that no rule tolerates."""
    return [issue for issue in errors(issues) if not any(rule.applies(issue) for rule in TOLERATED)]


def stricter_for_mii(issues: Iterable[Issue]) -> list[Issue]:
    """Make errors of the remarks that leave a demand of the MII profiles unchecked or unmet."""
    return [
        issue._replace(severity="error") if any(rule.applies(issue) for rule in STRICTER_FOR_MII) else issue
        for issue in issues
    ]
