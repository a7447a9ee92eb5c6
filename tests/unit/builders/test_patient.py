"""The patient: what the rows of the mapping do not show."""

from __future__ import annotations

from typing import Any

from dicom2fhir.findings import Kind
from tests.factories import (
    Json,
    a_code,
    an_instance,
    an_issuer,
    an_item,
    at,
    converted,
    findings_of,
    kinds_and_keywords,
    the,
)


def patient_of(**keywords: Any) -> Json:
    return the(converted(an_instance(**keywords)), "Patient")


def test_one_number_of_two_assigners_is_two_identifiers() -> None:
    other = an_item(PatientID="P1", IssuerOfPatientID="B")
    identifiers = patient_of(PatientID="P1", IssuerOfPatientID="A", OtherPatientIDsSequence=[other, other])[
        "identifier"
    ]
    assert [at(identifier, "assigner.display") for identifier in identifiers] == ["A", "B"]


def test_a_number_without_an_assigner_is_not_said_again() -> None:
    identifiers = patient_of(PatientID="P1", IssuerOfPatientID="A", OtherPatientIDs="P1")["identifier"]
    assert len(identifiers) == 1


def test_other_numbers_are_said_also_without_a_main_one() -> None:
    assert patient_of(OtherPatientIDs="P2")["identifier"][0]["use"] == "secondary"


def test_an_address_of_delimiters_is_no_address() -> None:
    assert "address" not in patient_of(PatientAddress="^^^")


def test_a_country_in_the_address_wins_over_the_country_of_residence() -> None:
    assert at(patient_of(PatientAddress="A^^B^^^FR", CountryOfResidence="DE"), "address[0].country") == "FR"
    assert at(patient_of(PatientAddress="A", CountryOfResidence="DE"), "address[0].country") == "DE"


def test_a_name_that_is_no_name_is_reported() -> None:
    instance = an_instance(PatientName=[{"Alphabetic": 7}])
    assert "name" not in the(converted(instance), "Patient")
    assert kinds_and_keywords(findings_of(instance)) == {(Kind.BAD_VALUE, "PatientName")}


def test_a_responsible_organization_needs_no_person() -> None:
    assert patient_of(ResponsibleOrganization="Kennel")["contact"] == [
        {"organization": {"display": "Kennel"}}
    ]
    assert "contact" not in patient_of(ResponsiblePersonRole="OWNER")


def test_an_animal_that_is_not_altered_is_intact() -> None:
    extension = patient_of(PatientSpeciesDescription="Dog", PatientSexNeutered="UNALTERED")["extension"][0]
    assert at(extension, "extension[1].valueCodeableConcept.coding[0].code") == "intact"


def test_the_system_of_an_issuer_is_the_configured_one_then_its_universal_entity_then_the_default() -> None:
    keywords: Json = {"PatientID": "P1", "IssuerOfPatientID": "A"}
    entity = {"IssuerOfPatientIDQualifiersSequence": an_issuer("1.2.9", "ISO", LocalNamespaceEntityID="B")}

    def main(config: Json, **keywords: Any) -> Json:
        made: Json = the(converted(an_instance(**keywords), **config), "Patient")["identifier"][0]
        return made

    configured = {"issuer_systems": {"A": "urn:a"}, "patient_id_system": "urn:hospital"}
    assert main(configured, **keywords, **entity)["system"] == "urn:a"
    assert main({"patient_id_system": "urn:hospital"}, **keywords, **entity)["system"] == "urn:oid:1.2.9"
    assert main({"patient_id_system": "urn:hospital"}, PatientID="P1")["system"] == "urn:hospital"
    assert at(main({}, **keywords, **entity), "assigner.display") == "A"
    assert at(main({}, PatientID="P1", **entity), "assigner.display") == "B"


def test_of_several_names_of_a_patient_the_first_is_said_and_others_have_their_own_attribute() -> None:
    names = patient_of(
        PatientName=["Doe", "Ignored"], OtherPatientNames=["Roe", "Poe"], PatientBirthName=["Moe", "Ignored"]
    )["name"]
    assert [name["family"] for name in names] == ["Doe", "Roe", "Poe", "Moe"]
    assert [name.get("use") for name in names] == [None, None, None, "maiden"]


def test_the_alphabetic_name_comes_first_wherever_it_stands() -> None:
    names = patient_of(PatientName={"Phonetic": "やまだ", "Ideographic": "山田", "Alphabetic": "Yamada"})[
        "name"
    ]
    assert [name["family"] for name in names] == ["Yamada", "山田", "やまだ"]
    assert [at(name, "extension[0].valueCode") for name in names] == ["ABC", "IDE", "SYL"]
    person = {"Ideographic": "山田", "Alphabetic": "Yamada"}
    assert at(patient_of(ResponsiblePerson=person), "contact[0].name.family") == "Yamada"


def test_a_coded_species_goes_before_one_in_words() -> None:
    coded = a_code("448771007", "SCT", "Canis lupus familiaris")
    extension = patient_of(PatientSpeciesCodeSequence=coded, PatientSpeciesDescription="Dog")["extension"][0]
    assert at(extension, "extension[0].valueCodeableConcept.text") == "Canis lupus familiaris"
