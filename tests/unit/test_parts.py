"""Parts of the input: as they are or assembled elsewhere, they make the same studies."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dicom2fhir.parts import Assembling, Counting, DataSets, Part, part_maker, study_of
from dicom2fhir.study.assembler import StudyAssembler
from dicom2fhir.study.rules import Rules
from tests.factories import a_study, an_instance

LABELLED = [
    *((instance, "a.dcm") for instance in a_study("1.2.3")),
    (an_instance("1.2.4"), "b.dcm"),
    ({}, "c.dcm"),
    (an_instance("1.2.3", number=9), "d.dcm"),
]


@pytest.fixture(params=[1, 2], ids=["as they are", "assembled"])
def part(request: pytest.FixtureRequest) -> Part:
    return part_maker(Rules(), request.param)(LABELLED)


def test_a_part_says_which_studies_follow_each_other_and_how_many_are_of_each(part: Part) -> None:
    assert part.runs == [("1.2.3", 4), ("1.2.4", 1), (None, 1), ("1.2.3", 1)]
    assert part.counts == {"1.2.3": 5, "1.2.4": 1, None: 1} == Counting()(LABELLED)


def test_an_assembler_takes_a_part_and_what_is_left_out_is_noted_with_its_file(part: Part) -> None:
    assembler = StudyAssembler(unidentified=False)
    part.put_into(assembler)
    assert {study.uid: sum(series.count for series in study.series) for study in assembler.drain()} == {
        "1.2.3": 5,
        "1.2.4": 1,
    }
    assert [(finding.code, finding.source) for finding in assembler.findings] == [("no-uid", "c.dcm")]


def test_a_part_can_go_without_some_studies(part: Part) -> None:
    rest = part.without({"1.2.3"})
    assembler = StudyAssembler(unidentified=False)
    rest.put_into(assembler)
    assert (rest.counts, assembler.open_studies) == ({"1.2.4": 1, None: 1}, ["1.2.4"])


def test_what_makes_parts_travels_to_other_processes() -> None:
    for make in (Assembling(Rules(list_instances=True)), Counting(), DataSets.made):
        again: Any = pickle.loads(pickle.dumps(make))  # noqa: S301 - made here
        assert type(again(LABELLED)) is type(make(LABELLED))


def test_the_study_of_what_is_no_data_set_is_unknown() -> None:
    assert [study_of(given) for given in (an_instance("1.2.3"), {}, 7)] == ["1.2.3", None, None]  # type: ignore[arg-type]  # wrong on purpose
