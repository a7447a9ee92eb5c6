"""A series: what the rows of the mapping do not show."""

from __future__ import annotations

from typing import Any

from dicom2fhir.findings import Kind
from tests.factories import (
    Json,
    a_code,
    a_series,
    an_instance,
    an_item,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    the,
)

UTC = {"dicom_timezone": "UTC"}


def series_of(*instances: Json, **options: Any) -> Json:
    made: Json = the(converted(*instances, **options), "ImagingStudy")["series"][0]
    return made


def test_the_start_is_the_date_of_the_series_then_the_earliest_acquisition_then_the_procedure_step() -> None:
    keywords: Json = {"PerformedProcedureStepStartDate": "20240113", "PerformedProcedureStepStartTime": "10"}
    assert series_of(an_instance(**keywords), **UTC)["started"] == "2024-01-13T10:00:00+00:00"
    keywords |= {"AcquisitionDate": "20240114"}
    assert series_of(an_instance(**keywords), **UTC)["started"] == "2024-01-14"
    keywords |= {"SeriesDate": "20240115"}
    assert series_of(an_instance(**keywords), **UTC)["started"] == "2024-01-15"


def test_a_date_of_the_series_that_is_none_gives_way_and_is_reported() -> None:
    instance = an_instance(SeriesDate="junk", AcquisitionDate="20240114")
    assert series_of(instance)["started"] == "2024-01-14"
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "SeriesDate")}


def test_an_offset_that_is_none_gives_way_to_the_configured_zone_and_is_reported_once() -> None:
    instance = an_instance(
        StudyDate="20240115",
        StudyTime="10",
        SeriesDate="20240115",
        SeriesTime="10",
        TimezoneOffsetFromUTC="junk",
    )
    assert series_of(instance, **UTC)["started"] == "2024-01-15T10:00:00+00:00"
    assert {(finding.keyword, finding.count) for finding in findings_of(instance, **UTC)} == {
        ("TimezoneOffsetFromUTC", 2)
    }


def test_the_first_region_with_a_known_scheme_is_said_before_one_without() -> None:
    regions = [a_code("K", "99X", "Knee"), a_code("39607008", "SCT", "Lung")]
    assert at(series_of(an_instance(AnatomicRegionSequence=regions)), "bodySite.code") == "39607008"


def test_a_body_part_of_several_words_is_one_code() -> None:
    assert series_of(an_instance(BodyPartExamined=" Left   Toe "))["bodySite"] == {
        "code": "Left Toe",
        "display": "Left Toe",
    }


def test_a_side_that_is_none_is_left_out_and_reported_and_unpaired_is_no_side() -> None:
    assert "laterality" not in series_of(an_instance(Laterality="X"))
    assert kinds_and_keywords(findings_of(an_instance(Laterality="X"))) == {(Kind.BAD_VALUE, "Laterality")}
    assert at(series_of(an_instance(Laterality="U", ImageLaterality="R")), "laterality.display") == "Right"
    assert findings_of(an_instance(Laterality="U")) == []


def test_a_modifier_that_is_no_side_says_no_side() -> None:
    region = a_code("39607008", "SCT", "Lung", AnatomicRegionModifierSequence=a_code("1", "99X", "upper"))
    assert "laterality" not in series_of(an_instance(AnatomicRegionSequence=region))
    unilateral = a_code(
        "39607008", "SCT", "Lung", AnatomicRegionModifierSequence=a_code("66459002", "SCT", "Unilateral")
    )
    assert at(series_of(an_instance(AnatomicRegionSequence=unilateral)), "laterality.display") == "Unilateral"


def test_a_specimen_comes_once_and_one_without_name_and_uid_not_at_all() -> None:
    specimens = [an_item(SpecimenIdentifier="S1"), an_item(SpecimenIdentifier="S1"), an_item(CodeMeaning="?")]
    assert len(series_of(an_instance(SpecimenDescriptionSequence=specimens))["specimen"]) == 1


def test_related_counts_are_said_only_where_they_are_larger() -> None:
    instances = a_series(count=3, NumberOfSeriesRelatedInstances=2)
    assert series_of(*instances, related_counts=True)["numberOfInstances"] == 3
    study = the(
        converted(
            *(
                an_instance("1.2.3", f"1.2.3.{place}", NumberOfSeriesRelatedInstances=2147483647)
                for place in (1, 2)
            ),
            related_counts=True,
        ),
        "ImagingStudy",
    )
    assert study["numberOfInstances"] == 2147483647


def test_a_modality_that_dicom_does_not_list_is_said_and_reported() -> None:
    instance = an_instance(Modality="ZZ")
    assert the(converted(instance), "ImagingStudy")["series"][0]["modality"]["code"] == "ZZ"
    assert Kind.UNCODED in {finding.kind for finding in findings_of(instance)}


def test_the_side_of_the_series_goes_before_that_of_its_images_and_of_their_frames() -> None:
    assert at(series_of(an_instance(FrameLaterality="B")), "laterality.display") == "Bilateral"
    images: Json = {"ImageLaterality": "R", "FrameLaterality": "B"}
    assert at(series_of(an_instance(**images)), "laterality.display") == "Right"
    assert at(series_of(an_instance(**images, Laterality="L")), "laterality.display") == "Left"
    region = a_code(
        "39607008", "SCT", "Lung", AnatomicRegionModifierSequence=a_code("7771000", "SCT", "Left")
    )
    assert (
        at(series_of(an_instance(FrameLaterality="B", AnatomicRegionSequence=region)), "laterality.display")
        == "Bilateral"
    )


def test_related_counts_of_a_study_are_said_only_where_they_are_larger() -> None:
    related: Json = {"NumberOfStudyRelatedSeries": 1, "NumberOfStudyRelatedInstances": 1}
    instances = [an_instance("1.2.3", f"1.2.3.{place}", **related) for place in (1, 2)]
    study = the(converted(*instances, related_counts=True), "ImagingStudy")
    assert (study["numberOfSeries"], study["numberOfInstances"]) == (2, 2)


def test_a_description_in_words_goes_before_a_coded_one() -> None:
    coded: Json = {"SeriesDescriptionCodeSequence": [{}, a_code("1", "99X", "Axial")]}
    assert series_of(an_instance(**coded))["description"] == "Axial"
    assert series_of(an_instance(**coded, SeriesDescription="thin"))["description"] == "thin"
