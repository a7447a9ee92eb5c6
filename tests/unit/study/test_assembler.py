"""Who belongs with whom: what the mapping and the properties do not say."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.conversion import Conversion
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings, Kind
from dicom2fhir.study.assembler import StudyAssembler
from dicom2fhir.study.rules import Rules
from tests.factories import (
    ABSENT,
    Json,
    a_series,
    a_study,
    an_instance,
    an_item,
    at,
    config_of,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)

if TYPE_CHECKING:
    from dicom2fhir.study.model import Study


def assembled(*instances: Json, findings: Findings | None = None, **options: Any) -> list[Study]:
    assembler = Conversion(config_of(**options)).collect(findings=findings)
    for instance in instances:
        assembler.add(instance)
    return assembler.finish_all()


def test_studies_series_and_instances_come_by_number_and_then_by_uid() -> None:
    instances = [
        an_instance("1.2.4"),
        *(
            an_instance("1.2.3", f"1.2.3.{uid}", SeriesNumber=number)
            for uid, number in ((9, None), (8, 2), (7, 10), (6, 2))
        ),
        *(
            an_instance("1.2.3", "1.2.3.8", place, InstanceNumber=number)
            for place, number in ((5, 3), (4, None), (3, 3))
        ),
    ]
    studies = assembled(*instances, add_instances=True)
    assert [study.uid for study in studies] == ["1.2.3", "1.2.4"]
    assert [series.uid for series in studies[0].series] == ["1.2.3.6", "1.2.3.8", "1.2.3.7", "1.2.3.9"]
    assert [row.uid[-1] for row in studies[0].series[1].instances] == ["3", "5", "1", "4"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"include_modalities": ["CT"]}, ["CT"]),
        ({"exclude_modalities": ["ct", "SR"]}, ["MR", "OT"]),
        ({"include_modalities": ["OT"]}, ["OT"]),
        ({"include_sop_classes": ["1.2.3"]}, ["MR"]),
        ({"exclude_sop_classes": ["1.2.3"]}, ["CT", "SR", "OT"]),
        ({"include_modalities": ["CT", "MR"], "exclude_sop_classes": ["1.2.3"]}, ["CT"]),
    ],
)
def test_filters_leave_series_out_without_a_finding(options: Json, left: list[str]) -> None:
    by_series: list[Json] = [
        {"Modality": "CT"},
        {"Modality": "MR", "SOPClassUID": "1.2.3"},
        {"Modality": "SR"},
        {"Modality": None},
    ]
    instances = [
        an_instance("1.2.3", f"1.2.3.{number}", SeriesNumber=number, **keywords)
        for number, keywords in enumerate(by_series, start=1)
    ]
    study = the(converted(*instances, **options), "ImagingStudy")
    assert [series["modality"]["code"] for series in study["series"]] == left
    assert {kind for kind, _ in kinds_and_keywords(findings_of(*instances, **options))} <= {Kind.GUESSED}


def test_when_filters_leave_nothing_there_is_nothing() -> None:
    with pytest.raises(EmptyStudyError):
        assembled(an_instance(), include_modalities=["US"])


@pytest.mark.parametrize("keyword", ["SeriesInstanceUID", "SOPInstanceUID"])
@pytest.mark.parametrize("value", [ABSENT, None, "a b", "1." * 40, 7.5j])
def test_a_data_set_without_a_usable_uid_is_skipped_and_reported(keyword: str, value: Any) -> None:
    findings = Findings()
    (study,) = assembled(an_instance(number=2), an_instance(**{keyword: value}), findings=findings)
    assert study.series[0].count == 1
    assert kinds_and_keywords(list(findings)) == {(Kind.SKIPPED_INSTANCE, keyword)}


def test_a_data_set_is_taken_once_and_one_that_is_left_out_is_not() -> None:
    assembler = StudyAssembler(Rules(exclude_modalities=frozenset({"SR"})))
    assert [assembler.add(an_instance(number=number)) for number in (1, 2, 1)] == [True, True, False]
    left_out: list[Json] = [
        {"StudyInstanceUID": ABSENT},
        {"SeriesInstanceUID": ABSENT},
        {"SOPInstanceUID": "a b"},
        {"Modality": "SR"},
    ]
    assert not any(assembler.add(an_instance(**keywords)) for keywords in left_out)


@pytest.mark.parametrize("turn", [1, -1])
def test_data_sets_that_name_no_study_are_skipped_when_another_names_one(turn: int) -> None:
    nameless = [an_item(PatientID="P1"), an_item(PatientID="P2")]
    findings = Findings()
    (study,) = assembled(*[*nameless, an_instance()][::turn], findings=findings)
    assert study.uid == "1.2.3"
    assert [(finding.kind, finding.keyword, finding.count) for finding in findings] == [
        (Kind.SKIPPED_INSTANCE, "StudyInstanceUID", 2)
    ]


def test_data_sets_that_name_no_study_are_one_study_when_none_names_one() -> None:
    nameless = [an_item(StudyDate="20240115", PatientID="P1"), an_item(StudyDescription="CT", Modality="CT")]
    bundle = converted(*nameless)
    study = the(bundle, "ImagingStudy")
    assert (study["started"], study["description"]) == ("2024-01-15", "CT")
    assert not {"numberOfSeries", "numberOfInstances", "series", "modality"} & study.keys()
    assert kinds_and_keywords(findings_of(*nameless)) == {(Kind.UNIDENTIFIED, "StudyInstanceUID")}
    assert converted(*reversed(nameless)) == bundle


@pytest.mark.parametrize("turn", [1, -1])
def test_a_title_does_not_make_a_uid_legal(turn: int) -> None:
    titled = an_instance(number=1, ContentLabel="a b")
    bad = an_instance("1.2.3", "title a b", 2, SOPInstanceUID="1.2.3.9")
    findings = Findings()
    (study,) = assembled(*[titled, bad][::turn], findings=findings, add_instances=True)
    assert [series.uid for series in study.series] == ["1.2.3.1"]
    assert kinds_and_keywords(list(findings)) == {(Kind.SKIPPED_INSTANCE, "SeriesInstanceUID")}


def test_an_illegal_uid_is_kept_and_reported() -> None:
    instance = an_instance("1.02", "1.02.1", SOPInstanceUID="x")
    assert the(converted(instance), "ImagingStudy")["identifier"][0]["value"] == "urn:oid:1.02"
    assert kinds_and_keywords(findings_of(instance)) == {
        (Kind.BAD_VALUE, keyword) for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    }


def test_instances_that_disagree_are_reported_and_the_first_is_said() -> None:
    instances = [
        an_instance(number=number, InstanceNumber=number, StudyDescription=f"{number}") for number in (3, 2)
    ]
    assert the(converted(*instances), "ImagingStudy")["description"] == "2"
    assert kinds_and_keywords(findings_of(*instances)) == {(Kind.CONFLICT, "StudyDescription")}


@pytest.mark.parametrize(
    "keyword", ["RetrieveURL", "ImageLaterality", "ImageType", "InstanceNumber", "AcquisitionTime"]
)
def test_what_differs_between_images_by_nature_is_no_conflict(keyword: str) -> None:
    value = {"RetrieveURL": "https://pacs.example.org/rs/studies/1/instances/{}"}.get(keyword, "{}")
    instances = [an_instance(number=number, **{keyword: value.format(number)}) for number in (1, 2)]
    assert not [finding for finding in findings_of(*instances) if finding.kind is Kind.CONFLICT]


def test_an_id_function_that_asks_for_what_is_there_and_empty_is_answered_none() -> None:
    answers: list[Any] = []

    def asking(resource_type: str, ds: Any, extra: str = "") -> str:
        answers.append((ds.AccessionNumber, ds.PatientSex, ds.RequestingService))
        return f"{resource_type}{extra}"

    instances = a_series(AccessionNumber=None, PatientSex=None, RequestingService=None)
    converted(*instances, id_function=asking)
    assert set(answers) == {(None, None, None)}
    answers.clear()
    converted(*instances, an_instance(number=9, AccessionNumber="A1"), id_function=asking)
    assert set(answers) == {("A1", None, None)}


def test_a_time_and_an_offset_are_those_of_the_date_that_is_said() -> None:
    dated = an_instance(number=1, InstanceNumber=1, StudyDate="20240115")
    timed = an_instance(
        number=2, InstanceNumber=2, StudyDate="20240116", StudyTime="1030", TimezoneOffsetFromUTC="-0500"
    )
    assert the(converted(dated, timed, dicom_timezone="UTC"), "ImagingStudy")["started"] == "2024-01-15"
    same_day = an_instance(
        number=2, InstanceNumber=2, StudyDate="20240115", StudyTime="1030", TimezoneOffsetFromUTC="-0500"
    )
    assert the(converted(dated, same_day), "ImagingStudy")["started"] == "2024-01-15T10:30:00-05:00"


def test_an_acquisition_that_is_no_date_gives_way_to_one_that_is_and_alone_is_reported() -> None:
    bad, good = (
        an_instance(number=1, AcquisitionDate="00000000"),
        an_instance(number=2, AcquisitionDate="20240115"),
    )
    assert at(the(converted(bad, good), "ImagingStudy"), "series[0].started") == "2024-01-15"
    assert findings_of(bad, good) == []
    assert "started" not in the(converted(bad), "ImagingStudy")["series"][0]
    assert kinds_and_keywords(findings_of(bad)) == {(Kind.BAD_VALUE, "AcquisitionDate")}
    mixed = an_instance(AcquisitionDateTime="junk", AcquisitionDate="20240115", AcquisitionTime="1030")
    assert (
        at(the(converted(mixed, dicom_timezone="UTC"), "ImagingStudy"), "series[0].started")
        == "2024-01-15T10:30:00+00:00"
    )


def test_one_assembled_elsewhere_with_a_study_makes_nameless_ones_skipped() -> None:
    findings = Findings()
    assembler = StudyAssembler(findings=findings)
    assembler.add(an_item(PatientID="P1"))
    two = StudyAssembler(Rules(keep_first=True), unidentified=False)
    for instance in a_series():
        two.add(instance)
    travelled = pickle.loads(pickle.dumps(two))  # noqa: S301 - made a moment ago
    assembler.absorb(travelled)
    assembler.absorb(travelled)
    assert [study.uid for study in assembler.finish_all()] == ["1.2.3"]
    assert assembler.finish("1.2.3").series[0].count == 2
    assert kinds_and_keywords(list(findings)) == {(Kind.SKIPPED_INSTANCE, "StudyInstanceUID")}
    assert kinds_and_keywords(list(assembler.finish("1.2.3").findings)) == {
        (Kind.DUPLICATE, "SOPInstanceUID")
    }


def test_a_study_of_several_series_of_one_patient_is_one_study_and_one_patient() -> None:
    bundle = converted(*a_study("1.2.3", 3, PatientID="P1"), *a_study("1.2.4", 2, PatientID="P1"))
    assert [study["numberOfSeries"] for study in of_kind(bundle, "ImagingStudy")] == [3, 2]
    assert len(of_kind(bundle, "Patient")) == 1


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_data_sets_with_one_uid_the_row_that_sorts_first_is_listed(turn: int) -> None:
    twins = [an_instance(InstanceNumber=1, ContentLabel=label) for label in ("A", "B")]
    series = the(converted(*twins[::turn], add_instances=True), "ImagingStudy")["series"][0]
    assert (series["numberOfInstances"], [instance["title"] for instance in series["instance"]]) == (1, ["A"])


def first_of(*instances: Json, keyword: str, kind: str = "ImagingStudy") -> Any:
    """What an id function is answered that asks for an attribute."""
    answers: dict[str, Any] = {}

    def asking(resource_type: str, ds: Any, extra: str = "") -> str:
        answers[resource_type] = ds.get(keyword)
        return f"{resource_type}{extra}"

    converted(*instances, id_function=asking)
    return answers[kind]


@pytest.mark.parametrize("turn", [1, -1])
def test_an_id_function_sees_all_that_the_first_instance_says(turn: int) -> None:
    numbered = [
        an_instance(number=n, InstanceNumber=n, RequestingService=service)
        for n, service in ((1, "B"), (2, "A"))
    ]
    assert first_of(*numbered[::turn], keyword="RequestingService") == "B"
    twins = [an_instance(InstanceNumber=1, RequestingService=service) for service in ("A", "B")]
    assert first_of(*twins[::turn], keyword="RequestingService") == "A"


def test_an_id_function_sees_of_a_patient_nothing_that_the_first_instance_says_of_another() -> None:
    other = an_instance(number=1, InstanceNumber=1, PatientID="P2", PatientBirthDate="19800101")
    instances = [other, *(an_instance(number=n, InstanceNumber=n, PatientID="P1") for n in (2, 3))]
    assert first_of(*instances, keyword="PatientID", kind="Patient") == "P1"
    assert first_of(*instances, keyword="PatientBirthDate", kind="Patient") is None


def test_an_id_function_sees_of_a_device_nothing_that_the_first_instance_says_of_another() -> None:
    instances = [
        an_instance("1.2.3", "1.2.3.1", SeriesNumber=1, StationName="CT1"),
        an_instance("1.2.3", "1.2.3.2", SeriesNumber=2, ManufacturerModelName="Spiral"),
    ]
    assert first_of(*instances, keyword="StationName", kind="Device") is None


def test_an_id_function_sees_no_time_of_the_first_instance_where_another_gave_the_date() -> None:
    instances = [
        an_instance(number=1, InstanceNumber=1, StudyTime="1030"),
        an_instance(number=2, InstanceNumber=2, StudyDate="20240115"),
    ]
    assert first_of(*instances, keyword="StudyDate") == "20240115"
    assert first_of(*instances, keyword="StudyTime") is None
