"""Functional groups: what all frames agree on."""

from __future__ import annotations

from typing import Any

from dicom2fhir.study.frames import lifted
from tests.factories import Json, an_instance, an_item, at, converted, key, the


def frames(*sides: str) -> Json:
    return an_item(
        PerFrameFunctionalGroupsSequence=[
            an_item(FrameAnatomySequence=an_item(FrameLaterality=side)) for side in sides
        ]
    )


def side_of(keywords: Json) -> Any:
    return at(the(converted({**an_instance(), **keywords}), "ImagingStudy"), "series[0].laterality.code")


def test_what_frames_agree_on_is_said_and_what_differs_is_not() -> None:
    assert side_of(frames("L", "L ")) == "7771000"
    assert side_of(frames("L", "R")) is None


def test_what_the_data_set_says_itself_wins() -> None:
    assert side_of({**frames("L"), **an_item(FrameLaterality="R")}) == "24028007"
    assert side_of({**frames("L"), **an_item(FrameLaterality=None)}) == "7771000"


def test_junk_for_groups_is_passed_over() -> None:
    for junk in (None, "x", {"vr": "SQ", "Value": ["x", {key("FrameAnatomySequence"): "y"}, {}]}):
        assert not lifted({key("SharedFunctionalGroupsSequence"): junk})


def test_numbers_of_frames_are_compared_as_numbers() -> None:
    def thickness(*texts: str) -> Any:
        measured = [an_item(PixelMeasuresSequence=an_item(SliceThickness=text)) for text in texts]
        return lifted(an_item(PerFrameFunctionalGroupsSequence=measured)).get(key("SliceThickness"))

    assert thickness("1.50", "1.5") == {"vr": "DS", "Value": ["1.50"]}
    assert thickness("1.50", "1.51") is None
