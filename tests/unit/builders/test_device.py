"""The device: what the rows of the mapping do not show."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, an_instance, converted, findings_of, found, the


def notes(days: Any, clocks: Any) -> list[str]:
    said = an_instance(StationName="CT1", DateOfLastCalibration=days, TimeOfLastCalibration=clocks)
    device = the(converted(said, dicom_timezone="UTC"), "Device")
    return [note["text"].removeprefix("Last calibration: ") for note in device.get("note", [])]


def test_a_time_of_calibration_is_that_of_the_date_in_the_same_place() -> None:
    assert notes(["20240115", "20240116"], ["", "0800"]) == ["2024-01-15", "2024-01-16T08:00:00+00:00"]
    assert notes(["", "20240116"], ["0700", "0800"]) == ["2024-01-16T08:00:00+00:00"]
    assert notes("20240115", None) == ["2024-01-15"]


def test_a_calibration_that_is_no_date_is_left_out_and_reported() -> None:
    assert notes(["junk", "20240116"], None) == ["2024-01-16"]
    instance = an_instance(StationName="CT1", DateOfLastCalibration=["junk", "20240116"])
    assert found(findings_of(instance)) == {(Kind.BAD_VALUE, "DateOfLastCalibration")}


@pytest.mark.parametrize(
    "keyword", ["InstitutionName", "SoftwareVersions", "Manufacturer", "DateOfManufacture"]
)
def test_what_names_no_equipment_makes_no_device(keyword: str) -> None:
    said: Json = {keyword: "2024"}
    bundle = converted(an_instance(**said))
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == ["ImagingStudy", "Patient"]
