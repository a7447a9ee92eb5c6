"""Contrast: 3.2, B63, E13."""

from __future__ import annotations

import pytest

from tests.factories import a_code, an_instance
from tests.unit.profiles.mii.reading import extension, parts, series, stated


def test_an_agent_says_that_contrast_was_given() -> None:
    assert stated("kontrastmittel", ContrastBolusAgent="Omnipaque 300") == {
        "contrastBolus": [True],
        "contrastBolusDetails": [{"display": "Omnipaque 300"}],
    }


def test_a_coded_agent_says_so_too() -> None:
    contrast = stated("kontrastmittel", ContrastBolusAgentSequence=a_code("C-17800", "SRT", "Gadolinium"))
    assert contrast == {"contrastBolus": [True], "contrastBolusDetails": [{"display": "Gadolinium"}]}


def test_an_agent_without_a_name_says_only_that() -> None:
    assert stated("kontrastmittel", ContrastBolusAgentSequence=a_code("C-17800", "SRT")) == {
        "contrastBolus": [True]
    }


@pytest.mark.parametrize("agent", ["NONE", "no", "No Contrast", "ohne KM"])
def test_an_agent_that_is_none_says_that_no_contrast_was_given(agent: str) -> None:
    assert stated("kontrastmittel", ContrastBolusAgent=agent) == {"contrastBolus": [False]}


@pytest.mark.parametrize("agent", [None, "  "])
def test_of_silence_nothing_follows(agent: str | None) -> None:
    assert not extension(series(an_instance(ContrastBolusAgent=agent)), "kontrastmittel")
    assert not extension(series(an_instance()), "kontrastmittel")


def test_an_agent_on_the_second_image_counts() -> None:
    images = [an_instance(number=1), an_instance(number=2, ContrastBolusAgent="Omnipaque")]
    assert parts(series(*images), "kontrastmittel")["contrastBolus"] == [True]


@pytest.mark.parametrize("modality", ["SR", "PR", "KO", "SEG", "RTSTRUCT", "DOC"])
@pytest.mark.trap("B63")
def test_a_series_without_images_makes_no_claim(modality: str) -> None:
    assert not extension(
        series(an_instance(Modality=modality, ContrastBolusAgent="Omnipaque")), "kontrastmittel"
    )
