"""Ultrasound: 3.2, B64."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, an_instance, an_item, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, module_codes, stated


def of_us(**keywords: Any) -> dict[str, list[Any]]:
    return stated("modalitaet-us", Modality="US", **keywords)


def regions(*frequencies: tuple[int, int]) -> list[Json]:
    return [
        an_item(TransducerFrequency=transducer, PulseRepetitionFrequency=other)
        for transducer, other in frequencies
    ]


def test_a_transducer_with_a_blank_in_its_name_has_the_code_with_an_underscore() -> None:
    (transducer,) = of_us(TransducerType="CURVED LINEAR")["transducerType"]
    assert module_codes(transducer, "transducer-type") == ["CURVED_LINEAR"]


def test_a_transducer_that_the_module_does_not_know_is_left_out_and_noted() -> None:
    assert of_us(TransducerType="ROUND") == {}
    findings = findings_of(an_instance(Modality="US", TransducerType="ROUND"), profile="mii")
    assert (Kind.UNCODED, "TransducerType") in kinds_and_keywords(findings)


def test_the_frequencies_of_a_region_are_said_in_kilohertz_and_hertz() -> None:
    assert of_us(SequenceOfUltrasoundRegions=regions((3500, 4000))) == {
        "transducerFrequency": [a_quantity(3500, "kilohertz", "kHz")],
        "pulseRepetitionFrequency": [a_quantity(4000, "hertz", "Hz")],
    }


def test_a_frequency_on_which_the_regions_differ_is_not_said() -> None:
    values = of_us(SequenceOfUltrasoundRegions=regions((3500, 4000), (3500, 6000)))
    assert set(values) == {"transducerFrequency"}


def test_a_region_to_which_a_frequency_does_not_apply_has_no_say_in_it() -> None:
    values = of_us(SequenceOfUltrasoundRegions=regions((3500, 0), (3500, 6000)))
    assert values["pulseRepetitionFrequency"][0]["value"] == 6000


@pytest.mark.parametrize(("present", "color"), [(0, False), (1, True)])
def test_colour_data_is_said_to_be_there_or_not(present: int, color: bool) -> None:  # noqa: FBT001 - the value under test
    assert of_us(UltrasoundColorDataPresent=present) == {"ultrasoundColor": [color]}


def test_nothing_is_said_of_colour_where_nothing_is_known() -> None:
    assert of_us(UltrasoundColorDataPresent=2) == {}
    assert of_us() == {}
