"""The latest data set of a series: when it is worth remembering."""

from __future__ import annotations

from dicom2fhir.study.patients import Identity
from dicom2fhir.study.repeats import Latest, Repeats
from tests.factories import an_item, key

LATEST = Latest(Identity("P1", "", ""), None, None, None)
URL = key("RetrieveURL")


def remembered(count: int, repeats: Repeats) -> list[int]:
    """Which of many data sets that all differ are remembered."""
    places = []
    for number in range(1, count + 1):
        raw = an_item(RetrieveURL=f"https://a.example.org/instances/{number}")
        if not repeats.fits(raw):
            repeats.forget()
        repeats.learn(raw, (number, "1.2"), LATEST, watched=[URL])
        if repeats.latest:
            places.append(number)
    return places


def test_where_something_differs_in_every_slice_ever_fewer_are_remembered() -> None:
    assert remembered(300, Repeats()) == [1, 2, 4, 8, 16, 32, 64, 128, 192, 256]


def test_a_repetition_makes_the_next_ones_worth_remembering_again() -> None:
    repeats = Repeats()
    remembered(64, repeats)
    assert repeats.heard((65, "1.2")) is LATEST
    assert remembered(8, repeats) == [1, 3, 7]


def test_what_comes_before_the_latest_is_not_heard_but_told() -> None:
    repeats = Repeats()
    repeats.learn(an_item(Modality="CT"), (2, "1.2"), LATEST, watched=[key("Modality")])
    assert repeats.heard((1, "1.2")) is None
    assert repeats.heard((2, "1.2")) is None
    assert repeats.heard((3, "1.2")) is LATEST
