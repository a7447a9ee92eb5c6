"""Facts: the first by rank, whatever order they come in."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from dicom2fhir.study.facts import Facts
from tests.factories import Json, an_item, key

DESCRIPTION, DATE, TIME = key("StudyDescription"), key("StudyDate"), key("StudyTime")


def facts_of(*data_sets: tuple[Json, tuple[Any, ...]], unanimous: tuple[str, ...] = ()) -> Facts:
    facts = Facts([DESCRIPTION, DATE, TIME], unanimous)
    for raw, rank in data_sets:
        facts.add(raw, rank)
    return facts


def test_the_smallest_rank_that_says_something_wins() -> None:
    facts = facts_of(
        (an_item(StudyDescription="b"), (2,)),
        (an_item(StudyDescription=None), (0,)),
        (an_item(StudyDescription="a"), (1,)),
    )
    assert facts.elements()[DESCRIPTION]["Value"] == ["a"]
    assert facts.conflicts == {DESCRIPTION}


def test_values_that_are_equal_and_not_the_same_keep_their_rank() -> None:
    first, other = (an_item(StudyDescription=1), (1,)), (an_item(StudyDescription=1.0), (1,))
    assert repr(facts_of(first, other).elements()) == repr(facts_of(other, first).elements())


def test_a_spelling_is_no_conflict() -> None:
    facts = facts_of((an_item(StudyDescription="a"), (1,)), (an_item(StudyDescription=" a\0"), (2,)))
    assert not facts.conflicts


def test_a_follower_comes_from_a_data_set_with_the_same_leader() -> None:
    facts = facts_of(
        (an_item(StudyDate="1"), (1,)),
        (an_item(StudyDate="2", StudyTime="b"), (2,)),
        (an_item(StudyDate="1", StudyTime="a"), (3,)),
    )
    assert facts.elements()[TIME]["Value"] == ["a"]
    assert TIME not in facts_of((an_item(StudyDate="1"), (1,)), (an_item(StudyTime="a"), (2,))).elements()
    assert facts_of((an_item(StudyTime="a"), (2,))).elements()[TIME]["Value"] == ["a"]


def test_a_follower_that_stays_the_same_is_heard_again_when_its_leader_changes() -> None:
    facts = facts_of(
        (an_item(StudyDate="2"), (1,)),
        (an_item(StudyDate="1", StudyTime="a"), (2,)),
        (an_item(StudyDate="2", StudyTime="a"), (3,)),
    )
    assert facts.elements() == an_item(StudyDate="2", StudyTime="a")


def test_what_must_be_unanimous_and_is_not_is_not_said() -> None:
    side = key("Laterality")
    facts = facts_of(
        (an_item(Laterality="L"), (1,)),
        (an_item(Laterality="R"), (2,)),
        (an_item(Laterality="L"), (3,)),
        unanimous=(side,),
    )
    assert side not in facts.elements()
    apart = facts_of((an_item(Laterality="L"), (1,)), unanimous=(side,))
    apart.absorb(facts_of((an_item(Laterality="R"), (2,)), unanimous=(side,)))
    assert side not in apart.elements()


@pytest.mark.parametrize("order", list(permutations([(3, "a"), (1, "a"), (2, "b")])))
def test_what_two_data_sets_say_alike_has_the_lower_rank_of_both(order: Any) -> None:
    facts = facts_of(*((an_item(StudyDescription=value), (rank,)) for rank, value in order))
    assert facts.elements()[DESCRIPTION]["Value"] == ["a"]
    apart = Facts([DESCRIPTION])
    for rank, value in order:
        apart.absorb(facts_of((an_item(StudyDescription=value), (rank,))))
    assert apart.elements()[DESCRIPTION]["Value"] == ["a"]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_data_sets_of_one_rank_what_sorts_first_is_said_and_the_other_is_a_conflict(turn: int) -> None:
    facts = facts_of(*[(an_item(StudyDescription=value), (1,)) for value in "ab"][::turn])
    assert facts.elements()[DESCRIPTION]["Value"] == ["a"]
    assert facts.conflicts == {DESCRIPTION}


def test_what_was_told_apart_conflicts_when_it_is_put_together() -> None:
    apart = facts_of((an_item(StudyDescription="a"), (1,)))
    apart.absorb(facts_of((an_item(StudyDescription="b"), (2,))))
    assert apart.conflicts == {DESCRIPTION}
    assert apart.elements()[DESCRIPTION]["Value"] == ["a"]
    again = facts_of((an_item(StudyDescription="a"), (1,)))
    again.absorb(apart)
    assert again.conflicts == {DESCRIPTION}


def test_when_one_attribute_turns_out_to_vary_the_others_are_still_heard() -> None:
    facts = facts_of(
        (an_item(Laterality="L"), (1,)),
        (an_item(Laterality="R"), (2,)),
        (an_item(StudyDescription="a"), (3,)),
        (an_item(ImageLaterality="R"), (4,)),
        unanimous=(key("Laterality"), key("ImageLaterality")),
    )
    assert facts.elements() == an_item(StudyDescription="a", ImageLaterality="R")
