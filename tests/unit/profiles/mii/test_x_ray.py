"""CT and projection X-ray: 3.2, B42, B43, B61, B64, B65."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import a_code, a_series, an_instance, an_item, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, extension, parts, series, stated

PROJECTIONS = ["MG", "CR", "DX"]


@pytest.mark.parametrize(
    ("keyword", "url", "unit", "code"),
    [
        ("CTDIvol", "CTDIvol", "milligray", "mGy"),
        ("KVP", "KVP", "kilovolt", "kV"),
        ("ExposureTime", "exposureTime", "milliseconds", "ms"),
        ("Exposure", "exposure", "milliampere second", "mA.s"),
        ("XRayTubeCurrent", "xRayTubeCurrent", "milliampere", "mA"),
    ],
)
@pytest.mark.trap("B61")
def test_a_ct_series_states_its_exposure_in_the_units_of_the_module(
    keyword: str, url: str, unit: str, code: str
) -> None:
    assert stated("modalitaet-ct", **{keyword: "120"}) == {url: [a_quantity(120, unit, code)]}


@pytest.mark.parametrize("modality", PROJECTIONS)
def test_a_projection_series_states_its_exposure_likewise(modality: str) -> None:
    values = stated(
        "modalitaet-mg-cr-dx",
        Modality=modality,
        KVP="29",
        ExposureTime="812",
        Exposure="80",
        XRayTubeCurrent="100",
    )
    assert values == {
        "KVP": [a_quantity(29, "kilovolt", "kV")],
        "exposureTime": [a_quantity(812, "milliseconds", "ms")],
        "exposure": [a_quantity(80, "milliampere second", "mA.s")],
        "xRayTubeCurrent": [a_quantity(100, "milliampere", "mA")],
    }


@pytest.mark.parametrize(
    ("keyword", "given", "url", "value"),
    [
        ("ExposureTimeInuS", "812500", "exposureTime", 812.5),
        ("ExposureInuAs", "800", "exposure", 0.8),
        ("XRayTubeCurrentInuA", "200000", "xRayTubeCurrent", 200),
        ("ExposureTimeInms", 500.5, "exposureTime", 500.5),
        ("ExposureInmAs", 12.5, "exposure", 12.5),
        ("XRayTubeCurrentInmA", 210.0, "xRayTubeCurrent", 210),
    ],
)
def test_an_exposure_in_other_units_is_converted(keyword: str, given: Any, url: str, value: float) -> None:
    (exposure,) = stated("modalitaet-ct", **{keyword: given})[url]
    assert exposure["value"] == value


def test_an_exposure_that_was_rounded_to_zero_is_taken_from_the_finer_unit() -> None:
    values = stated("modalitaet-mg-cr-dx", Modality="DX", ExposureTime="0", ExposureTimeInuS="400")
    assert values == {"exposureTime": [a_quantity(0.4, "milliseconds", "ms")]}


@pytest.mark.parametrize("tag", ["abc", "120,5", "NaN", "-5", ["80", "140"]])
@pytest.mark.trap("B42")
def test_a_kvp_that_is_not_one_number_is_left_out_and_noted(tag: Any) -> None:
    instance = an_instance(KVP=tag, Exposure="100")
    assert set(parts(series(instance), "modalitaet-ct")) == {"exposure"}
    assert (Kind.BAD_VALUE, "KVP") in kinds_and_keywords(findings_of(instance, profile="mii"))


def test_an_extension_that_would_say_nothing_is_left_out() -> None:
    assert "extension" not in series(an_instance(KVP="abc"))
    assert "extension" not in series(an_instance(KVP=None))


def test_a_kernel_of_two_values_is_one_string() -> None:
    assert stated("modalitaet-ct", ConvolutionKernel=["Br40f", "3"]) == {"convolutionalKernel": ["Br40f\\3"]}


def test_a_tube_current_that_varies_within_the_series_is_not_said() -> None:
    images = [an_instance(number=number, KVP="120", XRayTubeCurrent=str(100 * number)) for number in (1, 2)]
    assert set(parts(series(*images), "modalitaet-ct")) == {"KVP"}


def test_a_value_that_only_one_image_states_is_said() -> None:
    images = [an_instance(number=1), an_instance(number=2, KVP="120")]
    assert set(parts(series(*images), "modalitaet-ct")) == {"KVP"}


@pytest.mark.trap("B65")
def test_an_enhanced_ct_states_what_its_functional_groups_say() -> None:
    exposure = an_item(ExposureTimeInms=500.0, XRayTubeCurrentInmA=200.0, ExposureInmAs=100.0, CTDIvol=7.25)
    shared = an_item(
        CTExposureSequence=exposure,
        CTXRayDetailsSequence=an_item(KVP=120.0),
        CTReconstructionSequence=an_item(ConvolutionKernel="B30f"),
    )
    values = stated("modalitaet-ct", SharedFunctionalGroupsSequence=shared)
    assert {
        url: values[0] if isinstance(values[0], str) else values[0]["value"] for url, values in values.items()
    } == {
        "CTDIvol": 7.25,
        "KVP": 120,
        "exposureTime": 500,
        "exposure": 100,
        "xRayTubeCurrent": 200,
        "convolutionalKernel": "B30f",
    }


def test_an_enhanced_ct_does_not_say_what_differs_between_its_frames() -> None:
    frames = [an_item(CTExposureSequence=an_item(XRayTubeCurrentInmA=value)) for value in (100.0, 200.0)]
    assert stated("modalitaet-ct", PerFrameFunctionalGroupsSequence=frames) == {}


@pytest.mark.parametrize("modality", ["MR", "SR", "OT", "XA"])
def test_the_exposure_is_said_of_no_other_modality(modality: str) -> None:
    part = series(an_instance(Modality=modality, KVP="120"))
    assert not extension(part, "modalitaet-ct")
    assert not extension(part, "modalitaet-mg-cr-dx")


@pytest.mark.parametrize("modality", PROJECTIONS)
@pytest.mark.trap("B43")
def test_a_view_position_is_text_at_least(modality: str) -> None:
    assert stated("modalitaet-mg-cr-dx", Modality=modality, ViewPosition="XYZ") == {
        "viewPosition": [{"text": "XYZ"}]
    }


@pytest.mark.parametrize(
    ("modality", "position", "code"),
    [("DX", "LL", "399173006"), ("CR", "PA", "272479007"), ("MG", "MLO", "399368009")],
)
def test_a_known_view_position_has_its_code(modality: str, position: str, code: str) -> None:
    (view,) = stated("modalitaet-mg-cr-dx", Modality=modality, ViewPosition=position)["viewPosition"]
    assert (view["coding"][0]["system"], view["coding"][0]["code"]) == ("http://snomed.info/sct", code)
    assert view["text"] == position


def test_the_coded_view_of_a_mammography_wins_over_the_view_position() -> None:
    coded = a_code("R-10242", "SRT", "cranio-caudal")
    (view,) = stated("modalitaet-mg-cr-dx", Modality="MG", ViewPosition="ML", ViewCodeSequence=coded)[
        "viewPosition"
    ]
    assert view == {
        "coding": [{"system": "http://snomed.info/sct", "code": "399162004", "display": "cranio-caudal"}],
        "text": "cranio-caudal",
    }


def test_a_view_in_a_private_code_takes_its_code_from_the_view_position() -> None:
    coded = a_code("CC1", "99ACME", "Cranio-Caudal")
    (view,) = stated("modalitaet-mg-cr-dx", Modality="MG", ViewPosition="CC", ViewCodeSequence=coded)[
        "viewPosition"
    ]
    assert [coding["code"] for coding in view["coding"]] == ["399162004"]
    assert view["text"] == "Cranio-Caudal"


def test_the_order_of_the_images_changes_nothing() -> None:
    images = a_series(count=3, KVP="120", XRayTubeCurrent="100")
    assert series(*images) == series(*reversed(images))
