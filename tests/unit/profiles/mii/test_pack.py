"""The pack as a whole: 3.1, 3.4, 3.5, B29, B32, B38, B39, B47, B48, E01, E03, E04, E09, E12."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.findings import Kind
from dicom2fhir.terminology import SCT
from tests.factories import (
    Json,
    a_code,
    a_study,
    an_instance,
    an_item,
    at,
    config_of,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)
from tests.unit.profiles.mii.reading import BASE, extension, series, study

EXTENSION = f"{BASE}StructureDefinition/mii-ex-bildgebung-"


# -- profiles ---------------------------------------------------------------------------------------------------------


def test_study_and_device_claim_their_profiles() -> None:
    bundle = converted(an_instance(ManufacturerModelName="X1"), profile="mii")
    profiles = {kind: the(bundle, kind)["meta"]["profile"] for kind in ("ImagingStudy", "Device")}
    assert profiles == {
        "ImagingStudy": [f"{BASE}StructureDefinition/mii-pr-bildgebung-bildgebungsstudie"],
        "Device": [f"{BASE}StructureDefinition/mii-pr-bildgebung-geraet"],
    }


@pytest.mark.trap("B47")
def test_a_vital_sign_claims_no_profile_of_the_module() -> None:
    bundle = converted(
        an_instance(PatientWeight="70", PatientSize="1.75", StudyDate="20240115"), profile="mii"
    )
    signs = of_kind(bundle, "Observation")
    assert len(signs) == 2
    assert BASE not in str(signs)
    assert [observation["valueQuantity"]["unit"] for observation in signs] == ["kg", "cm"]


def test_without_the_pack_nothing_of_the_module_is_said() -> None:
    instance = an_instance(Manufacturer="ACME", KVP="120", ContrastBolusAgent="X", SliceThickness="1")
    assert BASE not in str(converted(instance, add_instances=True))


# -- the reason -------------------------------------------------------------------------------------------------------


def test_the_reason_is_one_simple_extension() -> None:
    request = an_item(ReasonForTheRequestedProcedure="pain")
    made = study(an_instance(RequestAttributesSequence=request))
    assert made["extension"] == [{"url": f"{EXTENSION}bildgebungsgrund", "valueString": "pain"}]


def test_several_reasons_are_one_text() -> None:
    requests = [an_item(ReasonForTheRequestedProcedure=reason) for reason in ("pain", "fall", "pain")]
    made = study(an_instance(RequestAttributesSequence=requests))
    assert extension(made, "bildgebungsgrund")["valueString"] == "pain; fall"


@pytest.mark.parametrize("reason", [None, "  "])
def test_no_reason_is_no_extension(reason: str | None) -> None:
    request = an_item(ReasonForTheRequestedProcedure=reason)
    assert "extension" not in study(an_instance(RequestAttributesSequence=request))


# -- what a series may say --------------------------------------------------------------------------------------------


def test_only_the_device_performs_a_series() -> None:
    people: dict[str, Any] = {"PerformingPhysicianName": "House^Greg", "OperatorsName": "Doe^Jane"}
    made = series(an_instance(ManufacturerModelName="X1", **people))
    assert [performer["actor"]["reference"].split("/")[0] for performer in made["performer"]] == ["Device"]
    made = series(an_instance(Manufacturer="ACME", **people))
    assert [performer["actor"] for performer in made["performer"]] == [{"type": "Device", "display": "ACME"}]
    assert "performer" not in series(an_instance(**people), practitioners=True)


def test_each_series_is_performed_by_its_own_device() -> None:
    images = [an_instance(series=f"1.2.3.{model}", ManufacturerModelName=model) for model in ("1", "2")]
    bundle = converted(*images, profile="mii")
    performers = [
        at(series, "performer[0].actor.reference") for series in the(bundle, "ImagingStudy")["series"]
    ]
    assert sorted(performers) == sorted(f"Device/{device['id']}" for device in of_kind(bundle, "Device"))
    assert len(set(performers)) == 2


def test_a_body_part_of_the_table_has_its_snomed_ct_code() -> None:
    assert series(an_instance(BodyPartExamined="CHEST"))["bodySite"] == {
        "system": SCT,
        "code": "43799004",
        "display": "Chest",
    }


@pytest.mark.parametrize("body_part", ["RIBS", "FETALARM", "PHANTOM"])
def test_a_body_part_without_a_body_structure_of_snomed_ct_is_not_said(body_part: str) -> None:
    instance = an_instance(BodyPartExamined=body_part)
    assert "bodySite" not in series(instance)
    assert kinds_and_keywords(findings_of(instance, profile="mii")) == {(Kind.UNCODED, "BodyPartExamined")}


def test_a_region_in_another_scheme_gives_way_to_the_body_part() -> None:
    region = a_code("RID1243", "RADLEX", "thorax")
    instance = an_instance(AnatomicRegionSequence=region, BodyPartExamined="CHEST")
    assert series(instance)["bodySite"]["code"] == "43799004"
    assert "bodySite" not in series(an_instance(AnatomicRegionSequence=region))
    findings = findings_of(an_instance(AnatomicRegionSequence=region), profile="mii")
    assert kinds_and_keywords(findings) == {(Kind.UNCODED, "AnatomicRegionSequence")}


def test_the_users_own_body_sites_count() -> None:
    made = series(an_instance(BodyPartExamined="RIBS"), body_sites={"RIBS": ("113197003", "Rib")})
    assert made["bodySite"] == {"system": SCT, "code": "113197003", "display": "Rib"}


@pytest.mark.parametrize(
    ("letter", "code"), [("L", "7771000"), ("R", "24028007"), ("B", "51440002"), ("U", None), ("X", None)]
)
def test_a_side_is_one_of_context_group_244(letter: str, code: str | None) -> None:
    assert at(series(an_instance(Laterality=letter)), "laterality.code") == code


def test_nothing_is_marked_as_chosen_by_the_user() -> None:
    instance = an_instance(Laterality="L", BodyPartExamined="RIBS", ViewPosition="XYZ", Modality="DX")
    assert "userSelected" not in str(study(instance))


def test_a_modality_that_dicom_does_not_know_is_other() -> None:
    instance = an_instance(Modality="XYZ", KVP="120")
    made = study(instance)
    assert [made["modality"][0]["code"], made["series"][0]["modality"]["code"]] == ["OT", "OT"]
    assert kinds_and_keywords(findings_of(instance, profile="mii")) == {
        (Kind.GUESSED, "Modality"),
        (Kind.UNCODED, "Modality"),
    }


@pytest.mark.parametrize("modality", ["SR", "KO", "SEG"])
def test_all_modalities_of_context_group_33_are_said(modality: str) -> None:
    assert at(study(an_instance(Modality=modality)), "modality[0].code") == modality


# -- extensions and modalities ----------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "KVP": "120",
    "EchoTime": "10",
    "Units": "BQML",
    "UltrasoundColorDataPresent": 1,
    "ContrastBolusAgent": "X",
    "SliceThickness": "1",
}


@pytest.mark.parametrize(
    ("modality", "name"),
    [
        ("CT", "modalitaet-ct"),
        ("MG", "modalitaet-mg-cr-dx"),
        ("CR", "modalitaet-mg-cr-dx"),
        ("DX", "modalitaet-mg-cr-dx"),
        ("MR", "modalitaet-mr"),
        ("PT", "modalitaet-pt"),
        ("NM", "modalitaet-nm"),
        ("US", "modalitaet-us"),
    ],
)
def test_a_series_has_the_extension_of_its_modality_and_no_other(modality: str, name: str) -> None:
    made = series(an_instance(Modality=modality, **EVERYTHING))
    names = [extension["url"].removeprefix(EXTENSION) for extension in made["extension"]]
    assert names == [name, "kontrastmittel", "serie-schichtdicke"]


def test_a_lower_case_modality_is_the_same() -> None:
    assert extension(series(an_instance(Modality="ct ", KVP="120")), "modalitaet-ct")


def test_no_extension_has_both_a_value_and_parts() -> None:
    made = study(an_instance(**EVERYTHING, BurnedInAnnotation="NO"), add_instances=True)
    for each in _extensions(made):
        assert ("extension" in each) != any(key.startswith("value") for key in each)


def _extensions(part: Any) -> list[Json]:
    if isinstance(part, list):
        return [each for member in part for each in _extensions(member)]
    if not isinstance(part, dict):
        return []
    return [
        *part.get("extension", ()),
        *(each for value in part.values() for each in _extensions(value)),
    ]


# -- the whole way ----------------------------------------------------------------------------------------------------


def test_the_model_accepts_what_the_pack_says() -> None:
    bundle = Dicom2FHIRBundle(config_of(profile="mii", add_instances=True))
    for instance in a_study(**EVERYTHING, StationName="MR1", PixelSpacing=["0.5", "0.5"]):
        bundle.add(instance)
    kinds = [
        entry.resource.get_resource_type() for entry in bundle.create_bundle().entry or () if entry.resource
    ]
    assert kinds == ["ImagingStudy", "Patient", "Device"]


def test_one_pack_serves_one_study_after_another() -> None:
    bundle = Dicom2FHIRBundle(config_of(profile="mii", add_instances=True))
    for uid, answer in (("1.2.3", "YES"), ("1.2.4", "NO")):
        bundle.add(an_instance(uid, BurnedInAnnotation=answer))
    thicknesses = [
        at(study, "series[0].instance[0].extension[0].extension[0].valueBoolean")
        for study in of_kind(bundle.to_dict(), "ImagingStudy")
    ]
    assert thicknesses == [True, False]


def test_the_same_input_gives_the_same_bytes() -> None:
    images = a_study(**EVERYTHING, BurnedInAnnotation="NO")
    written = []
    for order in (images, images[::-1]):
        bundle = Dicom2FHIRBundle(config_of(profile="mii", add_instances=True))
        for instance in order:
            bundle.add(instance)
        written += [bundle.to_json(), bundle.to_json()]
    assert len(set(written)) == 1
