"""Coded entries (PS3.3 section 8.8) as CodeableConcepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology
from dicom2fhir.builders.datatypes import Json, concept, unique, without_empty

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["coding_of", "codings_of", "concept_of", "concepts"]

_URI: Final = "urn:ietf:rfc:3986"


def concepts(view: DicomJsonProxy, keyword: str, context: Context) -> list[Json]:
    """The concepts of a code sequence, each once; an item that says nothing is none."""
    return unique(concept_of(item, context) for item in view.items(keyword))


def concept_of(item: DicomJsonProxy, context: Context) -> Json:
    """One coded entry with its equivalents; the text is the meaning."""
    return concept(*codings_of(item, context), text=item.text("CodeMeaning"))


def codings_of(item: DicomJsonProxy, context: Context) -> list[Json]:
    """The Coding of an entry, then those of its EquivalentCodeSequence."""
    equivalents = [coding_of(equivalent, context) for equivalent in item.items("EquivalentCodeSequence")]
    return unique([coding_of(item, context), *equivalents])


def coding_of(item: DicomJsonProxy, context: Context) -> Json:
    """The Coding of one entry; empty when it has no code."""
    urn = item.text("URNCodeValue")
    code = item.text("CodeValue") or item.text("LongCodeValue") or urn or ""
    designator = item.text("CodingSchemeDesignator") or ""
    term = terminology.coded_term(designator, " ".join(code.split()), item.text("CodeMeaning"))
    if term is None:
        return {}
    system = context.system(designator, term.system) or (_URI if code == urn and not designator else None)
    if designator and system is None:
        item.note(problems.UNKNOWN_CODING_SCHEME, "CodingSchemeDesignator")
    is_translated = term.code not in {code, f"urn:oid:{code}"}
    version = item.text("CodingSchemeVersion") if system and not is_translated else None
    return without_empty(system=system, version=version, code=term.code, display=term.display)
