"""When two data sets contradict each other: values are compared, not spellings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from pydicom.datadict import dictionary_VR

from dicom2fhir import attributes
from dicom2fhir.attributes import NUMBER_TEXTS, known_key
from dicom2fhir.findings import Kind
from dicom2fhir.study.conflicts import canonical
from dicom2fhir.study.facts import Facts
from tests.factories import Json, an_instance, at, converted, findings_of, key, the


def test_the_numbers_that_are_written_as_text_are_those_of_the_dictionary() -> None:
    tables = [table for table in vars(attributes).values() if isinstance(table, Mapping)]
    keywords = {word for table in tables for word in table if known_key(str(word))}
    assert len(keywords) > 100
    right = {key(word) for word in keywords if dictionary_VR(word) in {"DS", "IS"}}
    assert right == NUMBER_TEXTS


@pytest.mark.parametrize("vr", ["DS", None])
@pytest.mark.parametrize("spelling", ["1.50", " 1.5 ", "+1.5", "15e-1", "01.5", 1.5])
def test_a_number_is_the_same_in_every_spelling(spelling: Any, vr: str | None) -> None:
    element: Json = {"Value": [spelling]} if vr is None else {"vr": vr, "Value": [spelling]}
    assert canonical(element, key("SliceThickness")) == "[1.5]"


@pytest.mark.parametrize(
    ("keyword", "vr", "first", "other"),
    [
        ("SliceThickness", "DS", "1.5", "1.51"),
        ("SliceThickness", "DS", "1,5", "1.5"),
        ("SliceThickness", "DS", "1e99", "1.0e99"),
        ("SliceThickness", "LO", "1.5", "1.50"),
        ("StudyID", None, "1", "01"),
        ("StudyID", "SH", "1", "01"),
    ],
)
def test_what_differs_as_a_number_or_is_none_is_another_value(
    keyword: str, vr: str | None, first: str, other: str
) -> None:
    texts = [canonical({"vr": vr, "Value": [text]}, key(keyword)) for text in (first, other)]
    assert texts[0] != texts[1]


def test_numbers_in_the_items_of_a_sequence_are_compared_as_numbers() -> None:
    def tracer(dose: str, vr: str | None) -> Json:
        element: Json = {"Value": [dose]} if vr is None else {"vr": vr, "Value": [dose]}
        return {"vr": "SQ", "Value": [{key("RadionuclideTotalDose"): element}]}

    assert canonical(tracer("370000000", "DS")) == canonical(tracer("3.7e8", None))
    assert canonical(tracer("370000000", "DS")) != canonical(tracer("3.8e8", "DS"))


@pytest.mark.parametrize(
    ("keyword", "spellings"),
    [("SeriesNumber", ["1", "01", 1]), ("PatientWeight", ["70.5", "70.50", 70.5, "+70.5"])],
)
def test_a_number_in_two_spellings_is_no_conflict(keyword: str, spellings: list[Any]) -> None:
    instances = [
        an_instance(number=number, InstanceNumber=number, **{keyword: spelling})
        for number, spelling in enumerate(spellings, start=1)
    ]
    for order in permutations(instances):
        assert not [finding for finding in findings_of(*order) if finding.kind is Kind.CONFLICT]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_number_is_said_as_the_first_instance_spells_it(turn: int) -> None:
    facts = Facts([], [key("SliceThickness")])
    spelt = [
        ({key("SliceThickness"): {"vr": "DS", "Value": [text]}}, (rank,))
        for rank, text in ((1, "1.50"), (2, "1.5"))
    ]
    for raw, rank in spelt[::turn]:
        facts.add(raw, rank)
    assert facts.elements()[key("SliceThickness")]["Value"] == ["1.50"]
    alike = Facts([], [key("SliceThickness")])
    for raw, _ in spelt[::turn]:
        alike.add(raw, (1,))
    assert alike.elements()[key("SliceThickness")]["Value"] == ["1.5"]


def test_a_technique_in_two_spellings_keeps_its_extensions() -> None:
    instances = [
        an_instance(number=number, InstanceNumber=number, KVP=voltage, SliceThickness=thickness)
        for number, voltage, thickness in ((1, "120", "1.5"), (2, "120.0", "1.50"))
    ]
    series = the(converted(*instances, profile="mii"), "ImagingStudy")["series"][0]
    alone = the(converted(instances[0], profile="mii"), "ImagingStudy")["series"][0]
    assert at(series, "extension") == at(alone, "extension")
    assert at(series, "extension[0]") is not None
