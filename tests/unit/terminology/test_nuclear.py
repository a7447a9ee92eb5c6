from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.terminology import (
    DCM,
    SCT,
    UCUM,
    Term,
    petunit,
    plain_meaning,
    radionuclide,
    radionuclide_named,
    radiopharmaceutical,
    radiopharmaceutical_named,
)
from dicom2fhir.terminology.table import read_table

FLUORINE = Term(SCT, "77004003", "18Fluorine")
FDG = Term(SCT, "35321007", "Fluorodeoxyglucose F18")


@pytest.mark.parametrize("designator", ["SRT", "SNM3", "99SDM"])
def test_a_radionuclide_is_found_by_its_old_code(designator: str) -> None:
    assert radionuclide(designator, "C-111A1") == radionuclide("SCT", "77004003") == FLUORINE


def test_a_dcm_radionuclide_stays_under_dcm() -> None:
    assert radionuclide("DCM", "126606") == Term(DCM, "126606", "152Terbium")
    assert radionuclide("SCT", "126606") is None


def test_radionuclides_of_other_schemes_keep_their_scheme() -> None:
    assert radionuclide("NCIt", "C1943") == Term(
        "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C1943", "166Holmium"
    )


@pytest.mark.parametrize(
    "text", ["^18^Fluorine", "18Fluorine", "Fluorine-18", "F-18", "F18", "18F", "\u00b9\u2078F"]
)
def test_a_radionuclide_is_found_by_name_and_by_notation(text: str) -> None:
    assert radionuclide_named(text) == FLUORINE


def test_the_isomer_is_not_the_ground_state() -> None:
    assert radionuclide_named("Tc-99m") == Term(SCT, "72454006", "99mTechnetium")
    assert radionuclide_named("Tc-99") is None
    assert radionuclide_named("Mn-52") != radionuclide_named("Mn-52m")


@pytest.mark.parametrize(
    "text", ["FDG", "F-18 FDG", "[18F]FDG", "Fluorodeoxyglucose F^18^", "FDG -- fluorodeoxyglucose"]
)
def test_fdg_is_found_by_the_names_in_use(text: str) -> None:
    assert radiopharmaceutical_named(text) == radiopharmaceutical("SRT", "C-B1031") == FDG


@pytest.mark.parametrize("text", ["", "Solution", "MIBG", "DOTATATE", "NaF", "PSMA", "^18^Fluorine"])
def test_a_name_that_could_be_several_tracers_is_none(text: str) -> None:
    assert radiopharmaceutical_named(text) is None


TABLES = [
    ("radionuclides", radionuclide, radionuclide_named),
    ("radiopharmaceuticals", radiopharmaceutical, radiopharmaceutical_named),
]


@pytest.mark.parametrize(("table", "by_code", "by_name"), TABLES)
def test_every_name_of_a_concept_names_it_and_no_other(table: str, by_code: Any, by_name: Any) -> None:
    for key, names in read_table(table).items():
        assert {by_name(plain_meaning(name)) for name in names} == {by_code(*key.split(" ", 1))}


@pytest.mark.parametrize(("table", "by_code", "by_name"), TABLES)
def test_no_display_has_a_caret(table: str, by_code: Any, by_name: Any) -> None:
    for key in read_table(table):
        term = by_code(*key.split(" ", 1))
        assert term.system
        assert "^" not in term.display
        assert by_name(term.display) == term


@pytest.mark.parametrize(
    ("meaning", "plain"),
    [
        ("^18^Fluorine", "18Fluorine"),
        ("Fluorodeoxyglucose F^18^", "Fluorodeoxyglucose F18"),
        ("Technetium Tc^99m^Tetrofosmin", "Technetium Tc99m Tetrofosmin"),
        ("Indium^111^-Fe(OH) >3<", "Indium111-Fe(OH)3"),
        ("Krypton^81m", "Krypton81m"),
        ("FDG", "FDG"),
    ],
)
def test_superscripts_become_plain_text(meaning: str, plain: str) -> None:
    assert plain_meaning(meaning) == plain


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ("CNTS", "{counts}"),
        ("CPS", "{counts}/s"),
        ("PROPCNT", "{propcounts}"),
        ("PROPCNTS", "{propcounts}"),
        ("PROPCPS", "{propcounts}/s"),
        ("CM2", "cm2"),
        ("CM2ML", "cm2/ml"),
        ("PCNT", "%"),
        ("BQML", "Bq/ml"),
        ("bqml ", "Bq/ml"),
        ("MGMINML", "mg/min/ml"),
        ("UMOLMINML", "umol/min/ml"),
        ("MLMING", "ml/min/g"),
        ("MLG", "ml/g"),
        ("1CM", "/cm"),
        ("UMOLML", "umol/ml"),
        ("MLMINML", "ml/min/ml"),
        ("MLML", "ml/ml"),
        ("GML", "g/ml{SUVbw}"),
    ],
)
def test_units_are_ucum(units: str, code: str) -> None:
    unit = petunit(units)
    assert unit is not None
    assert (unit.system, unit.code) == (UCUM, code)


@pytest.mark.parametrize(
    ("units", "suv_type", "code"),
    [
        ("GML", "BW", "g/ml{SUVbw}"),
        ("GML", "LBM", "g/ml{SUVlbm}"),
        ("GML", "LBMJAMES128", "g/ml{SUVlbm(James128)}"),
        ("GML", "LBMJANMA", "g/ml{SUVlbm(Janma)}"),
        ("GML", "IBW", "g/ml{SUVibw}"),
        ("GML", " ", "g/ml{SUVbw}"),
        ("CM2ML", "BSA", "cm2/ml{SUVbsa}"),
        ("BQML", "BW", "Bq/ml"),
    ],
)
def test_the_type_of_suv_decides_where_units_do_not(units: str, suv_type: str, code: str) -> None:
    unit = petunit(units, suv_type)
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize(
    ("units", "suv_type"),
    [
        ("NONE", None),
        ("STDDEV", None),
        ("", None),
        ("HU", None),
        ("GML", "BSA"),
        ("GML", "XYZ"),
        ("GML+BW", None),
    ],
)
def test_what_has_no_unit_gets_none(units: str, suv_type: str | None) -> None:
    assert petunit(units, suv_type) is None


@given(st.text(), st.text())
def test_nuclear_medicine_answers_any_text(first: str, other: str) -> None:
    answers = (
        radionuclide(first, other),
        radiopharmaceutical(first, other),
        radionuclide_named(first),
        radiopharmaceutical_named(first),
        petunit(first, other),
        petunit("GML", first),
    )
    assert all(answer is None or answer.code for answer in answers)
    assert "^" not in plain_meaning(first)
