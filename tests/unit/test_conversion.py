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
    kinds_and_keywords,
    of_kind,
    the,
)

PERSON: Json = {"PatientID": "P1", "PatientWeight": "70", "StudyDate": "20240115"}
OURS = {"patient_id_system": "https://hospital.example.org/pid"}
CREATE = {"patient_policy": "create_if_none_exist", **OURS}
REFER = {"patient_policy": "reference_only", **OURS}


def entry_of(bundle: Json, kind: str) -> Json:
    (entry,) = (entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)
    return dict(entry)


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
        "ifNoneExist": "identifier=https%3A%2F%2Fhospital.example.org%2Fpid%7CP1",
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
    identifier = {"use": "usual", "system": OURS["patient_id_system"], "value": "P1"}
    for kind in ("ImagingStudy", "Observation"):
        assert the(bundle, kind)["subject"] == {"type": "Patient", "identifier": identifier}


@pytest.mark.parametrize("policy", ["create_if_none_exist", "reference_only"])
def test_a_number_of_an_issuer_that_nobody_mapped_gets_no_system_where_patients_are_searched_for(
    policy: str,
) -> None:
    instance = an_instance(PatientID="P1", IssuerOfPatientID="HOSP_A")
    bundle = converted(instance, patient_policy=policy, **OURS)
    of_reference = at(the(bundle, "ImagingStudy"), "subject.identifier")
    named = of_reference or the(bundle, "Patient")["identifier"][0]
    assert named == {"use": "usual", "value": "P1", "assigner": {"display": "HOSP_A"}}
    assert kinds_and_keywords(findings_of(instance, patient_policy=policy, **OURS)) == {
        (Kind.UNCODED, "IssuerOfPatientID")
    }


def test_a_patient_without_an_id_cannot_be_referred_to_which_is_said_and_reported() -> None:
    subject = the(converted(an_instance(), **REFER), "ImagingStudy")["subject"]
    assert subject == {"type": "Patient", "display": "Patient without a PatientID"}
    assert kinds_and_keywords(findings_of(an_instance(), **REFER)) == {(Kind.UNIDENTIFIED, "PatientID")}


def url(base: str) -> Json:
    return {"RetrieveURL": f"https://{base}.example.org/rs/studies/1.2.3"}


def fetched_from(*series: Json, wado_rs_url: str = "from-data") -> tuple[Any, list[Any]]:
    """The services of the study, and those of its series."""
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", SeriesNumber=place, **keywords)
        for place, keywords in enumerate(series)
    ]
    bundle = converted(*instances, wado_rs_url=wado_rs_url)
    addresses = {
        f"Endpoint/{endpoint['id']}": endpoint["address"] for endpoint in of_kind(bundle, "Endpoint")
    }
    study = the(bundle, "ImagingStudy")

    def of(part: Json) -> list[str]:
        return [addresses[reference["reference"]] for reference in part.get("endpoint", [])]

    assert len(addresses) == len(set(addresses.values()))
    return of(study), [of(series) for series in study["series"]]


A, B = "https://a.example.org/rs", "https://b.example.org/rs"


def test_one_service_for_all_series_is_that_of_the_study() -> None:
    assert fetched_from(url("a"), url("a")) == ([A], [[], []])


def test_several_services_are_those_of_their_series() -> None:
    assert fetched_from(url("a"), url("b"), {}) == ([], [[A], [B], []])
    assert fetched_from(url("a"), {}) == ([], [[A], []])


def test_an_address_in_the_data_that_nobody_asked_for_makes_no_endpoint_and_is_reported() -> None:
    instance = an_instance(**url("a"))
    bundle = converted(instance)
    assert not of_kind(bundle, "Endpoint")
    assert "endpoint" not in the(bundle, "ImagingStudy")
    assert [(finding.code, finding.keyword) for finding in findings_of(instance)] == [
        ("unconfigured-address", "RetrieveURL")
    ]
    assert findings_of(instance, wado_rs_url="from-data") == findings_of(instance, wado_rs_url=B) == []


def test_a_configured_service_wins_over_those_of_the_data() -> None:
    assert fetched_from(url("a"), {}, wado_rs_url=B) == ([B], [[], []])


def adams(number: str | None = None) -> Json:
    """Somebody in every role, by name and perhaps by number."""
    keywords = {
        "ReferringPhysicianName": "ReferringPhysicianIdentificationSequence",
        "OperatorsName": "OperatorIdentificationSequence",
        "NameOfPhysiciansReadingStudy": "PhysiciansReadingStudyIdentificationSequence",
    }
    roles: Json = dict.fromkeys(keywords, "Adams^Ada")
    if number:
        item = an_item(PersonIdentificationCodeSequence=a_code(number, "99X"))
        roles |= dict.fromkeys(keywords.values(), item)
    return roles


def practitioners_of(*instances: Json) -> list[set[str]]:
    """To whom each study refers, in whatever role."""
    bundle = converted(*instances, practitioners=True, coding_schemes={"99X": "https://x.example.org"})
    roles = ("referrer", "interpreter[0]", "series[0].performer[0].actor")
    return [{at(study, f"{role}.reference") for role in roles} for study in of_kind(bundle, "ImagingStudy")]


def test_a_person_with_a_number_is_one_practitioner_in_every_role_and_every_study() -> None:
    first, other = practitioners_of(an_instance("1.2.3", **adams("7")), an_instance("1.2.4", **adams("7")))
    assert len(first) == 1
    assert first == other


@pytest.mark.parametrize("institution", [{}, {"InstitutionName": "Hospital A"}])
def test_a_person_who_has_only_a_name_is_one_practitioner_in_every_role_of_one_study(
    institution: Json,
) -> None:
    keywords = {**adams(), **institution}
    first, other = practitioners_of(an_instance("1.2.3", **keywords), an_instance("1.2.4", **keywords))
    assert len(first) == len(other) == 1
    assert first != other


def test_two_operators_of_one_name_in_two_institutions_are_two_practitioners() -> None:
    series = (
        an_instance("1.2.3", f"1.2.3.{place}", OperatorsName="Doe", InstitutionName=institution)
        for place, institution in enumerate("AB")
    )
    assert len(of_kind(converted(*series, practitioners=True), "Practitioner")) == 2


def test_two_persons_of_one_name_and_two_numbers_are_two_practitioners() -> None:
    numbers = [an_item(PersonIdentificationCodeSequence=a_code(number, "99X")) for number in ("1", "2")]
    keywords: Json = {"OperatorsName": ["Doe", "Doe"], "OperatorIdentificationSequence": numbers}
    assert len(of_kind(converted(an_instance(**keywords), practitioners=True), "Practitioner")) == 2


def test_a_device_of_several_series_is_one_device() -> None:
    instances = a_study("1.2.3", 3, Manufacturer="ACME", DeviceSerialNumber="1")
    bundle = converted(*instances)
    device = the(bundle, "Device")
    series = the(bundle, "ImagingStudy")["series"]
    assert {at(part, "performer[0].actor.reference") for part in series} == {f"Device/{device['id']}"}


def test_a_pack_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="'mi' is unknown; known: mii, none"):
        converted(an_instance(), profile="mi")
