"""One study to its resources: how a patient is sent, where images are fetched, who is who."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import (
    Json,
    a_code,
    a_study,
    an_instance,
    an_item,
    at,
    converted,
    findings_of,
    found,
    of_kind,
    the,
)

PERSON: Json = {"PatientID": "P1", "PatientWeight": "70"}
CREATE = {"patient_policy": "create_if_none_exist"}
REFER = {"patient_policy": "reference_only"}


def entry_of(bundle: Json, kind: str) -> Json:
    (one,) = (entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)
    return dict(one)


def test_a_patient_is_put_under_its_id() -> None:
    patient = entry_of(converted(an_instance(**PERSON)), "Patient")
    assert patient["request"] == {"method": "PUT", "url": f"Patient/{patient['resource']['id']}"}


def test_a_patient_is_created_where_no_patient_has_the_identifier_and_is_referred_to_by_its_full_url() -> (
    None
):
    bundle = converted(an_instance(**PERSON), **CREATE)
    patient = entry_of(bundle, "Patient")
    assert patient["request"] == {
        "method": "POST",
        "url": "Patient",
        "ifNoneExist": "identifier=urn%3Adicom%3Apatient-id%7CP1",
    }
    assert "id" not in patient["resource"]
    assert patient["fullUrl"].startswith("urn:uuid:")
    for kind in ("ImagingStudy", "Observation"):
        assert the(bundle, kind)["subject"] == {"reference": patient["fullUrl"]}


def test_a_patient_whose_issuer_has_no_system_is_put_lest_two_issuers_patients_become_one() -> None:
    instance = an_instance(**PERSON, IssuerOfPatientID="HOSP_A")
    assert entry_of(converted(instance, **CREATE), "Patient")["request"]["method"] == "PUT"
    systems = {"issuer_systems": {"HOSP_A": "urn:oid:1.2.3"}}
    assert entry_of(converted(instance, **CREATE, **systems), "Patient")["request"]["method"] == "POST"


def test_a_search_for_an_identifier_is_escaped() -> None:
    bundle = converted(an_instance(PatientID="P 1|&=?ä"), **CREATE)
    assert entry_of(bundle, "Patient")["request"]["ifNoneExist"].endswith("%7CP%201%7C%26%3D%3F%C3%A4")


def test_a_patient_without_an_id_is_put_even_where_others_are_created() -> None:
    assert entry_of(converted(an_instance(), **CREATE), "Patient")["request"]["method"] == "PUT"


def test_a_patient_of_two_studies_is_created_once() -> None:
    bundle = converted(an_instance("1.2.3", **PERSON), an_instance("1.2.4", **PERSON), **CREATE)
    assert entry_of(bundle, "Patient")["request"]["method"] == "POST"
    assert len({at(study, "subject.reference") for study in of_kind(bundle, "ImagingStudy")}) == 1


def test_a_patient_that_is_only_referred_to_is_named_by_his_identifier() -> None:
    bundle = converted(an_instance(**PERSON), **REFER)
    assert not of_kind(bundle, "Patient")
    identifier = {"use": "usual", "system": "urn:dicom:patient-id", "value": "P1"}
    for kind in ("ImagingStudy", "Observation"):
        assert the(bundle, kind)["subject"] == {"type": "Patient", "identifier": identifier}


def test_a_patient_without_an_id_cannot_be_referred_to_which_is_said_and_reported() -> None:
    subject = the(converted(an_instance(), **REFER), "ImagingStudy")["subject"]
    assert subject == {"type": "Patient", "display": "Patient without a PatientID"}
    assert found(findings_of(an_instance(), **REFER)) == {(Kind.UNIDENTIFIED, "PatientID")}


def url(base: str) -> Json:
    return {"RetrieveURL": f"https://{base}.example.org/rs/studies/1.2.3"}


def fetched_from(*series: Json, **options: Any) -> tuple[Any, list[Any]]:
    """The services of the study, and those of its series."""
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", SeriesNumber=place, **said)
        for place, said in enumerate(series)
    ]
    bundle = converted(*instances, **options)
    addresses = {f"Endpoint/{one['id']}": one["address"] for one in of_kind(bundle, "Endpoint")}
    study = the(bundle, "ImagingStudy")

    def of(part: Json) -> list[str]:
        return [addresses[one["reference"]] for one in part.get("endpoint", [])]

    assert len(addresses) == len(set(addresses.values()))
    return of(study), [of(one) for one in study["series"]]


A, B = "https://a.example.org/rs", "https://b.example.org/rs"


def test_one_service_for_all_series_is_that_of_the_study() -> None:
    assert fetched_from(url("a"), url("a")) == ([A], [[], []])


def test_several_services_are_those_of_their_series() -> None:
    assert fetched_from(url("a"), url("b"), {}) == ([], [[A], [B], []])
    assert fetched_from(url("a"), {}) == ([], [[A], []])


def test_a_configured_service_wins_over_those_of_the_data() -> None:
    assert fetched_from(url("a"), {}, wado_rs_url=B) == ([B], [[], []])


def test_a_person_is_one_practitioner_in_every_role_and_every_study() -> None:
    said: Json = {
        "ReferringPhysicianName": "Adams^Ada",
        "OperatorsName": ["Adams^Ada", "Brown"],
        "NameOfPhysiciansReadingStudy": "Adams^Ada",
    }
    bundle = converted(an_instance("1.2.3", **said), an_instance("1.2.4", **said), practitioners=True)
    assert sorted(at(one, "name[0].family") for one in of_kind(bundle, "Practitioner")) == ["Adams", "Brown"]
    ada = next(one["id"] for one in of_kind(bundle, "Practitioner") if at(one, "name[0].family") == "Adams")
    for study in of_kind(bundle, "ImagingStudy"):
        roles = ("referrer", "interpreter[0]", "series[0].performer[0].actor")
        assert {at(study, f"{role}.reference") for role in roles} == {f"Practitioner/{ada}"}


def test_two_persons_of_one_name_and_two_numbers_are_two_practitioners() -> None:
    numbers = [an_item(PersonIdentificationCodeSequence=a_code(number, "99X")) for number in ("1", "2")]
    said: Json = {"OperatorsName": ["Doe", "Doe"], "OperatorIdentificationSequence": numbers}
    assert len(of_kind(converted(an_instance(**said), practitioners=True), "Practitioner")) == 2


def test_a_device_of_several_series_is_one_device() -> None:
    instances = a_study("1.2.3", 3, Manufacturer="ACME", DeviceSerialNumber="1")
    bundle = converted(*instances)
    device = the(bundle, "Device")
    series = the(bundle, "ImagingStudy")["series"]
    assert {at(one, "performer[0].actor.reference") for one in series} == {f"Device/{device['id']}"}


def test_a_pack_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="'mi' is unknown; known: mii, none"):
        converted(an_instance(), profile="mi")
