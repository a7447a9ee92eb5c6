"""Slices of a scan that repeat each other: told once, and never mixed up with one that says something new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.config import ConvertConfig
from dicom2fhir.conversion import Conversion
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.study.facts import Facts
from tests.factories import (
    Json,
    a_series,
    an_element,
    an_instance,
    an_item,
    at,
    config_of,
    converted,
    key,
    the,
)

if TYPE_CHECKING:
    from dicom2fhir.study.assembler import StudyAssembler


@pytest.fixture
def ranks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The ranks of all data sets whose facts a series was told."""
    ranks: list[Any] = []
    add = Facts.add

    def counting(self: Facts, raw: Json, rank: Any) -> None:
        if key("Modality") in self.keys:
            ranks.append(rank[0])
        add(self, raw, rank)

    monkeypatch.setattr(Facts, "add", counting)
    return ranks


def assembled(instances: list[Json], **options: Any) -> StudyAssembler:
    assembler = Conversion(ConvertConfig(**options)).collect()
    for instance in instances:
        assembler.add(instance)
    return assembler


def test_numbers_that_are_equal_and_not_written_alike_are_no_repeat() -> None:
    slices = [
        an_instance(number=n, InstanceNumber=n, PixelSpacing=[spacing, spacing])
        for n, spacing in ((1, 1), (2, 1.0))
    ]
    made = []
    for order in (slices, slices[::-1]):
        bundle = Dicom2FHIRBundle(config_of(add_instances=True, profile="mii"))
        for instance in order:
            bundle.add(instance)
        made.append(bundle.to_json())
    assert made[0] == made[1]
    assert b'"value":1,' in made[0]
    assert b'"value":1.0,' in made[0]


def test_of_slices_that_repeat_each_other_one_is_told(ranks: list[Any]) -> None:
    assembled(a_series(count=50))
    assert ranks == [1]


def test_of_slices_that_come_backwards_each_is_told_for_it_may_be_the_first(ranks: list[Any]) -> None:
    assembled(a_series(count=3)[::-1])
    assert ranks == [3, 2, 1]


def test_series_that_take_turns_are_still_told_once_each(ranks: list[Any]) -> None:
    first, other = a_series(series="1.2.3.1", count=20), a_series(series="1.2.3.2", count=20)
    assembled([instance for pair in zip(first, other, strict=True) for instance in pair])
    assert ranks == [1, 1]


def test_keys_in_another_spelling_are_compared_all_the_same(ranks: list[Any]) -> None:
    spelt = [
        {f"({tag[:4]},{tag[4:].lower()})": element for tag, element in instance.items()}
        for instance in a_series(count=9)
    ]
    assembler = assembled(spelt)
    assert ranks == [1]
    assert assembler.finish("1.2.3").series[0].count == 9


@pytest.mark.parametrize(
    ("keyword", "value", "place"),
    [
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4", "series[0].instance[1].sopClass.code"),
        ("ImageType", ["DERIVED", "PRIMARY"], "series[0].instance[1].title"),
        ("ContentLabel", "LABEL", "series[0].instance[1].title"),
        ("StudyDescription", "Chest", "description"),
    ],
)
def test_a_slice_that_says_something_new_is_heard(keyword: str, value: Any, place: str) -> None:
    first, second = a_series()
    study = the(
        converted(first, second | {key(keyword): an_element(keyword, value)}, add_instances=True),
        "ImagingStudy",
    )
    assert at(study, place) in ("\\".join(value), value, f"urn:oid:{value}")


def test_a_slice_of_another_study_after_one_was_taken_is_not_lost() -> None:
    assembler = assembled([an_instance("1.2.3")])
    assembler.finish("1.2.3")
    assembler.forget("1.2.3")
    assembler.add(an_instance("1.2.3", number=2))
    assert assembler.open_studies == ["1.2.3"]
    assert assembler.finish("1.2.3").series[0].count == 1


def test_what_varies_is_not_looked_at_again(ranks: list[Any]) -> None:
    slices = [an_instance(number=n, InstanceNumber=n, Laterality="LR"[n % 2]) for n in range(1, 30)]
    assembler = assembled(slices)
    assert ranks == [1, 2]
    assert key("Laterality") not in assembler.finish("1.2.3").series[0].view.elements


class Watched(dict[str, Any]):
    """An element that notes each time that somebody looks for its values."""

    def __init__(self, element: Json, looks: list[str], name: str) -> None:
        super().__init__(element)
        self.looks, self.name = looks, name

    def __getitem__(self, part: str) -> Any:
        self.looks.append(self.name)
        return super().__getitem__(part)

    def get(self, part: str, default: Any = None) -> Any:
        self.looks.append(self.name)
        return super().get(part, default)


def test_of_slices_that_differ_in_one_attribute_the_others_are_not_told_again() -> None:
    looks: list[str] = []
    slices = [
        an_instance(number=n, InstanceNumber=n, RetrieveURL=f"https://a.example.org/studies/1/instances/{n}")
        for n in range(1, 20)
    ]
    for number, instance in enumerate(slices, start=1):
        for keyword in ("RetrieveURL", "Modality"):
            instance[key(keyword)] = Watched(instance[key(keyword)], looks, f"{keyword} {number}")
    assembled(slices)
    assert {f"RetrieveURL {number}" for number in range(1, 20)} <= set(looks)
    assert [look for look in looks if look.startswith("Modality")] == ["Modality 1"]


def test_frames_are_lifted_of_every_object() -> None:
    frames = [
        an_instance(
            number=number,
            InstanceNumber=number,
            SharedFunctionalGroupsSequence={
                key("FrameAnatomySequence"): an_element(
                    "FrameAnatomySequence", {key("FrameLaterality"): side}
                )
            },
        )
        for number, side in ((1, an_element("FrameLaterality", "L")), (2, an_element("FrameLaterality", "R")))
    ]
    assert the(converted(frames[0]), "ImagingStudy")["series"][0]["laterality"]["display"] == "Left"
    assert "laterality" not in the(converted(*frames), "ImagingStudy")["series"][0]


def test_keys_that_only_look_the_same_when_joined_are_told_apart() -> None:
    first, other = a_series()
    joined = "".join(other)
    odd = {joined[:4]: 1, joined[4:]: 2}
    assembler = assembled([first])
    assert assembler.add(odd) is False
    assert assembler.add({7: 1}) is False  # type: ignore[dict-item]  # what a user may send
    assert assembler.add(other) is True


@pytest.mark.parametrize(
    ("first", "other", "titles"),
    [
        ({"ImageType": [0.0]}, {"ImageType": [-0.0]}, ["0.0", "-0.0"]),
        ({"ImageType": [1]}, {"ImageType": [1.0]}, ["1", "1.0"]),
        (
            {"ConceptNameCodeSequence": an_item(CodeMeaning=1)},
            {"ConceptNameCodeSequence": an_item(CodeMeaning=1.0)},
            ["1", "1.0"],
        ),
    ],
)
def test_a_slice_whose_numbers_are_only_equal_to_those_of_the_latest_is_heard(
    first: Json, other: Json, titles: list[str]
) -> None:
    slices = [an_instance(number=n, InstanceNumber=n, **keywords) for n, keywords in ((1, first), (2, other))]
    for order in (slices, slices[::-1]):
        series = the(converted(*order, add_instances=True), "ImagingStudy")["series"][0]
        assert [instance["title"] for instance in series["instance"]] == titles


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("20240116010000+0200", "20240115230000-0500"),
        ("20240115230000-0500", "20240116060000+0100"),
        ("20240115103015.25+0100", "20240115103015.5+0100"),
        ("202401151030+0100", "20240115103000.5+0100"),
        ("00010101000000+1400", "00010101000000-1200"),
        ("09990115230000+0100", "20240115230000+0100"),
        ("20240115+0100", "20240115000001+0000"),
        ("20240115103015", "20240115103016"),
    ],
)
def test_the_earliest_acquisition_of_a_series_is_the_first_moment_whatever_its_offset(
    first: str, later: str
) -> None:
    for moments in ((first, later), (later, first)):
        slices = [
            an_instance(number=number, AcquisitionDateTime=moment) for number, moment in enumerate(moments)
        ]
        earliest = []
        for assembler in (assembled(slices), assembled(slices[:1])):
            assembler.absorb(assembled(slices[1:]))  # as when another process has read it
            (study,) = assembler.finish_all()
            assert study.series[0].acquired is not None
            earliest.append(study.series[0].acquired.text("AcquisitionDateTime"))
        assert earliest == [first, first]
