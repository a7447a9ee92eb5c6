"""From DICOM coding scheme designators (PS3.16 Table 8-1) to FHIR code systems."""

from __future__ import annotations

import re

from dicom2fhir.terminology.table import DCM, SCT, UCUM, Term, read_table

__all__ = ["coded_term", "coding_system", "snomed_from_srt"]

_SRT = "http://snomed.info/srt"
_THO = "http://terminology.hl7.org/CodeSystem/"

# The systems are those of HL7 Terminology (THO); a scheme without one there gets the OID of Table 8-1.
SYSTEMS = {
    "SCT": SCT,
    "SRT": _SRT,  # what is left when a code has no successor; `coded_term` translates first
    "SNM3": _SRT,  # PS3.16 8.1: SNM3 and 99SDM are older names of SRT
    "SNM": _SRT,
    "99SDM": _SRT,
    "DCM": DCM,
    "DCMUID": "urn:ietf:rfc:3986",  # the code is then urn:oid:{UID}
    "LN": "http://loinc.org",
    "UCUM": UCUM,
    "RADLEX": "http://radlex.org",
    "ACR": f"{_THO}ACR",
    "C4": "http://www.ama-assn.org/go/cpt",
    "CD2": "http://www.ada.org/cdt",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "HPC": f"{_THO}HCPCS-all-codes",
    "I9": f"{_THO}icd9",
    "I9C": f"{_THO}icd9cm",
    "I9CDX": "http://hl7.org/fhir/sid/icd-9-cm",  # this and I9CP: HL7 v2 names, seen in DICOM
    "I9CP": "http://hl7.org/fhir/sid/icd-9-cm",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "I10P": "http://www.cms.gov/Medicare/Coding/ICD10",
    "ICDO3": f"{_THO}icd-o-3",
    "ISO3166_1": "urn:iso:std:iso:3166",
    "MDC": "urn:iso:std:iso:11073:10101",
    "MSH": "https://www.nlm.nih.gov/mesh",
    "NCIt": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "NDC": "http://hl7.org/fhir/sid/ndc",
    "POS": f"{_THO}POS",
    "RFC3066": "urn:ietf:bcp:47",
    "RFC5646": "urn:ietf:bcp:47",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "UMLS": f"{_THO}umls",
    "DC": "urn:oid:1.2.840.10008.2.16.10",
    "FMA": "urn:oid:2.16.840.1.113883.6.119",
    "I11": "urn:oid:1.2.840.10008.2.16.16",
    "IBSI": "urn:oid:1.2.840.10008.2.16.13",
    "ITIS_TSN": "urn:oid:1.2.840.10008.2.16.7",
    "MA": "urn:oid:1.2.840.10008.2.16.5",
    "MGI": "urn:oid:1.2.840.10008.2.16.8",
    "NEU": "urn:oid:2.16.840.1.113883.6.210",
    "NYUMCCG": "urn:oid:1.2.840.10008.2.16.11",
    "PUBCHEM_CID": "urn:oid:1.2.840.10008.2.16.9",
    "RADELEMENT": "urn:oid:1.2.840.10008.2.16.15",
    "RO": "urn:oid:1.2.840.10008.2.16.14",
    "RRID": "urn:oid:1.2.840.10008.2.16.18",
    "UBERON": "urn:oid:1.2.840.10008.2.16.6",
    "UNS": "urn:oid:1.2.840.10008.2.16.17",
}
_UPPER = {designator.upper(): system for designator, system in SYSTEMS.items()}
_SNOMED = {SCT, _SRT}
_CONCEPT_ID = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)
_BLANKS = " \t\r\n\0"


def coding_system(designator: str) -> str | None:
    """Find the FHIR code system of a coding scheme designator; None for private (99...) and unknown ones.

    >>> coding_system("LN")
    'http://loinc.org'
    >>> coding_system("99ACME") is None
    True
    """
    return _UPPER.get(designator.strip(_BLANKS).upper())


def snomed_from_srt(code: str) -> str | None:
    """Translate a SNOMED-RT style code, as DICOM used until 2018, to its SNOMED CT concept (PS3.16 Annex O).

    >>> snomed_from_srt("T-D3000")
    '51185008'
    >>> snomed_from_srt("T-00000") is None
    True
    """
    return read_table("snomed_from_srt").get(code.strip(_BLANKS).upper())


def coded_term(designator: str, code: str, meaning: str | None = None) -> Term | None:
    """Say in FHIR what a DICOM code triplet says; None without a code, no system when the scheme is unknown.

    SNOMED-RT codes become SNOMED CT where a successor exists, whichever SNOMED designator they came under.

    >>> coded_term("SRT", "T-D3000", "Chest")
    Term(system='http://snomed.info/sct', code='51185008', display='Chest')
    >>> coded_term("99ACME", "42")
    Term(system=None, code='42', display=None)
    """
    code, system = code.strip(_BLANKS), coding_system(designator)
    if not code:
        return None
    if system in _SNOMED:
        return _snomed_term(system, code, meaning)
    if designator.strip(_BLANKS).upper() == "DCMUID" and not code.startswith("urn:"):
        code = f"urn:oid:{code}"
    return Term(system, code, meaning)


def _snomed_term(system: str | None, code: str, meaning: str | None) -> Term:
    """Keep what only looks like a SNOMED CT concept out of its code system."""
    if successor := snomed_from_srt(code):
        return Term(SCT, successor, meaning)
    if system == SCT and not _CONCEPT_ID.fullmatch(code):
        return Term(None, code, meaning)
    return Term(system, code, meaning)
