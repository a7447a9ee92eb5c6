"""Traps in the Observations of a patient's size and weight."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from tests.factories import Json, an_instance, converted, findings_of, kinds_and_keywords, of_kind, the

UCUM = "http://unitsofmeasure.org"


def quantity_of(**keywords: Any) -> Json:
    quantity: Json = the(converted(an_instance(**keywords)), "Observation")["valueQuantity"]
    return quantity


@pytest.mark.trap("B48")
def test_a_height_in_metres_is_said_in_centimetres() -> None:
    assert quantity_of(PatientSize="1.75") == {"value": 175, "unit": "cm", "system": UCUM, "code": "cm"}


@pytest.mark.trap("B49")
@pytest.mark.parametrize("size", ["175", "30", "300"])
def test_a_height_that_was_typed_in_centimetres_is_not_taken_for_metres(size: str) -> None:
    assert quantity_of(PatientSize=size)["value"] == float(size)


@pytest.mark.trap("B50")
@pytest.mark.parametrize("weight", ["nan", "inf", "0", "0.0", "-70", "700"])
def test_a_weight_that_nobody_can_have_makes_no_observation_and_is_reported(weight: str) -> None:
    instance = an_instance(PatientWeight=weight)
    assert not of_kind(converted(instance), "Observation")
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "PatientWeight")}


@pytest.mark.trap("B51")
def test_an_observation_needs_no_study_date_and_no_study_time() -> None:
    at_a_date = the(converted(an_instance(PatientWeight="70", StudyDate="20240115")), "Observation")
    assert at_a_date["effectiveDateTime"] == "2024-01-15"
    at_an_unknown_date = the(converted(an_instance(PatientWeight="70")), "Observation")
    assert at_an_unknown_date["effectivePeriod"]["extension"][0]["valueCode"] == "unknown"
    assert not {"effectiveDateTime", "_effectiveDateTime"} & at_an_unknown_date.keys()


@pytest.mark.trap("B52")
def test_an_id_function_of_two_arguments_loses_no_observation() -> None:
    instance = an_instance(PatientWeight="70", PatientSize="1.75")
    bundle = converted(instance, id_function=lambda resource_type, _proxy: f"{resource_type}-7")
    assert len({observation["id"] for observation in of_kind(bundle, "Observation")}) == 2
    assert the(bundle, "Patient")["id"] == "Patient-7"
