"""The time between injection and acquisition: 3.2, B57, B61."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, a_series, an_instance, an_item, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, parts, series


def an_acquisition(injected: Json, number: int = 1, **keywords: Any) -> Json:
    acquired = {"AcquisitionDate": "20240116", "AcquisitionTime": "001000", **keywords}
    return an_instance(
        number=number,
        Modality="PT",
        RadiopharmaceuticalInformationSequence=an_item(**injected),
        **acquired,
    )


def seconds(*images: Json, **options: Any) -> Any:
    uptake = parts(series(*images, **options), "modalitaet-pt").get("tracerExposureTime")
    return uptake[0]["value"] if uptake else None


def test_it_is_said_in_seconds_as_the_module_spells_them() -> None:
    image = an_acquisition({"RadiopharmaceuticalStartTime": "000500"})
    assert parts(series(image), "modalitaet-pt") == {"tracerExposureTime": [a_quantity(300, "Seconds", "s")]}


@pytest.mark.trap("B57")
def test_an_injection_before_midnight_was_yesterday() -> None:
    assert seconds(an_acquisition({"RadiopharmaceuticalStartTime": "231000.00"})) == 3600


def test_an_injection_with_a_date_is_taken_by_it() -> None:
    injected = {
        "RadiopharmaceuticalStartDateTime": "20240114221000",
        "RadiopharmaceuticalStartTime": "231000",
    }
    assert seconds(an_acquisition(injected)) == 26 * 3600


def test_the_zones_of_injection_and_acquisition_count() -> None:
    injected = {"RadiopharmaceuticalStartDateTime": "20240115231000+0100"}
    assert seconds(an_acquisition(injected)) == 3600
    assert seconds(an_acquisition(injected, TimezoneOffsetFromUTC="+0000", StudyDate="20240115")) == 7200
    assert seconds(an_acquisition(injected), dicom_timezone="Europe/Berlin") == 3600


def test_a_night_of_daylight_saving_is_an_hour_short() -> None:
    injected = {"RadiopharmaceuticalStartDateTime": "20240331010000"}
    image = an_acquisition(injected, AcquisitionDate="20240331", AcquisitionTime="040000")
    assert seconds(image, dicom_timezone="Europe/Berlin") == 2 * 3600


def test_the_acquisition_may_be_one_date_time() -> None:
    image = an_acquisition(
        {"RadiopharmaceuticalStartTime": "110000"},
        AcquisitionDateTime="20240116120000.5",
        AcquisitionDate=None,
        AcquisitionTime=None,
    )
    assert seconds(image) == 3600


def test_the_earliest_acquisition_of_the_series_counts() -> None:
    injected = {"RadiopharmaceuticalStartTime": "110000"}
    beds = [
        an_acquisition(injected, number, AcquisitionTime=clock)
        for number, clock in enumerate(("121000", "120000", "120500"), start=1)
    ]
    assert seconds(*beds) == 3600


@pytest.mark.parametrize("injected", ["20240117100000", "20230101100000"])
def test_an_injection_after_the_acquisition_or_long_before_it_is_not_believed(injected: str) -> None:
    image = an_acquisition({"RadiopharmaceuticalStartDateTime": injected})
    assert seconds(image) is None
    assert kinds_and_keywords(findings_of(image, profile="mii")) == {
        (Kind.BAD_VALUE, "RadiopharmaceuticalStartDateTime")
    }


def test_an_injection_at_no_time_is_left_out_and_noted() -> None:
    image = an_acquisition({"RadiopharmaceuticalStartTime": "noon"})
    assert seconds(image) is None
    assert kinds_and_keywords(findings_of(image, profile="mii")) == {
        (Kind.BAD_VALUE, "RadiopharmaceuticalStartTime")
    }


def test_a_start_that_is_only_a_date_leaves_the_clock_to_tell() -> None:
    injected = {"RadiopharmaceuticalStartDateTime": "20240115", "RadiopharmaceuticalStartTime": "231000"}
    assert seconds(an_acquisition(injected)) == 3600


def test_without_an_acquisition_or_an_injection_nothing_is_said() -> None:
    assert seconds(an_acquisition({"RadionuclideHalfLife": "6586.2"})) is None
    assert seconds(*a_series(Modality="PT")) is None
    assert seconds(an_acquisition({"RadiopharmaceuticalStartTime": "110000"}, AcquisitionTime=None)) is None
