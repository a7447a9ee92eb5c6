"""An instance that comes twice counts once, in one series and in two."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.config import ConvertConfig
from dicom2fhir.conversion import Conversion
from dicom2fhir.study.assembler import StudyAssembler
from tests.factories import Json, a_series, an_element, an_instance, converted, key, the

if TYPE_CHECKING:
    from dicom2fhir.findings import Findings
    from dicom2fhir.study.model import Study


def study_of(*instances: Json, **options: Any) -> Study:
    assembler = Conversion(ConvertConfig(**options)).collect()
    for instance in instances:
        assembler.add(instance)
    (study,) = assembler.finish_all()
    return study


def in_series(series: str, number: int, uid: str, **keywords: Any) -> Json:
    return an_instance("1.2.3", series, number, SOPInstanceUID=uid, InstanceNumber=number, **keywords)


def codes(findings: Findings) -> list[tuple[str, int]]:
    return [(finding.code, finding.count) for finding in findings]


THREE = [
    in_series("1.2.3.8", 1, "1.2.3.8.1", SeriesNumber=2),
    in_series("1.2.3.8", 2, "1.2.3.8.2", SeriesNumber=2),
    in_series("1.2.3.9", 1, "1.2.3.8.1", SeriesNumber=1),
]


@pytest.mark.parametrize("add_instances", [False, True])
@pytest.mark.parametrize("order", list(permutations(THREE)))
def test_an_instance_in_two_series_of_a_study_counts_in_the_first(order: Any, *, add_instances: bool) -> None:
    study = study_of(*order, add_instances=add_instances)
    assert [(series.uid, series.count) for series in study.series] == [("1.2.3.9", 1), ("1.2.3.8", 1)]
    assert codes(study.findings) == [("in-two-series", 1)]
    listed = [[row.uid for row in series.instances] for series in study.series]
    assert listed == ([["1.2.3.8.1"], ["1.2.3.8.2"]] if add_instances else [[], []])


def test_the_counts_of_a_study_are_those_of_its_series() -> None:
    study = the(converted(*THREE), "ImagingStudy")
    assert study["numberOfInstances"] == sum(series["numberOfInstances"] for series in study["series"]) == 2


TWICE = [*a_series(), *(in_series("1.2.3.2", number, f"1.2.3.1.{number}") for number in (1, 2))]


def test_a_series_whose_instances_all_count_elsewhere_is_listed_without_a_number() -> None:
    study = the(converted(*TWICE, add_instances=True), "ImagingStudy")
    assert [series.get("numberOfInstances") for series in study["series"]] == [2, None]
    assert "instance" not in study["series"][1]
    assert (study["numberOfSeries"], study["numberOfInstances"]) == (2, 2)


def test_a_series_whose_instances_all_count_elsewhere_is_reported() -> None:
    assert codes(study_of(*TWICE).findings) == [("all-in-two-series", 1), ("in-two-series", 2)]


def test_a_series_whose_instances_all_count_elsewhere_has_the_number_that_a_server_names() -> None:
    instances = [
        instance | {key("NumberOfSeriesRelatedInstances"): an_element("NumberOfSeriesRelatedInstances", 2)}
        for instance in TWICE
    ]
    study = the(converted(*instances, related_counts=True), "ImagingStudy")
    assert [series["numberOfInstances"] for series in study["series"]] == [2, 2]


def test_an_instance_in_three_series_is_reported_twice() -> None:
    study = study_of(*(in_series(f"1.2.3.{number}", 1, "1.2.3.7") for number in (1, 2, 3)))
    assert [series.count for series in study.series] == [1, 0, 0]
    assert codes(study.findings) == [("all-in-two-series", 2), ("in-two-series", 2)]


def test_an_instance_of_two_studies_counts_in_each() -> None:
    assembler = StudyAssembler()
    for study_uid in ("1.2.3", "1.2.4"):
        assembler.add(an_instance(study_uid, SOPInstanceUID="1.2.5"))
    assert [study.series[0].count for study in assembler.finish_all()] == [1, 1]


def test_an_instance_in_two_series_tells_once_who_the_patient_is() -> None:
    jane, jim = {"PatientID": "P1"}, {"PatientID": "P2"}
    instances = [
        in_series("1.2.3.1", 1, "1.2.3.1.1", **jane),
        *(in_series("1.2.3.1", number, f"1.2.3.1.{number}", **jim) for number in (2, 3)),
        *(in_series("1.2.3.2", number, f"1.2.3.2.{number}", **jane) for number in (1, 2)),
    ]
    assert study_of(*instances).view.PatientID == "P1"
    again = [in_series("1.2.3.3", number, f"1.2.3.1.{number}", **jim) for number in (2, 3)]
    assert study_of(*instances, *again).view.PatientID == "P1"


def test_an_instance_without_a_class_that_counts_elsewhere_is_reported_once() -> None:
    twins = [in_series(series, 1, "1.2.3.7", SOPClassUID=None) for series in ("1.2.3.1", "1.2.3.2")]
    study = study_of(*twins, add_instances=True)
    assert sorted(codes(study.findings)) == [
        ("all-in-two-series", 1),
        ("in-two-series", 1),
        ("no-sop-class", 1),
    ]
