"""PET and nuclear medicine: 3.2, B53-B59, B61, B62."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from dicom2fhir.terminology import DCM, SCT
from tests.factories import Json, a_code, an_instance, an_item, findings_of, kinds_and_keywords
from tests.unit.profiles.mii.reading import a_quantity, module_codes, parts, series, stated

BOTH = pytest.mark.parametrize("modality", ["PT", "NM"])


def a_tracer(modality: str, **of_tracer: Any) -> Json:
    return an_instance(Modality=modality, RadiopharmaceuticalInformationSequence=an_item(**of_tracer))


def of_tracer(modality: str, **keywords: Any) -> dict[str, list[Any]]:
    return parts(series(a_tracer(modality, **keywords)), f"modalitaet-{modality.lower()}")


def codes(concept: Json) -> list[tuple[str | None, str]]:
    return [(coding.get("system"), coding["code"]) for coding in concept.get("coding", ())]


# -- what was injected ------------------------------------------------------------------------------------------------


@BOTH
def test_a_coded_radiopharmaceutical_keeps_its_code_and_loses_its_carets(modality: str) -> None:
    coded = a_code("C-B1031", "SRT", "Fluorodeoxyglucose F^18^")
    assert of_tracer(modality, RadiopharmaceuticalCodeSequence=coded) == {
        "radiopharmaceutical": [
            {
                "coding": [{"system": SCT, "code": "35321007", "display": "Fluorodeoxyglucose F18"}],
                "text": "Fluorodeoxyglucose F18",
            }
        ]
    }


@BOTH
@pytest.mark.trap("B53")
def test_fdg_as_plain_text_is_recognised(modality: str) -> None:
    (concept,) = of_tracer(modality, Radiopharmaceutical="FDG")["radiopharmaceutical"]
    assert codes(concept) == [(SCT, "35321007")]
    assert concept["text"] == "FDG"


def test_a_radiopharmaceutical_outside_the_sequence_is_found() -> None:
    (concept,) = stated("modalitaet-pt", Modality="PT", Radiopharmaceutical="FDG")["radiopharmaceutical"]
    assert codes(concept) == [(SCT, "35321007")]


@BOTH
def test_an_unknown_radiopharmaceutical_is_text(modality: str) -> None:
    assert of_tracer(modality, Radiopharmaceutical="House mix 7") == {
        "radiopharmaceutical": [{"text": "House mix 7"}]
    }


def test_a_private_code_is_joined_by_the_code_of_its_meaning() -> None:
    coded = a_code("T1", "99ACME", "FDG -- fluorodeoxyglucose")
    (concept,) = of_tracer("PT", RadiopharmaceuticalCodeSequence=coded)["radiopharmaceutical"]
    assert codes(concept) == [(None, "T1"), (SCT, "35321007")]


@BOTH
@pytest.mark.trap("B59")
def test_a_radionuclide_of_dicom_stays_under_dicom(modality: str) -> None:
    coded = a_code("126606", "DCM", "^152^Terbium")
    (concept,) = of_tracer(modality, RadionuclideCodeSequence=coded)["radionuclide"]
    assert codes(concept) == [(DCM, "126606")]
    assert concept["text"] == "152Terbium"
    assert "display" not in concept["coding"][0]  # DICOM's own has carets


def test_a_radionuclide_of_another_scheme_keeps_it() -> None:
    coded = a_code("C1943", "NCIt", "^166^Holmium")
    (concept,) = of_tracer("NM", RadionuclideCodeSequence=coded)["radionuclide"]
    assert codes(concept) == [("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C1943")]


def test_a_radionuclide_without_a_meaning_is_named_by_its_context_group() -> None:
    (concept,) = of_tracer("NM", RadionuclideCodeSequence=a_code("C-111A1", "SRT"))["radionuclide"]
    assert concept == {
        "coding": [{"system": SCT, "code": "77004003", "display": "18Fluorine"}],
        "text": "18Fluorine",
    }


def test_a_radionuclide_of_which_only_the_meaning_is_known_is_recognised() -> None:
    (concept,) = of_tracer("PT", RadionuclideCodeSequence=an_item(CodeMeaning="^18^Fluorine"))["radionuclide"]
    assert codes(concept) == [(SCT, "77004003")]


def test_an_item_that_names_nothing_is_passed_over() -> None:
    nothing = an_item(CodingSchemeDesignator="SRT")
    values = of_tracer(
        "PT",
        RadiopharmaceuticalCodeSequence=[nothing, a_code("C-B1031", "SRT", "Fluorodeoxyglucose F^18^")],
        RadionuclideCodeSequence=nothing,
    )
    assert set(values) == {"radiopharmaceutical"}


def test_a_radiopharmaceutical_that_is_a_nuclide_by_name_tells_the_radionuclide() -> None:
    (concept,) = of_tracer("PT", Radiopharmaceutical="F-18")["radionuclide"]
    assert (codes(concept), concept["text"]) == ([(SCT, "77004003")], "F-18")


@BOTH
@pytest.mark.trap("B54")
def test_a_tracer_of_which_little_is_known_says_little(modality: str) -> None:
    assert of_tracer(modality, RadionuclideHalfLife="6586.2").keys() == {"radionuclideHalfLife"}
    assert of_tracer(modality, RadionuclideCodeSequence=None, Radiopharmaceutical=None) == {}
    assert of_tracer(modality, RadionuclideCodeSequence=an_item(), RadionuclideTotalDose=None) == {}


def test_of_several_tracers_the_first_is_said_and_the_rest_noted() -> None:
    tracers = [an_item(RadionuclideHalfLife="6586.2"), an_item(RadionuclideHalfLife="21624")]
    instance = an_instance(Modality="NM", RadiopharmaceuticalInformationSequence=tracers)
    (half_life,) = parts(series(instance), "modalitaet-nm")["radionuclideHalfLife"]
    assert half_life["value"] == 6586.2
    noted = kinds_and_keywords(findings_of(instance, profile="mii"))
    assert (Kind.CONFLICT, "RadiopharmaceuticalInformationSequence") in noted


# -- how much ---------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.trap("B58")
def test_the_half_life_is_said_in_seconds(modality: str) -> None:
    assert of_tracer(modality, RadionuclideHalfLife="6586.2") == {
        "radionuclideHalfLife": [a_quantity(6586.2, "Seconds", "s")]
    }


@pytest.mark.trap("B55")
def test_the_dose_of_a_pet_is_in_becquerel_as_dicom_says() -> None:
    tracer = a_tracer("PT", RadionuclideTotalDose="370000000")
    assert parts(series(tracer), "modalitaet-pt") == {
        "radionuclideTotalDose": [a_quantity(370000000, "Becquerel", "Bq")]
    }
    assert not findings_of(tracer, profile="mii")


def test_the_dose_of_nuclear_medicine_is_in_megabecquerel_as_dicom_says() -> None:
    tracer = a_tracer("NM", RadionuclideTotalDose="740.5")
    assert parts(series(tracer), "modalitaet-nm") == {
        "radionuclideTotalDose": [a_quantity(740.5, "Megabecquerel", "MBq")]
    }
    assert not findings_of(tracer, profile="mii")


@pytest.mark.parametrize(
    ("modality", "given", "value"), [("NM", "740500000", 740.5), ("PT", "370", 370000000)]
)
def test_a_dose_that_can_only_be_in_the_other_unit_is_converted_and_noted(
    modality: str, given: str, value: float
) -> None:
    tracer = a_tracer(modality, RadionuclideTotalDose=given)
    (dose,) = parts(series(tracer), f"modalitaet-{modality.lower()}")["radionuclideTotalDose"]
    assert dose["value"] == value
    assert kinds_and_keywords(findings_of(tracer, profile="mii")) == {(Kind.GUESSED, "RadionuclideTotalDose")}


@BOTH
@pytest.mark.parametrize("dose", ["abc", "-370", "0"])
def test_a_dose_that_is_none_is_left_out_and_noted(modality: str, dose: str) -> None:
    tracer = a_tracer(modality, RadionuclideTotalDose=dose)
    assert "extension" not in series(tracer)
    assert kinds_and_keywords(findings_of(tracer, profile="mii")) == {
        (Kind.BAD_VALUE, "RadionuclideTotalDose")
    }


# -- in which unit the uptake is told ---------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("units", "code"), [("BQML", "Bq/ml"), ("PROPCNT", "{propcounts}"), ("GML", "g/ml{SUVbw}")]
)
def test_units_are_said_in_ucum(modality: str, units: str, code: str) -> None:
    (unit,) = stated(f"modalitaet-{modality.lower()}", Modality=modality, Units=units)["units"]
    assert codes(unit) == [("http://unitsofmeasure.org", code)]


@pytest.mark.parametrize("units", ["STDDEV", "NONE", "ODD"])
@pytest.mark.trap("B56")
def test_units_that_ucum_has_no_code_for_are_text(units: str) -> None:
    assert stated("modalitaet-pt", Modality="PT", Units=units) == {"units": [{"text": units}]}


def test_the_suv_type_chooses_the_unit() -> None:
    (unit,) = stated("modalitaet-pt", Modality="PT", Units="GML", SUVType="LBM")["units"]
    assert unit["coding"][0]["code"] == "g/ml{SUVlbm}"


def test_the_rescale_type_stands_in_for_the_units() -> None:
    (unit,) = stated("modalitaet-nm", Modality="NM", RescaleType="CNTS")["units"]
    assert unit["coding"][0]["code"] == "{counts}"
    assert stated("modalitaet-nm", Modality="NM", RescaleType="US") == {}


# -- of which kind the series is --------------------------------------------------------------------------------------


def test_both_values_of_the_series_type_are_said() -> None:
    first, second = stated("modalitaet-pt", Modality="PT", SeriesType=["WHOLE BODY", "IMAGE"])["seriesType"]
    assert module_codes(first, "series-type") == ["WHOLEBODY"]
    assert module_codes(second, "series-type") == ["IMAGE"]


def test_a_series_type_that_the_module_does_not_know_is_text() -> None:
    concepts = stated("modalitaet-pt", Modality="PT", SeriesType=["ODD", "REPROJECTION"])["seriesType"]
    assert [concept.get("text") for concept in concepts] == ["ODD", None]


def test_nuclear_medicine_has_no_series_type() -> None:
    assert stated("modalitaet-nm", Modality="NM", SeriesType=["STATIC", "IMAGE"]) == {}
