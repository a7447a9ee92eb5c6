"""Orders and reasons: each once, whoever names them."""

from __future__ import annotations

from typing import Any

from tests.factories import Json, a_code, an_instance, an_issuer, an_item, at, converted, the

PAIN = a_code("22253000", "SCT", "Pain")


def study_of(*instances: Json, **keywords: Any) -> Json:
    return the(converted(*(instances or [an_instance(**keywords)])), "ImagingStudy")


def test_an_order_that_several_series_name_is_said_once() -> None:
    request = an_item(AccessionNumber="A1", RequestedProcedureDescription="CT")
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", RequestAttributesSequence=request) for place in (1, 2)
    ]
    assert [at(order, "identifier.value") for order in study_of(*instances)["basedOn"]] == ["A1"]


def test_orders_of_two_series_are_both_said() -> None:
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", RequestAttributesSequence=an_item(AccessionNumber=f"A{place}"))
        for place in (1, 2)
    ]
    assert [at(order, "identifier.value") for order in study_of(*instances)["basedOn"]] == ["A1", "A2"]


def test_one_number_of_two_issuers_is_two_orders() -> None:
    requests = [
        an_item(AccessionNumber="A1", IssuerOfAccessionNumberSequence=an_issuer(entity, "ISO"))
        for entity in ("1.2.8", "1.2.9")
    ]
    assert len(study_of(RequestAttributesSequence=requests)["basedOn"]) == 2


def test_a_description_that_an_order_says_is_not_said_again() -> None:
    study = study_of(
        RequestedProcedureDescription="CT",
        RequestAttributesSequence=an_item(AccessionNumber="A1", RequestedProcedureDescription="CT"),
    )
    assert study["basedOn"] == [
        {"type": "ServiceRequest", "identifier": at(study, "basedOn[0].identifier"), "display": "CT"}
    ]


def test_a_reason_in_words_that_a_code_says_too_is_said_once() -> None:
    study = study_of(
        ReasonForTheRequestedProcedure="Pain",
        RequestAttributesSequence=an_item(ReasonForRequestedProcedureCodeSequence=PAIN),
        ReasonForPerformedProcedureCodeSequence=PAIN,
    )
    assert [reason["text"] for reason in study["reasonCode"]] == ["Pain"]
    assert at(study, "reasonCode[0].coding[0].code") == "22253000"


def test_several_codes_are_several_reasons_and_the_words_are_those_of_the_first() -> None:
    request = an_item(
        ReasonForTheRequestedProcedure="it hurts",
        ReasonForRequestedProcedureCodeSequence=[{}, PAIN, a_code("386661006", "SCT", "Fever")],
    )
    assert [reason["text"] for reason in study_of(ReferencedRequestSequence=request)["reasonCode"]] == [
        "it hurts",
        "Fever",
    ]


def test_the_issuer_of_an_accession_number_goes_before_the_configured_system() -> None:
    issuer = an_issuer("1.2.9", "ISO")
    instance = an_instance(
        AccessionNumber="A1", IssuerOfAccessionNumberSequence=[issuer, an_issuer("1.2.8", "ISO")]
    )
    study = the(converted(instance, accession_system="urn:ris"), "ImagingStudy")
    assert at(study, "identifier[0].system") == "urn:oid:1.2.9"


def test_an_order_is_described_in_words_or_else_by_its_code() -> None:
    keywords: Json = {"AccessionNumber": "A1", "RequestedProcedureCodeSequence": a_code("1", "99X", "coded")}
    assert at(study_of(**keywords), "basedOn[0].display") == "coded"
    assert at(study_of(**keywords, RequestedProcedureDescription="CT"), "basedOn[0].display") == "CT"
