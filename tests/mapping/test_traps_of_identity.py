"""Traps in the Bundle, in identity and in presence: each is an input that once made a wrong or an invalid Bundle."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import (
    ABSENT,
    Json,
    a_series,
    an_instance,
    an_item,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)


def patient_of(**keywords: Any) -> Json:
    return the(converted(an_instance(**keywords)), "Patient")


def texts_in(part: Any) -> list[str]:
    """Every string of a resource."""
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts_in(value)]
    if isinstance(part, list):
        return [text for value in part for text in texts_in(value)]
    return [part] if isinstance(part, str) else []


@pytest.mark.trap("B1")
def test_every_entry_has_a_full_url_that_is_a_valid_urn_or_address() -> None:
    instance = an_instance(
        PatientID="P1", ManufacturerModelName="X1", PatientWeight="70", StudyDate="20240115"
    )
    urls = [entry["fullUrl"] for entry in converted(instance)["entry"]]
    assert len(set(urls)) == 4
    assert all(url == f"urn:uuid:{uuid.UUID(url)}" for url in urls)
    with_base = converted(instance, fhir_base_url="https://fhir.example.org/r4/")["entry"]
    assert [entry["fullUrl"] for entry in with_base] == [
        f"https://fhir.example.org/r4/{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in with_base
    ]


@pytest.mark.trap("B2")
def test_a_patient_name_is_read_by_its_groups_and_components() -> None:
    assert patient_of(PatientName="Doe^John")["name"] == [{"family": "Doe", "given": ["John"]}]
    groups = {"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}
    names = patient_of(PatientName=groups)["name"]
    assert [name["extension"][0]["valueCode"] for name in names] == ["ABC", "IDE", "SYL"]
    assert [name["family"] for name in names] == ["Yamada", "山田", "やまだ"]
    assert [name["given"] for name in names] == [["Tarou"], ["太郎"], ["たろう"]]


@pytest.mark.trap("B3")
def test_a_study_date_and_a_patient_name_alone_make_a_minimal_bundle() -> None:
    bundle = converted(an_item(StudyDate="20210101", PatientName="Doe^Jane"))
    study = the(bundle, "ImagingStudy")
    assert study["started"] == "2021-01-01"
    assert "series" not in study
    assert the(bundle, "Patient")["name"] == [{"family": "Doe", "given": ["Jane"]}]


@pytest.mark.trap("B4")
def test_an_empty_element_is_absent() -> None:
    request = an_item(ReasonForTheRequestedProcedure=None)
    bundle = converted(
        an_instance(
            PatientName=None,
            IssuerOfPatientID=None,
            PatientID="P1",
            PatientTelephoneNumbers=None,
            PatientAddress=None,
            SoftwareVersions=None,
            ManufacturerModelName="X1",
            RequestAttributesSequence=request,
        )
    )
    assert the(bundle, "Patient").keys() == {"resourceType", "id", "identifier"}
    assert "assigner" not in the(bundle, "Patient")["identifier"][0]
    assert "version" not in the(bundle, "Device")
    assert not {"reasonCode", "extension"} & the(bundle, "ImagingStudy").keys()
    assert not [text for text in texts_in(bundle) if "{" in text]


@pytest.mark.trap("B5")
@pytest.mark.parametrize("modality", [ABSENT, None, "", "  "])
def test_a_series_without_modality_is_other_and_an_instance_without_class_is_counted_not_listed(
    modality: Any,
) -> None:
    classless = an_instance(number=2, SOPClassUID=ABSENT, Modality=modality)
    nameless = an_instance(number=3, SOPInstanceUID=None, Modality=modality)
    instances = (an_instance(Modality=modality), classless, nameless)
    series = the(converted(*instances, add_instances=True), "ImagingStudy")["series"][0]
    assert series["modality"]["code"] == "OT"
    assert series["numberOfInstances"] == 2
    assert [instance["uid"] for instance in series["instance"]] == ["1.2.3.1.1"]
    assert kinds_and_keywords(findings_of(*instances, add_instances=True)) == {
        (Kind.GUESSED, "Modality"),
        (Kind.BAD_VALUE, "SOPClassUID"),
        (Kind.SKIPPED_INSTANCE, "SOPInstanceUID"),
    }


@pytest.mark.trap("B6")
def test_the_same_instance_twice_is_one_instance(capsys: pytest.CaptureFixture[str]) -> None:
    once = converted(an_instance(), add_instances=True)
    assert converted(an_instance(), an_instance(), add_instances=True) == once
    assert capsys.readouterr().out == ""
    assert kinds_and_keywords(findings_of(an_instance(), an_instance())) == {
        (Kind.DUPLICATE, "SOPInstanceUID")
    }


@pytest.mark.trap("B7")
@pytest.mark.parametrize("empty", [ABSENT, None, "", "  "])
def test_patients_without_an_id_have_no_identifier_and_an_id_of_their_own_study(empty: Any) -> None:
    patient = the(converted(an_instance("1.2.3", PatientID=empty, PatientName="Doe^Jane")), "Patient")
    other = the(converted(an_instance("1.2.4", PatientID=empty, PatientName="Roe^Jim")), "Patient")
    assert "identifier" not in patient
    assert patient["id"] != other["id"]
    both = converted(
        an_instance("1.2.3", PatientID=empty, PatientName="Doe^Jane"),
        an_instance("1.2.4", PatientID=empty, PatientName="Roe^Jim"),
    )
    assert {patient["id"] for patient in of_kind(both, "Patient")} == {patient["id"], other["id"]}


@pytest.mark.trap("B8")
def test_one_patient_id_from_two_issuers_is_two_patients() -> None:
    first, other = (patient_of(PatientID="P1", IssuerOfPatientID=issuer) for issuer in ("HOSP_A", "HOSP_B"))
    assert first["id"] != other["id"]
    assert first["identifier"][0]["assigner"] == {"display": "HOSP_A"}


@pytest.mark.trap("B9")
@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("1976.01.31", "1976-01-31"),
        ("18991231", "1899-12-31"),
        ("197601", "1976-01"),
        ("1976", "1976"),
        ("19760131 ", "1976-01-31"),
    ],
)
def test_a_birth_date_may_be_old_partial_padded_or_in_the_old_spelling(written: str, right: str) -> None:
    assert patient_of(PatientBirthDate=written)["birthDate"] == right


@pytest.mark.trap("B10")
@pytest.mark.parametrize("empty", ["^^^^", "^", "=", {"Alphabetic": "^^^^"}, {"Alphabetic": "^=^=^"}, {}])
def test_a_name_without_any_component_is_no_name(empty: Any) -> None:
    assert "name" not in patient_of(PatientName={"Alphabetic": ""} if empty == {} else empty)
    plain = {**an_instance(), "00100010": {"vr": "PN", "Value": [empty]}}
    assert "name" not in the(converted(plain), "Patient")
    assert findings_of(plain) == []


@pytest.mark.trap("B10b")
def test_every_telephone_number_is_kept() -> None:
    numbers = patient_of(PatientTelephoneNumbers=["030 1", "030 2"])["telecom"]
    assert numbers == [
        {"system": "phone", "value": "030 1", "use": "home"},
        {"system": "phone", "value": "030 2", "use": "home"},
    ]


@pytest.mark.trap("B11")
@pytest.mark.parametrize("number", ["-1", -1, "2147483648", 2147483648, "abc", "1.5", 1.5])
def test_an_instance_number_that_fhir_cannot_say_is_left_out(number: Any) -> None:
    instance = an_instance(InstanceNumber=number)
    study = the(converted(instance, add_instances=True), "ImagingStudy")
    assert study["series"][0]["instance"][0].keys() == {"uid", "sopClass"}
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "InstanceNumber")}


@pytest.mark.trap("B12")
def test_a_study_uid_padded_with_nul_is_the_same_study() -> None:
    padded = an_instance(StudyInstanceUID="1.2.3\0")
    assert converted(padded) == converted(an_instance())
    assert at(the(converted(padded), "ImagingStudy"), "identifier[0].value") == "urn:oid:1.2.3"


@pytest.mark.trap("B13")
def test_padding_is_no_part_of_a_value() -> None:
    keywords: Json = {
        "Modality": "CT",
        "BodyPartExamined": "CHEST",
        "PatientSex": "M",
        "AccessionNumber": "A1",
        "PatientID": "P1",
    }
    padded: Json = {keyword: f" {value}  \0" for keyword, value in keywords.items()}
    bundle = converted(an_instance(**padded, ImageType=["ORIGINAL", "PRIMARY "]), add_instances=True)
    assert bundle == converted(an_instance(**keywords, ImageType=["ORIGINAL", "PRIMARY"]), add_instances=True)
    assert the(bundle, "Patient")["gender"] == "male"


@pytest.mark.trap("B14")
@pytest.mark.parametrize("keyword", ["SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"])
@pytest.mark.parametrize("padding", [" ", "\0", " \0"])
def test_a_padded_uid_is_the_same_uid(keyword: str, padding: str) -> None:
    uid = an_instance()[
        {"SeriesInstanceUID": "0020000E", "SOPInstanceUID": "00080018"}.get(keyword, "00080016")
    ]
    padded = an_instance(**{keyword: uid["Value"][0] + padding})
    assert converted(padded, add_instances=True) == converted(an_instance(), add_instances=True)


@pytest.mark.trap("B15")
def test_two_studies_of_two_patients_do_not_mix() -> None:
    bundle = converted(*a_series("1.2.3", PatientID="P1"), *a_series("1.2.4", PatientID="P2"))
    subjects = {
        study["identifier"][0]["value"]: (study["subject"]["reference"], len(study["series"]))
        for study in of_kind(bundle, "ImagingStudy")
    }
    ids = {patient["identifier"][0]["value"]: patient["id"] for patient in of_kind(bundle, "Patient")}
    assert subjects == {
        "urn:oid:1.2.3": (f"Patient/{ids['P1']}", 1),
        "urn:oid:1.2.4": (f"Patient/{ids['P2']}", 1),
    }


@pytest.mark.trap("B16")
def test_what_the_first_instance_does_not_say_a_later_one_says() -> None:
    report = an_instance("1.2.3", "1.2.3.1", Modality="SR", SeriesNumber=1)
    image = an_instance(
        "1.2.3",
        "1.2.3.2",
        SeriesNumber=2,
        StudyDescription="CT Thorax",
        PatientWeight="70",
        PatientName="Doe",
    )
    for instances in ((report, image), (image, report)):
        bundle = converted(*instances)
        assert the(bundle, "ImagingStudy")["description"] == "CT Thorax"
        assert the(bundle, "Observation")["valueQuantity"]["value"] == 70
        assert the(bundle, "Patient")["name"] == [{"family": "Doe"}]
