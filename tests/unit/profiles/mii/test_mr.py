"""MR: 3.2, B60, B61, B62, B65."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import an_instance, an_item, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, module_codes, parts, series, stated


def of_mr(**keywords: Any) -> dict[str, list[Any]]:
    return stated("modalitaet-mr", Modality="MR", **keywords)


@pytest.mark.parametrize(
    ("keyword", "url", "unit", "code"),
    [
        ("MagneticFieldStrength", "magneticFieldStrength", "tesla", "T"),
        ("EchoTime", "echoTime", "milliseconds", "ms"),
        ("RepetitionTime", "repetitionTime", "milliseconds", "ms"),
        ("InversionTime", "inversionTime", "milliseconds", "ms"),
        ("FlipAngle", "flipAngle", "plane angle degree", "deg"),
    ],
)
def test_an_mr_series_states_its_parameters_in_the_units_of_the_module(
    keyword: str, url: str, unit: str, code: str
) -> None:
    assert of_mr(**{keyword: "2.5"}) == {url: [a_quantity(2.5, unit, code)]}


@pytest.mark.trap("B60")
def test_each_scanning_sequence_is_said() -> None:
    first, second = of_mr(ScanningSequence=["SE", "IR"])["scanningSequence"]
    assert module_codes(first, "scanning-sequence") == ["SE"]
    assert module_codes(second, "scanning-sequence") == ["IR"]


def test_each_sequence_variant_is_said_and_blanks_between_them_are_none() -> None:
    variants = of_mr(SequenceVariant=["SK", None, " ", "SP "])["scanningSequenceVariant"]
    assert [module_codes(variant, "scanning-sequence-variant") for variant in variants] == [["SK"], ["SP"]]


def test_a_scanning_sequence_that_the_module_does_not_know_is_left_out_and_noted() -> None:
    assert of_mr(ScanningSequence=["SE", "XX"])["scanningSequence"][0]["coding"][0]["code"] == "SE"
    assert of_mr(ScanningSequence=["XX"]) == {}
    findings = findings_of(an_instance(Modality="MR", ScanningSequence=["XX"]), profile="mii")
    assert (Kind.UNCODED, "ScanningSequence") in kinds_and_keywords(findings)


def test_an_enhanced_mr_states_what_its_functional_groups_say() -> None:
    shared = an_item(
        MRTimingAndRelatedParametersSequence=an_item(RepetitionTime=500.0, FlipAngle=90.0),
        MREchoSequence=an_item(EffectiveEchoTime=12.5),
        MRModifierSequence=an_item(InversionTimes=[900.0]),
    )
    values = of_mr(SharedFunctionalGroupsSequence=shared)
    assert {url: listed[0]["value"] for url, listed in values.items()} == {
        "echoTime": 12.5,
        "repetitionTime": 500,
        "inversionTime": 900,
        "flipAngle": 90,
    }


def test_several_inversion_times_are_not_one() -> None:
    assert of_mr(InversionTimes=[900.0, 1200.0]) == {}


def test_an_echo_time_that_varies_within_the_series_is_not_said() -> None:
    echoes = [
        an_instance(number=number, Modality="MR", EchoTime=str(10 * number), RepetitionTime="500")
        for number in (1, 2)
    ]
    assert set(parts(series(*echoes), "modalitaet-mr")) == {"repetitionTime"}
