"""The device: what the rows of the mapping do not show."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, an_instance, an_item, converted, findings_of, kinds_and_keywords, the


def notes(days: Any, clocks: Any) -> list[str]:
    instance = an_instance(StationName="CT1", DateOfLastCalibration=days, TimeOfLastCalibration=clocks)
    device = the(converted(instance, dicom_timezone="UTC"), "Device")
    return [note["text"].removeprefix("Last calibration: ") for note in device.get("note", [])]


def test_a_time_of_calibration_is_that_of_the_date_in_the_same_place() -> None:
    assert notes(["20240115", "20240116"], ["", "0800"]) == ["2024-01-15", "2024-01-16T08:00:00+00:00"]
    assert notes(["", "20240116"], ["0700", "0800"]) == ["2024-01-16T08:00:00+00:00"]
    assert notes("20240115", None) == ["2024-01-15"]


def test_a_calibration_that_is_no_date_is_left_out_and_reported() -> None:
    assert notes(["junk", "20240116"], None) == ["2024-01-16"]
    instance = an_instance(StationName="CT1", DateOfLastCalibration=["junk", "20240116"])
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "DateOfLastCalibration")}


@pytest.mark.parametrize(
    "keyword", ["InstitutionName", "SoftwareVersions", "Manufacturer", "DateOfManufacture"]
)
def test_what_names_no_equipment_makes_no_device(keyword: str) -> None:
    keywords: Json = {keyword: "2024"}
    bundle = converted(an_instance(**keywords))
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == ["ImagingStudy", "Patient"]


HIBCC = "http://hl7.org/fhir/NamingSystem/hibcc-dI"


@pytest.mark.parametrize("identifier", ["H12345", "H" + "1" * 22])
def test_an_identifier_of_hibcc_has_6_to_23_characters(identifier: str) -> None:
    carrier = carrier_of(f"+{identifier}/$$4")
    assert (carrier["deviceIdentifier"], carrier["issuer"]) == (identifier, HIBCC)


def test_the_check_character_behind_the_longest_identifier_of_hibcc_is_none_of_it() -> None:
    assert carrier_of("+H" + "1" * 22 + "C")["deviceIdentifier"] == "H" + "1" * 22


@pytest.mark.parametrize(
    "udi", ["+H1234", "+112345", "H12345/1", "(01)1234567890123", "=/A9999XYZ100T047", "=A9999XYZ100T0474"]
)
def test_what_is_too_short_or_begins_otherwise_is_carried_as_a_whole(udi: str) -> None:
    assert carrier_of(udi) == {"carrierHRF": udi}


def carrier_of(udi: str) -> Json:
    carrier: Json = the(converted(an_instance(UDISequence=an_item(UniqueDeviceIdentifier=udi))), "Device")[
        "udiCarrier"
    ][0]
    return carrier
