"""The study as a whole: what the rows of the mapping do not show."""

from __future__ import annotations

from tests.factories import Json, an_instance, at, converted, the


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
    assert [one["code"] for one in study_of(*instances)["modality"]] == ["SR", "CT"]


def test_identifiers_are_the_accession_number_then_the_uid_then_the_study_id() -> None:
    identifiers = study_of(an_instance(AccessionNumber="A1", StudyID="S1"))["identifier"]
    assert [one["value"] for one in identifiers] == ["A1", "urn:oid:1.2.3", "S1"]
    assert at(identifiers[2], "use") == "secondary"
