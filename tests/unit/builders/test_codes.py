"""Coded entries: who knows the scheme."""

from __future__ import annotations

from typing import Any

from dicom2fhir.findings import Kind
from tests.factories import (
    Json,
    a_code,
    an_instance,
    an_item,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    the,
)


def lists(designator: str, uid: str) -> Json:
    return an_item(CodingSchemeDesignator=designator, CodingSchemeUID=uid)


def coding_of(*instances: Json, **options: Any) -> Json:
    coding: Json = at(the(converted(*instances, **options), "ImagingStudy"), "procedureCode[0].coding[0]")
    return coding


def test_a_scheme_that_nobody_knows_is_reported_once() -> None:
    instance = an_instance(ProcedureCodeSequence=a_code("1", "99X", "one"))
    assert coding_of(instance) == {"code": "1", "display": "one"}
    assert {(finding.kind, finding.keyword, finding.count) for finding in findings_of(instance)} == {
        (Kind.UNCODED, "CodingSchemeDesignator", 1)
    }


def test_each_series_lists_the_schemes_that_it_uses() -> None:
    image = an_instance(
        "1.2.3", "1.2.3.1", CodingSchemeIdentificationSequence=lists("99A", "1.2.8"), SeriesNumber=1
    )
    report = an_instance(
        "1.2.3",
        "1.2.3.2",
        SeriesNumber=2,
        ProcedureCodeSequence=a_code("1", "99B", "one"),
        CodingSchemeIdentificationSequence=[lists("99A", "1.2.8"), lists("99B", "1.2.9")],
    )
    assert coding_of(image, report)["system"] == "urn:oid:1.2.9"
    assert findings_of(image, report) == []


def test_the_data_set_knows_its_private_scheme_better_than_the_configuration() -> None:
    instance = an_instance(
        ProcedureCodeSequence=a_code("1", "99X", "one"),
        CodingSchemeIdentificationSequence=lists("99X", "1.2.9"),
    )
    assert coding_of(instance, coding_schemes={"99X": "urn:configured"})["system"] == "urn:oid:1.2.9"


def test_a_translated_code_has_no_version_of_its_old_scheme() -> None:
    old = a_code("T-D3000", "SRT", "Chest", CodingSchemeVersion="1998")
    assert "version" not in coding_of(an_instance(ProcedureCodeSequence=old))
    unknown = a_code("1", "99X", "one", CodingSchemeVersion="1998")
    assert "version" not in coding_of(an_instance(ProcedureCodeSequence=unknown))


def test_blanks_in_a_code_are_single() -> None:
    assert coding_of(an_instance(ProcedureCodeSequence=a_code(" A  1 ", "LN", "one")))["code"] == "A 1"


def test_a_code_of_a_concept_is_said_once() -> None:
    code = a_code("1", "LN", "one", EquivalentCodeSequence=a_code("1", "LN", "one"))
    study = the(converted(an_instance(ProcedureCodeSequence=[code, code])), "ImagingStudy")
    assert len(study["procedureCode"]) == len(study["procedureCode"][0]["coding"]) == 1
    assert kinds_and_keywords(findings_of(an_instance(ProcedureCodeSequence=code))) == set()


def test_a_code_that_is_a_urn_needs_no_scheme_and_with_one_it_is_of_that_scheme() -> None:
    urn = "urn:oid:1.2.9"
    bare = an_instance(ProcedureCodeSequence=an_item(URNCodeValue=urn))
    assert coding_of(bare) == {"system": "urn:ietf:rfc:3986", "code": urn}
    private = an_instance(ProcedureCodeSequence=an_item(URNCodeValue=urn, CodingSchemeDesignator="99X"))
    assert coding_of(private) == {"code": urn}
    assert coding_of(private, coding_schemes={"99X": "urn:x"}) == {"system": "urn:x", "code": urn}
    number = an_instance(ProcedureCodeSequence=an_item(CodeValue="1", URNCodeValue=urn))
    assert coding_of(number) == {"code": "1"}


def test_a_short_code_goes_before_a_long_one_and_that_before_a_urn() -> None:
    keywords: Json = {"CodingSchemeDesignator": "99X", "URNCodeValue": "urn:oid:1.2.9"}
    assert coding_of(an_instance(ProcedureCodeSequence=an_item(**keywords)))["code"] == "urn:oid:1.2.9"
    keywords |= {"LongCodeValue": "long"}
    assert coding_of(an_instance(ProcedureCodeSequence=an_item(**keywords)))["code"] == "long"
    keywords |= {"CodeValue": "short"}
    assert coding_of(an_instance(ProcedureCodeSequence=an_item(**keywords)))["code"] == "short"


def test_a_scheme_is_named_by_its_address_in_fhir_then_by_its_uid_and_by_the_first_that_names_it() -> None:
    address = "https://example.org/codes"
    both = an_item(
        CodingSchemeDesignator="99X",
        CodingSchemeUID="1.2.9",
        CodingSchemeURL=address,
        CodingSchemeURLType="FHIR",
    )
    code = a_code("1", "99X", "one")
    first = [both, lists("99X", "1.2.8")]
    for schemes, system in ((both, address), (first, address), (first[::-1], "urn:oid:1.2.8")):
        instance = an_instance(ProcedureCodeSequence=code, CodingSchemeIdentificationSequence=schemes)
        assert coding_of(instance)["system"] == system
