from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.terminology import (
    Term,
    image_type_codes,
    scanning_sequence,
    scanning_sequence_variant,
    series_type_code,
    transducer_type,
    ultrasound_modes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://www.medizininformatik-initiative.de/fhir/ext/modul-bildgebung/CodeSystem/mii-cs-bildgebung-"


@pytest.mark.parametrize(
    ("modality", "values", "codes"),
    [
        ("CT", ["ORIGINAL", "PRIMARY", "AXIAL"], ["ORIGINAL", "PRIMARY", "AXIAL"]),
        ("CT", ["DERIVED", "SECONDARY", "LOCALIZER "], ["DERIVED", "SECONDARY", "LOCALIZER"]),
        ("CT", ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"], ["ORIGINAL", "PRIMARY", "AXIAL", None]),
        ("MR", ["ORIGINAL", "PRIMARY", "DENSITY MAP"], ["ORIGINAL", "PRIMARY", "DENSITYMAP"]),
        ("MR", ["ORIGINAL", "PRIMARY", "M", "SE"], ["ORIGINAL", "PRIMARY", None, None]),
        (
            "NM",
            ["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"],
            ["ORIGINAL", "PRIMARY", "RECONGATEDTOMO", "EMISSION"],
        ),
        ("NM", ["ORIGINAL", "PRIMARY", "WHOLE BODY"], ["ORIGINAL", "PRIMARY", "WHOLEBODY"]),
        (
            "US",
            ["ORIGINAL", "PRIMARY", "NEONATAL HEAD", "0001"],
            ["ORIGINAL", "PRIMARY", "NEONATAL_HEAD", "0001"],
        ),
        ("US", ["ORIGINAL", "PRIMARY", "", "0011"], ["ORIGINAL", "PRIMARY", None, None]),
        ("PT", ["ORIGINAL", "PRIMARY"], ["ORIGINAL", "PRIMARY"]),
        ("CT", ["PRIMARY", "ORIGINAL"], [None, None]),
        ("CT", [], []),
    ],
)
def test_each_value_of_image_type_is_coded_by_place_and_modality(
    modality: str, values: list[str], codes: list[str | None]
) -> None:
    assert [term and term.code for term in image_type_codes(modality, values)] == codes


@pytest.mark.parametrize("modality", ["MR", "US", "PT", "DX"])
def test_a_ct_value_is_coded_for_ct_only(modality: str) -> None:
    assert image_type_codes(modality, ["ORIGINAL", "PRIMARY", "AXIAL"])[2] is None


def test_a_missing_value_keeps_its_place() -> None:
    original, missing, axial = image_type_codes("CT", ["ORIGINAL", None, "AXIAL"])
    assert original == Term(f"{BASE}instance-image-type", "ORIGINAL", "identifies an original image")
    assert missing is None
    assert axial is not None


@pytest.mark.parametrize("heading", ["CT", "MR", "MSC", "PDC", "USI"])
def test_a_heading_of_the_code_system_is_never_a_code(heading: str) -> None:
    assert image_type_codes(heading, [heading] * 5) == (None,) * 5


@pytest.mark.parametrize(
    ("value", "modes"),
    [
        ("0001", ["0001"]),
        ("0011", ["0001", "0010"]),
        ("0049", ["0001", "0008", "0040"]),
        ("0000", []),
        ("0800", []),
        ("0801", []),
        ("1", []),
        ("12GH", []),
        ("-001", []),
    ],
)
def test_a_sum_of_ultrasound_modes_is_taken_apart_or_left_alone(value: str, modes: list[str]) -> None:
    assert [term.code for term in ultrasound_modes(value)] == modes


@pytest.mark.parametrize(
    ("look_up", "value", "name", "code"),
    [
        (series_type_code, "WHOLE BODY", "series-type", "WHOLEBODY"),
        (series_type_code, "static ", "series-type", "STATIC"),
        (series_type_code, "REPROJECTION", "series-type", "REPROJECTION"),
        (scanning_sequence, "SE", "scanning-sequence", "SE"),
        (scanning_sequence, " IR", "scanning-sequence", "IR"),
        (scanning_sequence_variant, "OSP", "scanning-sequence-variant", "OSP"),
        (scanning_sequence_variant, "NONE", "scanning-sequence-variant", "NONE"),
        (transducer_type, "CURVED LINEAR", "transducer-type", "CURVED_LINEAR"),
        (transducer_type, "SPLIT XTAL CWD", "transducer-type", "SPLIT_XTAL_CWD"),
        (transducer_type, "IV_ROT XTAL", "transducer-type", "IV_ROT_XTAL"),
    ],
)
def test_a_dicom_value_becomes_the_code_of_its_code_system(
    look_up: Callable[[str], Term | None], value: str, name: str, code: str
) -> None:
    term = look_up(value)
    assert term is not None
    assert (term.system, term.code) == (BASE + name, code)


@pytest.mark.parametrize(
    "look_up", [series_type_code, scanning_sequence, scanning_sequence_variant, transducer_type]
)
@pytest.mark.parametrize("value", ["", "X", "SE\\IR", "M_SE"])
def test_an_unknown_value_has_no_code(look_up: Callable[[str], Term | None], value: str) -> None:
    assert look_up(value) is None


@given(st.text(), st.lists(st.none() | st.text()))
def test_image_types_answer_any_text_one_by_one(modality: str, values: list[str | None]) -> None:
    assert len(image_type_codes(modality, values)) == len(values)


@given(st.text())
def test_mii_codes_answer_any_text(value: str) -> None:
    for look_up in (series_type_code, scanning_sequence, scanning_sequence_variant, transducer_type):
        term = look_up(value)
        assert term is None or term.display
    assert all(term.display for term in ultrasound_modes(value))
