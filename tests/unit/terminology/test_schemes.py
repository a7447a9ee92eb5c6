from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.terminology import DCM, SCT, Term, coded_term, coding_system, snomed_from_srt
from dicom2fhir.terminology.schemes import SYSTEMS

SRT = "http://snomed.info/srt"


@pytest.mark.parametrize(
    ("designator", "system"),
    [
        ("SCT", "http://snomed.info/sct"),
        ("DCM", "http://dicom.nema.org/resources/ontology/DCM"),
        ("LN", "http://loinc.org"),
        ("UCUM", "http://unitsofmeasure.org"),
        ("RADLEX", "http://radlex.org"),
        ("NCIt", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
        ("I10P", "http://www.cms.gov/Medicare/Coding/ICD10"),
        ("MDC", "urn:iso:std:iso:11073:10101"),
        ("FMA", "urn:oid:2.16.840.1.113883.6.119"),
        ("sct ", "http://snomed.info/sct"),
        ("NCIT", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
    ],
)
def test_a_designator_of_table_8_1_has_a_system(designator: str, system: str) -> None:
    assert coding_system(designator) == system


@pytest.mark.parametrize("designator", ["", "L", "99ACME", "99", "OPS", "http://loinc.org"])
def test_a_private_designator_is_no_system(designator: str) -> None:
    assert coding_system(designator) is None


@pytest.mark.parametrize("designator", sorted(SYSTEMS))
def test_every_system_is_an_absolute_uri(designator: str) -> None:
    assert (coding_system(designator) or "").startswith(("http://", "https://", "urn:"))


@pytest.mark.parametrize("designator", ["SRT", "SNM3", "SNM", "99SDM", "srt ", "SCT"])
def test_a_snomed_rt_code_becomes_snomed_ct_under_every_snomed_designator(designator: str) -> None:
    assert coded_term(designator, "T-D3000 ", "Chest") == Term(SCT, "51185008", "Chest")


def test_the_deprecated_mammography_codes_keep_their_meaning() -> None:
    assert snomed_from_srt("Y-X1770") == snomed_from_srt("R-1024A") == "399192008"
    assert snomed_from_srt("Y-X1771") == snomed_from_srt("R-1024B") == "399101009"


def test_a_snomed_rt_code_without_successor_is_never_under_snomed_ct() -> None:
    assert coded_term("SRT", "T-00000") == Term(SRT, "T-00000", None)
    assert coded_term("SCT", "T-00000") == Term(None, "T-00000", None)


def test_a_word_is_never_a_snomed_ct_concept() -> None:
    assert coded_term("SCT", "nan") == Term(None, "nan", None)


def test_a_code_is_kept_under_its_own_scheme() -> None:
    assert coded_term("DCM", "126606", "^152^Terbium") == Term(DCM, "126606", "^152^Terbium")
    assert coded_term("SCT", "169069000", "CT of chest") == Term(SCT, "169069000", "CT of chest")
    assert coded_term("99ACME", "42", "Ours") == Term(None, "42", "Ours")


def test_a_uid_as_a_code_is_a_urn() -> None:
    uid = "1.2.840.10008.5.1.4.1.1.2"
    assert coded_term("DCMUID", uid) == Term("urn:ietf:rfc:3986", f"urn:oid:{uid}", None)
    assert coded_term("DCMUID", f"urn:oid:{uid}") == coded_term("DCMUID", uid)


@pytest.mark.parametrize("code", ["", " ", "\0"])
def test_without_a_code_there_is_no_term(code: str) -> None:
    assert coded_term("SCT", code, "Chest") is None


@given(st.text(), st.text())
def test_schemes_answer_any_text(designator: str, code: str) -> None:
    term = coded_term(designator, code)
    assert term is None or term.code
    assert snomed_from_srt(code) is None or term is None or term.code
