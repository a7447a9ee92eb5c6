"""Ids: equal for the same thing, different for different things, and always a FHIR id."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import InvalidIdError
from dicom2fhir.ids import bundle_id, default_id_function, full_url, id_maker, issuer_of
from tests.factories import an_instance, an_issuer, an_item, converted, of_kind, the

MAKE = default_id_function()


def proxy(**keywords: Any) -> DicomJsonProxy:
    return DicomJsonProxy(an_item(**keywords))


@pytest.mark.parametrize(
    "resource_type", ["ImagingStudy", "Patient", "Device", "Observation", "Practitioner"]
)
def test_what_nothing_identifies_has_the_id_of_its_content(resource_type: str) -> None:
    first, other = proxy(StudyDescription="one"), proxy(StudyDescription="other")
    assert MAKE(resource_type, first) == MAKE(resource_type, first) != MAKE(resource_type, other)


def test_the_extra_tells_resources_of_one_type_apart() -> None:
    assert MAKE("Observation", proxy(StudyInstanceUID="1.2"), "a") != MAKE(
        "Observation", proxy(StudyInstanceUID="1.2"), "b"
    )


def test_an_issuer_is_named_by_its_text_or_else_by_its_entity() -> None:
    qualifiers = an_issuer("1.2.9", "ISO")
    assert issuer_of(proxy(IssuerOfPatientIDQualifiersSequence=qualifiers)) == "1.2.9"
    assert issuer_of(proxy(IssuerOfPatientID="A", IssuerOfPatientIDQualifiersSequence=qualifiers)) == "A"
    assert issuer_of(proxy(IssuerOfPatientIDQualifiersSequence=an_issuer())) is None


@pytest.mark.parametrize("keyword", ["DeviceID", "GantryID"])
def test_devices_that_only_a_local_number_names_are_devices_of_their_study(keyword: str) -> None:
    keywords = {keyword: "1"}
    first, other = proxy(StudyInstanceUID="1.2", **keywords), proxy(StudyInstanceUID="1.3", **keywords)
    assert MAKE("Device", first) != MAKE("Device", other)
    assert MAKE("Device", first) != MAKE("Device", proxy(StudyInstanceUID="1.2", **{keyword: "2"}))


def test_devices_that_only_a_udi_names_are_told_apart_by_it() -> None:
    bundle = converted(
        *(
            an_instance(
                "1.2.3", f"1.2.3.{place}", UDISequence=an_item(UniqueDeviceIdentifier=f"(01){place:014}")
            )
            for place in (1, 2)
        )
    )
    assert len({device["id"] for device in of_kind(bundle, "Device")}) == 2


def keyword_only(resource_type: str, ds: DicomJsonProxy, *, extra: str = "") -> str:
    return f"{resource_type}-{len(list(ds))}{extra and '-'}{extra}"


@pytest.mark.parametrize(
    "function",
    [
        lambda kind, _ds, extra="": kind + extra,
        lambda *parts: parts[0] + parts[2],
        keyword_only,
        lambda kind, _ds: kind,
    ],
)
def test_an_id_function_is_called_with_what_it_takes(function: Any) -> None:
    make = id_maker(function)
    assert make("Patient", proxy(), "").startswith("Patient")
    assert make("Observation", proxy(), "a") != make("Observation", proxy(), "b")


def test_a_function_without_a_signature_is_called_with_everything() -> None:
    text: Any = "a"
    assert id_maker(max)("A", text, "b") == "b"


@pytest.mark.parametrize("answer", ["a_b", "", "x" * 65, None, 7, "ä", "a b"])
def test_an_answer_that_is_no_fhir_id_is_an_error_that_names_the_resource(answer: Any) -> None:
    with pytest.raises(InvalidIdError, match="for ImagingStudy is no FHIR id"):
        converted(an_instance(), id_function=lambda _kind, _ds: answer)


def test_an_id_function_may_ask_for_more_than_is_mapped() -> None:
    instance = an_instance(RequestingService="ER", AccessionNumber="A1")

    def by_service(kind: str, ds: DicomJsonProxy, extra: str = "") -> str:
        return "-".join([kind, ds.RequestingService, ds.AccessionNumber, extra or "x"])

    bundle = converted(instance, id_function=by_service)
    assert the(bundle, "ImagingStudy")["id"] == "ImagingStudy-ER-A1-x"


def test_the_id_of_a_bundle_is_a_uuid_of_its_studies() -> None:
    assert converted(an_instance())["id"] == str(uuid.UUID(bundle_id("1.2.3"))) == bundle_id("1.2.3")
    assert bundle_id("1.2.3") != bundle_id("1.2.3", "1.2.4") == bundle_id("1.2.4", "1.2.3")


def test_a_full_url_is_the_same_for_the_same_resource_alone() -> None:
    assert full_url("Patient", "7") == full_url("Patient", "7") != full_url("Device", "7")
