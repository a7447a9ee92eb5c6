"""Vital signs: what a person can weigh and measure, to the bound."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, an_instance, at, converted, findings_of, kinds_and_keywords, of_kind


def dated(keyword: str, value: str) -> Json:
    """An instance of a study with a date."""
    keywords: Json = {"StudyDate": "20240115", keyword: value}
    return an_instance(**keywords)


def measured(keyword: str, value: str) -> list[Any]:
    observations = of_kind(converted(dated(keyword, value)), "Observation")
    return [at(observation, "valueQuantity.value") for observation in observations]


@pytest.mark.parametrize(
    ("keyword", "written", "value"),
    [
        ("PatientWeight", "0.001", 0.001),
        ("PatientWeight", "699.999", 699.999),
        ("PatientSize", "0.001", 0.1),
        ("PatientSize", "2.999", 299.9),
        ("PatientSize", "30", 30),
        ("PatientSize", "300", 300),
        ("PatientBodyMassIndex", "0.001", 0.001),
        ("PatientBodyMassIndex", "299.999", 299.999),
    ],
)
def test_what_a_person_can_just_weigh_or_measure_is_said(keyword: str, written: str, value: float) -> None:
    assert measured(keyword, written) == [value]


@pytest.mark.parametrize(
    ("keyword", "written"),
    [
        ("PatientWeight", "0"),
        ("PatientWeight", "-0.001"),
        ("PatientWeight", "700"),
        ("PatientSize", "0"),
        ("PatientSize", "-0.001"),
        ("PatientSize", "3"),
        ("PatientSize", "29.999"),
        ("PatientSize", "300.001"),
        ("PatientBodyMassIndex", "0"),
        ("PatientBodyMassIndex", "-0.001"),
        ("PatientBodyMassIndex", "300"),
    ],
)
def test_what_nobody_weighs_or_measures_is_left_out_and_reported(keyword: str, written: str) -> None:
    assert measured(keyword, written) == []
    assert kinds_and_keywords(findings_of(dated(keyword, written))) == {(Kind.BAD_VALUE, keyword)}


def effective_of(*by_series: Json) -> Any:
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", SeriesNumber=place, PatientWeight="70", **keywords)
        for place, keywords in enumerate(by_series, start=1)
    ]
    (observation,) = of_kind(converted(*instances), "Observation")
    return observation["effectiveDateTime"]


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("keyword", ["SeriesDate", "AcquisitionDate"])
def test_in_a_study_without_a_date_a_weight_is_of_the_earliest_series(keyword: str, turn: int) -> None:
    dates: list[Json] = [{keyword: "20240116"}, {keyword: "20240115"}, {keyword: "2024"}, {}]
    assert effective_of(*dates[::turn]) == "2024-01-15"


def test_the_date_of_the_study_goes_before_that_of_a_series_and_that_before_an_acquisition() -> None:
    dates: Json = {"AcquisitionDate": "20240113"}
    assert effective_of(dates) == "2024-01-13"
    dates |= {"SeriesDate": "20240114"}
    assert effective_of(dates) == "2024-01-14"
    dates |= {"StudyDate": "20240115"}
    assert effective_of(dates) == "2024-01-15"
