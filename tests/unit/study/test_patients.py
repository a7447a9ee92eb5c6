"""Who the patient is, when instances name none, one or several."""

from __future__ import annotations

from typing import Any

import pytest

from dicom2fhir.findings import Kind
from dicom2fhir.study.assembler import StudyAssembler
from tests.factories import Json, an_instance, an_item, at, converted, findings_of, kinds_and_keywords, the

CONFLICT = (Kind.CONFLICT, "PatientID")


def patient_of(*people: Json) -> Json:
    return the(converted(*_instances(*people)), "Patient")


def _instances(*people: Json) -> list[Json]:
    return [
        an_instance(number=number, InstanceNumber=number, **keywords)
        for number, keywords in enumerate(people, start=1)
    ]


def conflicts_of(*people: Json) -> set[Any]:
    return kinds_and_keywords(findings_of(*_instances(*people)))


def test_the_most_frequent_of_two_patients_is_said_and_the_other_is_reported() -> None:
    p1, p2 = (
        {"PatientID": "P1", "PatientName": "Doe"},
        {"PatientID": "P2", "PatientName": "Roe", "PatientSex": "M"},
    )
    patient = patient_of(p1, p2, p2)
    assert (at(patient, "identifier[0].value"), at(patient, "name[0].family")) == ("P2", "Roe")
    assert conflicts_of(p1, p2, p2) == {CONFLICT}
    tie = patient_of(p2, p1)
    assert at(tie, "identifier[0].value") == "P1"
    assert "gender" not in tie


@pytest.mark.parametrize(
    ("people", "named"),
    [
        ([{}], 0),
        ([{"PatientSex": "F"}, {"PatientName": "^^"}], 0),
        ([{"PatientID": "P1"}, {}], 1),
        ([{"PatientName": "Doe"}, {}], 1),
        ([{"PatientID": "P1"}, {"PatientID": "P1", "IssuerOfPatientID": "A"}], 1),
        ([{"PatientID": "P1"}, {"PatientID": "P2"}], 2),
        ([{"PatientID": "P1"}, {"PatientID": "P2"}, {"PatientName": "Doe"}], 3),
    ],
)
def test_a_study_knows_how_many_patients_its_instances_name(people: list[Json], named: int) -> None:
    assembler = StudyAssembler()
    for instance in _instances(*people):
        assembler.add(instance)
    assert [study.patients for study in assembler.finish_all()] == [named]


def test_a_study_without_a_uid_knows_its_patients_too() -> None:
    assembler = StudyAssembler()
    for patient_id in ("P1", "P2"):
        assembler.add(an_item(PatientID=patient_id))
    assert assembler.finish_all()[0].patients == 2


def test_who_has_no_id_and_no_name_is_the_patient_that_others_name() -> None:
    known = {"PatientID": "P1"}
    patient = patient_of({"PatientSex": "F"}, {}, known)
    assert (at(patient, "identifier[0].value"), patient["gender"]) == ("P1", "female")
    assert conflicts_of({"PatientSex": "F"}, {}, known) == set()


@pytest.mark.parametrize("name", ["Doe^Jane", "Doe^Jane^", "Doe^Jane^^^", "^^^^"])
def test_who_has_only_the_same_name_is_the_same_patient(name: str) -> None:
    known = {"PatientID": "P1", "PatientName": "Doe^Jane"}
    assert conflicts_of(known, {"PatientName": name}) <= {(Kind.CONFLICT, "PatientName")}
    assert patient_of(known, {"PatientName": name, "PatientSex": "F"})["gender"] == "female"


def test_who_has_only_another_name_is_another_patient() -> None:
    known = {"PatientID": "P1", "PatientName": "Doe^Jane"}
    other = {"PatientName": "Roe^Jim", "PatientSex": "M"}
    assert "gender" not in patient_of(known, other, other)
    assert conflicts_of(known, other, other) == {CONFLICT}


def test_an_id_without_an_issuer_is_that_of_the_only_issuer_there_is() -> None:
    with_issuer = {"PatientID": "P1", "IssuerOfPatientID": "A"}
    patient = patient_of({"PatientID": "P1", "PatientSex": "F"}, with_issuer)
    assert (at(patient, "identifier[0].assigner.display"), patient["gender"]) == ("A", "female")
    assert conflicts_of({"PatientID": "P1"}, with_issuer) == set()


def test_an_id_without_an_issuer_is_its_own_among_two_issuers() -> None:
    people = ({"PatientID": "P1"}, *({"PatientID": "P1", "IssuerOfPatientID": issuer} for issuer in "AB"))
    assert conflicts_of(*people) == {CONFLICT}
    assert patient_of(*people)["identifier"] == patient_of({"PatientID": "P1"})["identifier"]


def test_two_names_without_an_id_are_two_patients_and_the_more_frequent_is_said() -> None:
    jane, jim = {"PatientName": "Doe^Jane"}, {"PatientName": "Roe^Jim"}
    assert at(patient_of(jane, jim, jim), "name[0].family") == "Roe"
    assert conflicts_of(jane, jim, jim) == {CONFLICT}


@pytest.mark.parametrize("turn", [1, -1])
def test_of_one_patient_the_first_is_said_and_what_differs_is_a_conflict(turn: int) -> None:
    people: list[Json] = [{"PatientID": "P1", "PatientSex": "F"}, {"PatientID": "P1", "PatientSex": "M"}]
    assert patient_of(*people[::turn])["gender"] == ("female" if turn == 1 else "male")
    assert conflicts_of(*people[::turn]) == {(Kind.CONFLICT, "PatientSex")}


@pytest.mark.parametrize("turn", [1, -1])
def test_of_one_patient_in_two_series_the_first_series_is_heard_and_what_differs_is_a_conflict(
    turn: int,
) -> None:
    instances = [
        an_instance("1.2.3", f"1.2.3.{number}", SeriesNumber=number, PatientID="P1", PatientSex=sex)
        for number, sex in ((1, "F"), (2, "M"))
    ][::turn]
    assert the(converted(*instances), "Patient")["gender"] == "female"
    assert kinds_and_keywords(findings_of(*instances)) == {(Kind.CONFLICT, "PatientSex")}


@pytest.mark.parametrize("turn", [1, -1])
def test_what_an_instance_says_of_nobody_counts_less_than_what_is_said_of_a_patient_by_id(turn: int) -> None:
    people: list[Json] = [
        {"PatientSex": "F", "PatientBirthDate": "1980"},
        {"PatientID": "P1", "PatientSex": "M"},
    ]
    patient = patient_of(*people[::turn])
    assert (patient["gender"], patient["birthDate"]) == ("male", "1980")
    assert conflicts_of(*people[::turn]) == {(Kind.CONFLICT, "PatientSex")}


@pytest.mark.parametrize("turn", [1, -1])
def test_an_id_counts_more_than_a_name_and_a_name_more_than_nothing(turn: int) -> None:
    by_id, by_name, nobody = {"PatientID": "P1"}, {"PatientName": "Roe^Jim"}, {"PatientSex": "F"}
    patient = patient_of(*[by_id, by_name, by_name, nobody, nobody, nobody][::turn])
    assert (at(patient, "identifier[0].value"), patient["gender"]) == ("P1", "female")
    assert "name" not in patient
    patient = patient_of(*[by_name, nobody, nobody][::turn])
    assert (at(patient, "name[0].family"), patient["gender"]) == ("Roe", "female")
