"""Traps in dates, numbers and ids."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from dicom2fhir.config import ConfigWarning
from dicom2fhir.findings import Kind
from tests.factories import (
    ABSENT,
    Json,
    an_instance,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)

BERLIN = {"dicom_timezone": "Europe/Berlin"}


def started(options: Json | None = None, /, **keywords: Any) -> Any:
    return the(converted(an_instance(**keywords), **(options or {})), "ImagingStudy").get("started")


def series_of(**keywords: Any) -> Json:
    made: Json = the(converted(an_instance(**keywords)), "ImagingStudy")["series"][0]
    return made


@pytest.mark.trap("B17")
def test_a_study_date_without_a_time_is_said() -> None:
    assert started(BERLIN, StudyDate="20240115") == "2024-01-15"
    assert started(BERLIN, StudyDate="20240115", StudyTime=None) == "2024-01-15"


@pytest.mark.trap("B18")
@pytest.mark.parametrize(
    ("time", "right"), [("1030", "10:30:00"), ("10", "10:00:00"), ("103015", "10:30:15")]
)
def test_minutes_and_seconds_that_are_not_said_are_00_and_midnight_is_not_invented(
    time: str, right: str
) -> None:
    bundle = converted(
        an_instance(StudyDate="20240115", StudyTime=time, SeriesDate="20240115", SeriesTime=time), **BERLIN
    )
    study = the(bundle, "ImagingStudy")
    assert study["started"] == study["series"][0]["started"] == f"2024-01-15T{right}+01:00"


@pytest.mark.trap("B19")
def test_the_offset_of_the_data_set_wins_over_the_configured_zone() -> None:
    keywords = {"StudyDate": "20240115", "StudyTime": "103015", "TimezoneOffsetFromUTC": "-0500"}
    assert started(BERLIN, **keywords) == started(**keywords) == "2024-01-15T10:30:15-05:00"


@pytest.mark.trap("B20")
@pytest.mark.parametrize(
    ("time", "right"),
    [
        ("10:30:15", "2024-01-15T10:30:15+01:00"),
        (" 103015", "2024-01-15T10:30:15+01:00"),
        ("235960", "2024-01-15T23:59:59+01:00"),
        ("103015.123456", "2024-01-15T10:30:15.123456+01:00"),
        ("240000", "2024-01-15"),
        ("garbage", "2024-01-15"),
    ],
)
def test_a_time_in_another_spelling_is_read_and_an_impossible_one_costs_only_itself(
    time: str, right: str
) -> None:
    assert started(BERLIN, StudyDate="20240115", StudyTime=time) == right


@pytest.mark.trap("B21")
@pytest.mark.parametrize(
    ("zone", "right"),
    [
        ("+01:00", "2024-01-15T10:30:15+01:00"),
        ("+0100", "2024-01-15T10:30:15+01:00"),
        ("Z", "2024-01-15T10:30:15+00:00"),
        ("Europe/Berlin", "2024-01-15T10:30:15+01:00"),
        ("", "2024-01-15"),
        (None, "2024-01-15"),
        ("Mars/Olympus", "2024-01-15"),
    ],
)
def test_a_zone_may_be_an_offset_and_without_a_good_one_only_the_date_is_said(zone: Any, right: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)
        moment = started({"dicom_timezone": zone}, StudyDate="20240115", StudyTime="103015")
    assert moment == right


@pytest.mark.trap("B22")
def test_a_study_with_date_and_time_converts_without_any_configuration() -> None:
    assert started(StudyDate="20240115", StudyTime="103015") == "2024-01-15"


@pytest.mark.trap("B23")
def test_a_study_date_in_the_old_spelling_is_read() -> None:
    assert started(StudyDate="2024.01.15") == "2024-01-15"


@pytest.mark.trap("B24")
@pytest.mark.parametrize(
    "keywords",
    [{"Manufacturer": "ACME", "ManufacturerModelName": "X1"}, {"DeviceUID": "1.2.9"}, {"GantryID": "G1"}],
)
def test_a_device_without_a_serial_number_has_the_same_id_each_time(keywords: Json) -> None:
    first, again = (the(converted(an_instance(**keywords)), "Device")["id"] for _ in range(2))
    assert first == again


@pytest.mark.trap("B25")
def test_nothing_is_random_no_empty_device_is_made_and_a_series_is_never_without_its_study_uid() -> None:
    assert converted(an_instance()) == converted(an_instance())
    assert not of_kind(converted(an_instance()), "Device")
    nameless = an_instance(StudyInstanceUID=ABSENT, StudyDate="20240115")
    assert converted(nameless) == converted(nameless)
    study = the(converted(nameless), "ImagingStudy")
    assert not {"series", "identifier"} & study.keys()


@pytest.mark.trap("B25b")
@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            {"DeviceUID": "1.2.3", "DeviceSerialNumber": "45"},
            {"DeviceUID": "1.2.34", "DeviceSerialNumber": "5"},
        ),
        (
            {"Manufacturer": "A", "ManufacturerModelName": "X", "DeviceSerialNumber": "1"},
            {"Manufacturer": "B", "ManufacturerModelName": "X", "DeviceSerialNumber": "1"},
        ),
        (
            {"Manufacturer": "A", "StationName": "CT01", "DeviceSerialNumber": None},
            {"Manufacturer": "B", "StationName": "CT01", "DeviceSerialNumber": None},
        ),
        (
            {"Manufacturer": "A", "GantryID": "1", "DeviceSerialNumber": ""},
            {"Manufacturer": "B", "GantryID": "1", "DeviceSerialNumber": ""},
        ),
        (
            {"Manufacturer": "A", "GantryID": "1"},
            {"Manufacturer": "A", "GantryID": "2"},
        ),
    ],
)
def test_different_devices_have_different_ids(first: dict[str, Any], other: dict[str, Any]) -> None:
    bundle = converted(an_instance("1.2.3", "1.2.3.1", **first), an_instance("1.2.3", "1.2.3.2", **other))
    assert len({device["id"] for device in of_kind(bundle, "Device")}) == 2


@pytest.mark.trap("B26")
@pytest.mark.parametrize("number", [2147483647, "2147483647", "0"])
def test_the_largest_and_the_smallest_series_number_are_kept(number: Any) -> None:
    assert series_of(SeriesNumber=number)["number"] == int(number)


@pytest.mark.trap("B27")
@pytest.mark.parametrize("number", [-1, "-1", "2147483648"])
def test_a_series_number_out_of_range_is_left_out_and_reported(number: Any) -> None:
    instance = an_instance(SeriesNumber=number)
    assert not {"number", "extension"} & series_of(SeriesNumber=number).keys()
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "SeriesNumber")}


@pytest.mark.trap("B28")
def test_a_series_number_that_is_not_whole_is_left_out_and_not_cut() -> None:
    assert "number" not in series_of(SeriesNumber="1.5")
    assert at(series_of(SeriesNumber="1.0"), "number") == 1
