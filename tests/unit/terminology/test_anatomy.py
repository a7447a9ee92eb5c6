from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.terminology import (
    SCT,
    Term,
    body_part_name,
    body_site,
    is_body_structure,
    laterality,
    view_position,
)
from dicom2fhir.terminology.table import read_table

FETAL_TERMS = ("FETALARM", "FETALDIGIT", "FETALHEART", "FETALLEG", "FETALPOLE")


@pytest.mark.parametrize("term", ["CHEST", "chest", "Chest", "CHEST ", " CHEST", "CHEST\0"])
def test_chest_is_43799004_in_any_case_and_padding(term: str) -> None:
    assert body_site(term) == Term(SCT, "43799004", "Chest")


@pytest.mark.parametrize("term", FETAL_TERMS)
def test_a_fetal_body_part_has_a_name_and_no_snomed_code(term: str) -> None:
    assert body_site(term) is None
    assert (body_part_name(term) or "").startswith("Fetal ")


@pytest.mark.parametrize("term", ["RIBS", "", " ", "_generated", "CHEST,ABDOMEN", "nan"])
def test_a_body_part_outside_annex_l_is_not_guessed(term: str) -> None:
    assert body_site(term) is None
    assert body_part_name(term) is None


def test_every_other_body_part_of_annex_l_has_a_code() -> None:
    uncoded = {term for term in read_table("body_sites") if body_site(term) is None}
    assert uncoded == set(FETAL_TERMS)


def test_what_is_no_body_structure_is_told_apart() -> None:
    outside = {
        term
        for term in read_table("body_sites")
        if (site := body_site(term)) and not is_body_structure(site.code)
    }
    assert outside == {"AMNIOTICFLUID", "GESTSAC", "PHANTOM"}


@pytest.mark.parametrize(
    ("code", "concept", "display"),
    [
        ("L", "7771000", "Left"),
        ("R", "24028007", "Right"),
        ("B", "51440002", "Bilateral"),
        ("l ", "7771000", "Left"),
    ],
)
def test_a_side_is_a_concept_of_cid_244(code: str, concept: str, display: str) -> None:
    assert laterality(code) == Term(SCT, concept, display)


@pytest.mark.parametrize("code", ["U", "", "LR", "LEFT"])
def test_unpaired_is_not_a_side(code: str) -> None:
    assert laterality(code) is None


@pytest.mark.parametrize(
    ("modality", "term", "concept"),
    [
        ("DX", "AP", "399348003"),
        ("CR", "PA", "272479007"),
        ("CR", "LL", "399173006"),
        ("DX", "RL", "399198007"),
        ("dx ", "pa ", "272479007"),
        ("DX", "LATERAL", "399067008"),
        ("DX", "LEFT_LATERAL", "399173006"),
        ("MG", "CC", "399162004"),
        ("MG", "MLO", "399368009"),
        ("MG", "ML", "399260004"),
        ("MG", "LM", "399352003"),
        ("MG", "XCCL", "399192008"),
        ("MG", "XCCM", "399101009"),
        ("MG", "FB", "399196006"),
        ("MG", "SIO", "399188001"),
        ("MG", "ISO", "441555000"),
    ],
)
def test_a_view_is_coded_by_the_context_group_of_its_modality(modality: str, term: str, concept: str) -> None:
    view = view_position(modality, term)
    assert view is not None
    assert (view.system, view.code) == (SCT, concept)


@pytest.mark.parametrize(
    ("modality", "term"),
    [
        ("DX", "RLD"),
        ("DX", "LLD"),
        ("DX", "RLO"),
        ("DX", "MLO"),
        ("MG", "AP"),
        ("CT", "AP"),
        ("", "AP"),
        ("DX", ""),
    ],
)
def test_a_view_outside_that_group_has_no_code(modality: str, term: str) -> None:
    assert view_position(modality, term) is None


@given(st.text(), st.text())
def test_anatomy_answers_any_text(first: str, other: str) -> None:
    answers = (body_site(first), laterality(first), view_position(first, other), view_position("DX", first))
    assert all(answer is None or answer.code for answer in answers)
    assert is_body_structure(first) in {True, False}
    assert body_part_name(first) != ""
