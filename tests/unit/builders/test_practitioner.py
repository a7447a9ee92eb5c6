"""Physicians and operators: names and numbers by their places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import a_code, an_instance, an_item, at, converted, of_kind, the


def who(number: str) -> Any:
    return an_item(PersonIdentificationCodeSequence=a_code(number, "99X"))


def operators(names: Any, numbers: Any) -> list[tuple[Any, Any]]:
    series = the(
        converted(an_instance(OperatorsName=names, OperatorIdentificationSequence=numbers)), "ImagingStudy"
    )["series"][0]
    return [
        (at(performer, "actor.display"), at(performer, "actor.identifier.value"))
        for performer in series.get("performer", [])
    ]


def test_a_number_is_that_of_the_name_in_the_same_place() -> None:
    assert operators(["Doe", "Roe"], [who("1"), who("2")]) == [("Doe", "1"), ("Roe", "2")]


def test_a_blank_name_or_a_blank_item_keeps_its_place() -> None:
    assert operators(["", "Roe"], [who("1"), who("2")]) == [(None, "1"), ("Roe", "2")]
    assert operators(["^", "Roe"], [{}, who("2")]) == [("Roe", "2")]
    assert operators(["Doe", "Roe"], [{}, who("2")]) == [("Doe", None), ("Roe", "2")]
    assert operators(["Doe", "Roe"], None) == [("Doe", None), ("Roe", None)]


def test_a_name_in_another_script_is_shown_when_it_is_the_only_one() -> None:
    assert operators([{"Ideographic": "山田^太郎"}], None) == [("太郎 山田", None)]


def test_a_code_without_a_value_is_no_number() -> None:
    assert operators("Doe", an_item(PersonIdentificationCodeSequence=an_item(CodeMeaning="?"))) == [
        ("Doe", None)
    ]


def test_a_name_in_several_scripts_is_shown_in_the_alphabetic_one() -> None:
    assert operators(
        [{"Phonetic": "やまだ", "Ideographic": "山田^太郎", "Alphabetic": "Yamada^Tarou"}], None
    ) == [("Tarou Yamada", None)]


def test_the_referrer_is_the_first_of_several() -> None:
    study = the(converted(an_instance(ReferringPhysicianName=["", "Doe", "Roe"])), "ImagingStudy")
    assert at(study, "referrer.display") == "Doe"


def referrers(*institutions: str | None, **options: Any) -> int:
    """How many Practitioners two studies make that name a referrer of one number, each spelt in its own way."""
    instances = [
        an_instance(
            f"1.2.{place}",
            ReferringPhysicianName=f"Doe^J{place}",
            ReferringPhysicianIdentificationSequence=who("1"),
            InstitutionName=institution,
        )
        for place, institution in enumerate(institutions)
    ]
    return len(of_kind(converted(*instances, practitioners=True, **options), "Practitioner"))


@pytest.mark.parametrize("institutions", [("A", "A"), ("A", "B"), ("A", None), (None, None)])
def test_who_has_a_number_of_a_known_system_is_the_same_practitioner_everywhere(institutions: Any) -> None:
    assert referrers(*institutions, coding_schemes={"99X": "https://hospital.example.org/staff"}) == 1


def test_a_number_of_no_known_system_is_the_same_practitioner_in_all_studies_of_an_institution() -> None:
    assert referrers("A", "A") == 1


@pytest.mark.parametrize("institutions", [("A", "B"), ("A", None), (None, None)])
def test_a_number_of_no_known_system_is_not_one_person_worldwide(institutions: Any) -> None:
    assert referrers(*institutions) == 2


def test_two_of_one_name_with_numbers_of_their_own_are_two_practitioners() -> None:
    instance = an_instance(OperatorsName=["Doe", "Doe"], OperatorIdentificationSequence=[who("1"), who("2")])
    practitioners = of_kind(converted(instance, practitioners=True), "Practitioner")
    assert [at(person, "identifier[0].value") for person in practitioners] == ["1", "2"]
