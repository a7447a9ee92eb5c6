"""Instances and their slice thickness: 3.2, 3.3, B44, B46, B62, B64, E14, E15."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.findings import Finding, Kind
from dicom2fhir.problems import NEITHER_YES_NOR_NO
from tests.factories import Json, a_series, an_instance, an_item, config_of, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, extension, module_codes, parts, series


def details(**keywords: Any) -> dict[str, list[Any]]:
    instance = series(an_instance(**keywords), add_instances=True)["instance"][0]
    return parts(instance, "instanz-details")


def image_type(modality: str, *values: str | None) -> Json:
    types = details(Modality=modality, ImageType=list(values)).get("imageType", [{}])
    assert len(types) == 1
    concept: Json = types[0]
    return concept


def codes(concept: Json) -> list[str]:
    return module_codes(concept, "instance-image-type") if "coding" in concept else []


# -- pixels -----------------------------------------------------------------------------------------------------------


@pytest.mark.trap("B44")
def test_the_first_pixel_spacing_is_that_of_rows_and_thus_y() -> None:
    assert details(PixelSpacing=["0.5", "0.7"]) == {
        "pixelSpacingX": [a_quantity(0.7, "millimeter", "mm")],
        "pixelSpacingY": [a_quantity(0.5, "millimeter", "mm")],
    }


@pytest.mark.parametrize("spacing", [["0.5"], ["0.5", "abc"], ["0.5", "0.7", "1"], ["-1", "0.5"]])
def test_a_pixel_spacing_that_is_not_two_distances_is_left_out_and_noted(spacing: list[str]) -> None:
    assert details(PixelSpacing=spacing) == {}
    findings = findings_of(an_instance(PixelSpacing=spacing), profile="mii", add_instances=True)
    assert kinds_and_keywords(findings) == {(Kind.BAD_VALUE, "PixelSpacing")}


def test_the_spacing_of_an_enhanced_object_is_found_in_its_functional_groups() -> None:
    shared = an_item(PixelMeasuresSequence=an_item(PixelSpacing=["0.5", "0.7"], SliceThickness="3"))
    values = details(SharedFunctionalGroupsSequence=shared)
    assert {url: listed[0]["value"] for url, listed in values.items()} == {
        "pixelSpacingX": 0.7,
        "pixelSpacingY": 0.5,
        "sliceThickness": 3,
    }


def test_a_number_keeps_the_digits_it_was_written_with() -> None:
    bundle = Dicom2FHIRBundle(config_of(profile="mii", add_instances=True))
    bundle.add(an_instance(SliceThickness="1.50"))
    assert b'"valueQuantity":{"value":1.50,"unit":"millimeter"' in bundle.to_json()


# -- slice thickness --------------------------------------------------------------------------------------------------


def test_the_slice_thickness_is_said_of_each_instance_that_is_listed() -> None:
    made = series(*a_series(SliceThickness="1.5"), add_instances=True)
    each = [parts(instance, "instanz-details") for instance in made["instance"]]
    assert each == [{"sliceThickness": [a_quantity(1.5, "millimeter", "mm")]}] * 2
    assert not extension(made, "serie-schichtdicke")


@pytest.mark.trap("B64")
def test_it_is_said_of_the_series_when_no_instance_is_listed() -> None:
    thickness = extension(series(*a_series(SliceThickness="1.5")), "serie-schichtdicke")
    assert thickness["valueQuantity"] == a_quantity(1.5, "millimeter", "mm")
    assert "extension" not in thickness


@pytest.mark.parametrize("second", ["2", "abc"])
def test_it_is_not_said_of_a_series_whose_slices_differ(second: str) -> None:
    images = [an_instance(number=1, SliceThickness="1"), an_instance(number=2, SliceThickness=second)]
    assert not extension(series(*images), "serie-schichtdicke")


# -- image type -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modality", "values", "expected"),
    [
        ("CT", ["ORIGINAL", "PRIMARY", "AXIAL"], ["ORIGINAL", "PRIMARY", "AXIAL"]),
        ("CT", ["DERIVED", "SECONDARY", "LOCALIZER"], ["DERIVED", "SECONDARY", "LOCALIZER"]),
        ("MR", ["ORIGINAL", "PRIMARY", "DENSITY MAP"], ["ORIGINAL", "PRIMARY", "DENSITYMAP"]),
        (
            "NM",
            ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
            ["ORIGINAL", "PRIMARY", "RECONTOMO", "EMISSION"],
        ),
        ("NM", ["ORIGINAL", "PRIMARY", "WHOLE BODY"], ["ORIGINAL", "PRIMARY", "WHOLEBODY"]),
        (
            "US",
            ["ORIGINAL", "PRIMARY", "NEONATAL HEAD", "0001"],
            ["ORIGINAL", "PRIMARY", "NEONATAL_HEAD", "0001"],
        ),
        ("US", ["ORIGINAL", "PRIMARY", "TTE", "0011"], ["ORIGINAL", "PRIMARY", "TTE", "0001", "0010"]),
        ("DX", ["ORIGINAL", "PRIMARY"], ["ORIGINAL", "PRIMARY"]),
    ],
)
@pytest.mark.trap("B62")
def test_the_values_of_the_image_type_have_the_codes_of_the_module(
    modality: str, values: list[str], expected: list[str]
) -> None:
    concept = image_type(modality, *values)
    assert codes(concept) == expected
    assert "text" not in concept


@pytest.mark.parametrize(
    ("modality", "values", "expected"),
    [
        ("CT", ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"], ["ORIGINAL", "PRIMARY", "AXIAL"]),
        ("MR", ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"], ["ORIGINAL", "PRIMARY"]),
        ("PT", ["ORIGINAL", "PRIMARY", "RECON TOMO"], ["ORIGINAL", "PRIMARY"]),
        ("US", ["ORIGINAL", "PRIMARY", "TTE", "8000"], ["ORIGINAL", "PRIMARY", "TTE"]),
        ("OT", ["X", "Y"], []),
    ],
)
def test_an_image_type_with_a_value_that_has_no_code_is_text_besides(
    modality: str, values: list[str], expected: list[str]
) -> None:
    concept = image_type(modality, *values)
    assert codes(concept) == expected
    assert concept["text"] == "\\".join(values)


@pytest.mark.trap("B46")
def test_an_empty_value_of_the_image_type_keeps_its_place_and_is_nothing() -> None:
    concept = image_type("CT", "ORIGINAL", None, "AXIAL")
    assert codes(concept) == ["ORIGINAL", "AXIAL"]
    assert image_type("CT", "ORIGINAL", None, "X")["text"] == "ORIGINAL\\\\X"
    assert image_type("CT", None, " ") == {}


# -- burned in, and the rest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "burned_in"), [("YES", True), ("NO", False), ("no ", False)])
def test_burned_in_annotation_is_yes_or_no(answer: str, burned_in: bool) -> None:  # noqa: FBT001 - the value under test
    assert details(BurnedInAnnotation=answer) == {"burnedInAnnotation": [burned_in]}


def test_an_annotation_that_is_neither_is_left_out_and_noted_once_for_equal_images() -> None:
    images = a_series(count=3, BurnedInAnnotation="MAYBE")
    findings = findings_of(*images, profile="mii", add_instances=True)
    assert findings == [Finding(NEITHER_YES_NOR_NO, "BurnedInAnnotation", findings[0].study)]


def test_an_instance_of_which_nothing_is_known_has_no_extension() -> None:
    made = series(an_instance(), add_instances=True)
    assert "extension" not in made["instance"][0]


def test_an_image_does_not_lose_its_details_because_others_miss_them() -> None:
    images = [
        an_instance(number=1, InstanceNumber=1),
        an_instance(number=2, InstanceNumber=2, BurnedInAnnotation="NO"),
    ]
    first, second = series(*images, add_instances=True)["instance"]
    assert "extension" not in first
    assert parts(second, "instanz-details") == {"burnedInAnnotation": [False]}


def test_the_same_pixels_mean_different_codes_in_another_modality() -> None:
    values = ["ORIGINAL", "PRIMARY", "WHOLE BODY"]
    pet = an_instance(series="1.2.3.2", Modality="PT", ImageType=values)
    bundle = Dicom2FHIRBundle(config_of(profile="mii", add_instances=True))
    for instance in (an_instance(Modality="NM", ImageType=values), pet):
        bundle.add(instance)
    made = bundle.to_dict()["entry"][0]["resource"]["series"]
    concepts = [parts(part["instance"][0], "instanz-details")["imageType"][0] for part in made]
    assert [len(concept["coding"]) for concept in concepts] == [3, 2]
