"""Traps in coded values."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import (
    Json,
    a_code,
    an_instance,
    an_issuer,
    an_item,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)

SCT = "http://snomed.info/sct"
DCM = "http://dicom.nema.org/resources/ontology/DCM"


def study_of(**keywords: Any) -> Json:
    return the(converted(an_instance(**keywords)), "ImagingStudy")


def series_of(**keywords: Any) -> Json:
    made: Json = study_of(**keywords)["series"][0]
    return made


@pytest.mark.trap("B29")
@pytest.mark.parametrize("part", ["FETALARM", "FETALDIGIT", "FETALHEART", "FETALLEG", "FETALPOLE"])
def test_a_body_part_whose_code_is_not_snomed_has_no_snomed_code(part: str) -> None:
    site = series_of(BodyPartExamined=part)["bodySite"]
    assert site.keys() == {"code", "display"}
    assert site["code"] == part
    assert kinds_and_keywords(findings_of(an_instance(BodyPartExamined=part))) == {
        (Kind.UNCODED, "BodyPartExamined")
    }


@pytest.mark.trap("B30")
def test_a_body_part_is_found_in_lower_case_and_in_its_sequence() -> None:
    chest = {"system": SCT, "code": "43799004", "display": "Chest"}
    assert series_of(BodyPartExamined="chest")["bodySite"] == chest
    region = a_code("T-28000", "SRT", "Lung")
    assert series_of(AnatomicRegionSequence=region)["bodySite"] == {
        "system": SCT,
        "code": "39607008",
        "display": "Lung",
    }
    more_specific = series_of(AnatomicRegionSequence=region, BodyPartExamined="CHEST")["bodySite"]
    assert more_specific["code"] == "39607008"


@pytest.mark.trap("B31")
def test_the_study_lists_all_modalities_or_only_those_that_acquire() -> None:
    instances = [
        an_instance("1.2.3", f"1.2.3.{number}", SeriesNumber=number, Modality=modality)
        for number, modality in enumerate(["SR", "PR", "CT"], start=1)
    ]
    everything = the(converted(*instances), "ImagingStudy")["modality"]
    assert everything == [{"system": DCM, "code": code} for code in ("SR", "PR", "CT")]
    acquiring = the(converted(*instances, modality_list="acquisition"), "ImagingStudy")["modality"]
    assert acquiring == [{"system": DCM, "code": "CT"}]


@pytest.mark.trap("B32")
def test_a_side_is_coded_and_nothing_is_said_to_be_selected_by_a_user() -> None:
    left = {"system": SCT, "code": "7771000", "display": "Left"}
    for keyword in ("Laterality", "ImageLaterality", "FrameLaterality"):
        assert series_of(**{keyword: "L"})["laterality"] == left
    assert "laterality" not in series_of(Laterality="U")
    unmapped = series_of(BodyPartExamined="RIBS", Laterality="L")
    assert unmapped["bodySite"] == {"code": "RIBS", "display": "RIBS"}
    assert "userSelected" not in str(unmapped)


@pytest.mark.trap("B33")
def test_a_procedure_code_keeps_code_system_and_version() -> None:
    code = a_code("169069000", "SCT", "CT of chest", CodingSchemeVersion="20240101")
    assert study_of(ProcedureCodeSequence=code)["procedureCode"] == [
        {
            "coding": [{"system": SCT, "version": "20240101", "code": "169069000", "display": "CT of chest"}],
            "text": "CT of chest",
        }
    ]


@pytest.mark.trap("B34")
def test_physicians_operators_study_id_and_orders_are_said() -> None:
    request = an_item(AccessionNumber="A2", RequestedProcedureDescription="CT Thorax")
    study = study_of(
        ReferringPhysicianName="Adams^Ada^^Dr.",
        PerformingPhysicianName="Brown^Ben",
        OperatorsName=["Clark^Cleo", "Dunn^Dan"],
        NameOfPhysiciansReadingStudy=["Evans^Eve", "Ford^Finn"],
        StudyID="S1",
        RequestAttributesSequence=request,
    )
    assert study["referrer"]["display"] == "Dr. Ada Adams"
    assert [reader["display"] for reader in study["interpreter"]] == ["Eve Evans", "Finn Ford"]
    performers = study["series"][0]["performer"]
    assert [
        (at(performer, "function.coding[0].code"), at(performer, "actor.display")) for performer in performers
    ] == [
        ("PRF", "Ben Brown"),
        ("SPRF", "Cleo Clark"),
        ("SPRF", "Dan Dunn"),
    ]
    assert {"use": "secondary", "value": "S1"} in study["identifier"]
    assert at(study, "basedOn[0].identifier.value") == "A2"
    assert at(study, "basedOn[0].display") == "CT Thorax"


@pytest.mark.trap("B35")
def test_the_issuers_of_numbers_are_said_and_other_patient_ids_are_kept() -> None:
    bundle = converted(
        an_instance(
            AccessionNumber="A1",
            IssuerOfAccessionNumberSequence=an_issuer("1.2.9", "ISO"),
            PatientID="P1",
            IssuerOfPatientIDQualifiersSequence=an_issuer("1.2.8", "ISO", IdentifierTypeCode="MR"),
            OtherPatientIDsSequence=an_item(PatientID="P2", IssuerOfPatientID="HOSP_B"),
        )
    )
    assert at(the(bundle, "ImagingStudy"), "identifier[0].system") == "urn:oid:1.2.9"
    main, other = the(bundle, "Patient")["identifier"]
    assert main["system"] == "urn:oid:1.2.8"
    assert at(main, "type.coding[0].code") == "MR"
    assert (other["use"], other["value"], other["assigner"]) == ("secondary", "P2", {"display": "HOSP_B"})


@pytest.mark.trap("B36")
def test_an_empty_code_item_is_no_concept_and_a_long_code_is_a_code() -> None:
    assert "procedureCode" not in study_of(ProcedureCodeSequence={})
    long = an_item(LongCodeValue="12345678901234567", CodingSchemeDesignator="SCT", CodeMeaning="long")
    (concept,) = study_of(ProcedureCodeSequence=[{}, long])["procedureCode"]
    assert concept["coding"][0]["code"] == "12345678901234567"


@pytest.mark.trap("B37")
@pytest.mark.parametrize(
    ("request_item", "right"),
    [
        (an_item(ReasonForTheRequestedProcedure="pain"), [{"text": "pain"}]),
        (
            an_item(ReasonForRequestedProcedureCodeSequence=a_code("R07.4", "I10", "Chest pain")),
            [
                {
                    "coding": [
                        {"system": "http://hl7.org/fhir/sid/icd-10", "code": "R07.4", "display": "Chest pain"}
                    ],
                    "text": "Chest pain",
                }
            ],
        ),
    ],
)
def test_the_reason_in_an_item_of_a_referenced_request_is_said(request_item: Json, right: list[Json]) -> None:
    assert study_of(ReferencedRequestSequence=request_item)["reasonCode"] == right


@pytest.mark.trap("B38")
def test_a_reason_nests_no_extension_in_an_extension() -> None:
    request = an_item(ReasonForTheRequestedProcedure="pain")
    assert "extension" not in study_of(RequestAttributesSequence=request)
    national = converted(an_instance(RequestAttributesSequence=request), profile="mii")
    reasons = [
        extension
        for extension in the(national, "ImagingStudy")["extension"]
        if extension["url"].endswith("bildgebungsgrund")
    ]
    assert [reason["valueString"] for reason in reasons] == ["pain"]
    assert "extension" not in reasons[0]


@pytest.mark.trap("B39")
def test_each_series_names_the_device_that_made_it() -> None:
    bundle = converted(
        an_instance("1.2.3", "1.2.3.1", SeriesNumber=1, Manufacturer="ACME", DeviceSerialNumber="1"),
        an_instance("1.2.3", "1.2.3.2", SeriesNumber=2, Manufacturer="ACME", DeviceSerialNumber="2"),
    )
    ids = {device["serialNumber"]: device["id"] for device in of_kind(bundle, "Device")}
    actors = [at(series, "performer[0].actor.reference") for series in the(bundle, "ImagingStudy")["series"]]
    assert actors == [f"Device/{ids['1']}", f"Device/{ids['2']}"]


@pytest.mark.trap("B40")
def test_every_software_version_is_kept() -> None:
    device = the(converted(an_instance(StationName="CT1", SoftwareVersions=["1.0", "2.0"])), "Device")
    assert device["version"] == [{"value": "1.0"}, {"value": "2.0"}]


@pytest.mark.trap("B41")
def test_a_udi_is_split_into_the_carrier_and_the_device_identifier() -> None:
    udi = "(01)04056869000000(11)170101(21)12345"
    device = the(converted(an_instance(UDISequence=an_item(UniqueDeviceIdentifier=udi))), "Device")
    assert device["udiCarrier"] == [
        {
            "deviceIdentifier": "04056869000000",
            "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
            "carrierHRF": udi,
        }
    ]


@pytest.mark.trap("B45")
@pytest.mark.parametrize(
    "keywords",
    [
        {"Modality": "KO", "ConceptNameCodeSequence": a_code("113000", "DCM", "Of Interest")},
        {"Modality": "PR", "ContentLabel": "Of Interest"},
        {"Modality": "SEG", "ContentDescription": "Of Interest"},
        {"Modality": "DOC", "DocumentTitle": "Of Interest"},
    ],
    ids=lambda keywords: keywords["Modality"],
)
def test_what_is_no_image_has_its_title_too(keywords: Json) -> None:
    study = the(converted(an_instance(**keywords), add_instances=True), "ImagingStudy")
    assert at(study, "series[0].instance[0].title") == "Of Interest"
