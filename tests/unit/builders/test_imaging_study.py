"""The study as a whole: what the rows of the mapping do not show."""

from __future__ import annotations

import pytest

from tests.factories import ABSENT, Json, an_instance, at, converted, the


def study_of(*instances: Json) -> Json:
    return the(converted(*instances), "ImagingStudy")


def test_the_place_is_the_department_of_the_first_series_that_names_one_or_else_where_it_was_performed() -> (
    None
):
    performed: Json = {"PerformedLocation": "Room 5"}
    department: Json = {"InstitutionalDepartmentName": "Radiology"}
    nameless = an_instance("1.2.3", "1.2.3.1", SeriesNumber=1, InstitutionName="ACME", **performed)
    second = an_instance("1.2.3", "1.2.3.2", SeriesNumber=2, **department)
    third = an_instance("1.2.3", "1.2.3.3", SeriesNumber=3, InstitutionalDepartmentName="Cardiology")
    assert study_of(nameless)["location"] == {"display": "Room 5"}
    assert study_of(nameless, second, third)["location"] == {"display": "Radiology"}


def test_each_modality_is_listed_once_in_the_order_of_the_series() -> None:
    instances = [
        an_instance("1.2.3", f"1.2.3.{place}", SeriesNumber=place, Modality=modality)
        for place, modality in ((3, "CT"), (1, "SR"), (2, "CT"), (4, "SR"))
    ]
    assert [modality["code"] for modality in study_of(*instances)["modality"]] == ["SR", "CT"]


def test_identifiers_are_the_accession_number_then_the_uid_then_the_study_id() -> None:
    identifiers = study_of(an_instance(AccessionNumber="A1", StudyID="S1"))["identifier"]
    assert [identifier["value"] for identifier in identifiers] == ["A1", "urn:oid:1.2.3", "S1"]
    assert at(identifiers[2], "use") == "secondary"


def weighed_at(*acquired: str) -> str:
    """When the patient of series that were acquired then was weighed: when the study began."""
    series = [
        an_instance("1.2.3", f"1.2.3.{place}", PatientWeight="70", AcquisitionDateTime=moment)
        for place, moment in enumerate(acquired)
    ]
    moment: str = the(converted(*series), "Observation")["effectiveDateTime"]
    return moment


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("20240116010000+0200", "20240115230000-0500"),
        ("20240115230000-0500", "20240116060000+0100"),
        ("20240115103015.25+0100", "20240115103015.5+0100"),
        ("20240115103015+0100", "20240115103015.5+0100"),
        ("00010101000000+1400", "00010101000000-1200"),
        ("20240115", "20240115010000+0000"),
    ],
)
def test_a_study_began_at_the_first_of_its_moments_whatever_their_offsets(first: str, later: str) -> None:
    assert weighed_at(first, later) == weighed_at(later, first) == weighed_at(first)


def test_a_study_that_nobody_named_is_of_unknown_status() -> None:
    assert the(converted(an_instance()), "ImagingStudy")["status"] == "available"
    nameless = an_instance(StudyInstanceUID=ABSENT, StudyDate="20240115")
    assert the(converted(nameless), "ImagingStudy")["status"] == "unknown"


def test_a_study_lists_a_modality_that_dcm_lacks_as_its_series_says_it() -> None:
    series = [an_instance(series=f"1.2.3.{code}", Modality=code) for code in ("CT", "SC")]
    for pack in (None, "mii"):
        study = the(converted(*series, profile=pack), "ImagingStudy")
        assert sorted(map(str, study["modality"])) == sorted(
            str(series["modality"]) for series in study["series"]
        )
