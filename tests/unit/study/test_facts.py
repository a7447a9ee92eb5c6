"""Facts: the first by rank, whatever order they come in."""

from __future__ import annotations

from typing import Any

from dicom2fhir.study.facts import Facts
from tests.factories import Json, an_item, key

DESCRIPTION, DATE, TIME = key("StudyDescription"), key("StudyDate"), key("StudyTime")


def said_by(*data_sets: tuple[Json, tuple[Any, ...]], unanimous: tuple[str, ...] = ()) -> Facts:
    facts = Facts([DESCRIPTION, DATE, TIME], unanimous)
    for raw, rank in data_sets:
        facts.add(raw, rank)
    return facts


def test_the_smallest_rank_that_says_something_wins() -> None:
    facts = said_by(
        (an_item(StudyDescription="b"), (2,)),
        (an_item(StudyDescription=None), (0,)),
        (an_item(StudyDescription="a"), (1,)),
    )
    assert facts.elements()[DESCRIPTION]["Value"] == ["a"]
    assert facts.conflicts == {DESCRIPTION}


def test_values_that_are_equal_and_not_the_same_keep_their_rank() -> None:
    one, other = (an_item(StudyDescription=1), (1,)), (an_item(StudyDescription=1.0), (1,))
    assert repr(said_by(one, other).elements()) == repr(said_by(other, one).elements())


def test_a_spelling_is_no_conflict() -> None:
    facts = said_by((an_item(StudyDescription="a"), (1,)), (an_item(StudyDescription=" a\0"), (2,)))
    assert not facts.conflicts


def test_a_follower_comes_from_a_data_set_with_the_same_leader() -> None:
    facts = said_by(
        (an_item(StudyDate="1"), (1,)),
        (an_item(StudyDate="2", StudyTime="b"), (2,)),
        (an_item(StudyDate="1", StudyTime="a"), (3,)),
    )
    assert facts.elements()[TIME]["Value"] == ["a"]
    assert TIME not in said_by((an_item(StudyDate="1"), (1,)), (an_item(StudyTime="a"), (2,))).elements()
    assert said_by((an_item(StudyTime="a"), (2,))).elements()[TIME]["Value"] == ["a"]


def test_what_must_be_unanimous_and_is_not_is_not_said() -> None:
    side = key("Laterality")
    facts = said_by(
        (an_item(Laterality="L"), (1,)),
        (an_item(Laterality="R"), (2,)),
        (an_item(Laterality="L"), (3,)),
        unanimous=(side,),
    )
    assert side not in facts.elements()
    apart = said_by((an_item(Laterality="L"), (1,)), unanimous=(side,))
    apart.absorb(said_by((an_item(Laterality="R"), (2,)), unanimous=(side,)))
    assert side not in apart.elements()
