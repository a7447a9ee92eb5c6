"""The Patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import values
from dicom2fhir.builders.codes import concepts
from dicom2fhir.builders.datatypes import Json, concept, human_names, identifier, said, unique
from dicom2fhir.builders.issuers import issuer_in
from dicom2fhir.terminology import Term

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["main_identifier", "patient"]

_GENDERS: Final = {"M": "male", "F": "female", "O": "other"}
_BIRTH_TIME: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
_ANIMAL: Final = "http://hl7.org/fhir/StructureDefinition/patient-animal"
_NEUTERED: Final = {
    "ALTERED": Term("http://hl7.org/fhir/animal-genderstatus", "neutered", "Neutered"),
    "UNALTERED": Term("http://hl7.org/fhir/animal-genderstatus", "intact", "Intact"),
}


def patient(view: DicomJsonProxy, resource_id: str, context: Context) -> Json:
    """The Patient of a study; there always is one, since an ImagingStudy must have a subject."""
    birth_date = view.date("PatientBirthDate")
    return said(
        resourceType="Patient",
        id=resource_id,
        extension=_animal(view, context),
        identifier=_identifiers(view, context),
        name=_names(view),
        telecom=[
            {"system": "phone", "value": one, "use": "home"} for one in view.texts("PatientTelephoneNumbers")
        ],
        gender=_gender(view),
        birthDate=birth_date,
        _birthDate=_birth_time(view, birth_date, context),
        address=_addresses(view),
        contact=_contacts(view),
    )


def main_identifier(view: DicomJsonProxy, context: Context) -> Json:
    """The PatientID with its issuer; empty when there is none."""
    return _identifier(view, context, "usual")


def _identifier(view: DicomJsonProxy, context: Context, use: str) -> Json:
    config = context.config
    local = view.text("IssuerOfPatientID")
    named = issuer_in(view, "IssuerOfPatientIDQualifiersSequence")
    system = config.issuer_systems.get(local or "") or named.system or config.patient_id_system
    assigner = {**(named.assigner or {}), **said(display=local)}
    return identifier(
        view.text("PatientID"), use=use, type_code=named.type_code, system=system, assigner=assigner
    )


def _identifiers(view: DicomJsonProxy, context: Context) -> list[Json]:
    main = main_identifier(view, context)
    others = [_identifier(item, context, "secondary") for item in view.items("OtherPatientIDsSequence")]
    plain = [
        identifier(value, use="secondary", system=context.config.patient_id_system)
        for value in view.texts("OtherPatientIDs")
    ]
    kept: list[Json] = []
    for one in (main, *others, *plain):
        if one and not any(_says(known, one) for known in kept):
            kept.append(one)
    return kept


def _says(known: Json, one: Json) -> bool:
    """Whether an identifier is already said by another; two assigners may have given the same number."""
    same = ("system", "value", "assigner") if "assigner" in one else ("system", "value")
    return all(known.get(part) == one.get(part) for part in same)


def _names(view: DicomJsonProxy) -> list[Json]:
    own = [human_names(name) for name in view.names("PatientName")[:1]]
    others = [human_names(name) for name in view.names("OtherPatientNames")]
    birth = [human_names(name, use="maiden") for name in view.names("PatientBirthName")[:1]]
    return unique(name for names in (*own, *others, *birth) for name in names)


def _gender(view: DicomJsonProxy) -> str | None:
    sex = view.text("PatientSex")
    return _GENDERS.get(sex.upper(), "unknown") if sex else None


def _birth_time(view: DicomJsonProxy, birth_date: str | None, context: Context) -> Json | None:
    if birth_date is None or not view.non_empty("PatientBirthTime"):
        return None
    moment = view.date_time("PatientBirthDate", "PatientBirthTime", context.config.zone)
    return (
        {"extension": [{"url": _BIRTH_TIME, "valueDateTime": moment}]} if moment and "T" in moment else None
    )


def _addresses(view: DicomJsonProxy) -> list[Json]:
    country = view.text("CountryOfResidence")
    found = [_address(one) for one in view.texts("PatientAddress")[:1]] or [{}]
    return [one for one in [said(**{**found[0], "country": found[0].get("country") or country})] if one]


def _address(free: str) -> Json:
    if "^" not in free:
        return {"text": free, "line": [free]}
    street, other, city, state, zip_code, country = [*map(values.text, free.split("^")), *[None] * 5][:6]
    return said(
        text=", ".join(part for part in (street, other, city, state, zip_code, country) if part),
        line=[part for part in (street, other) if part],
        city=city,
        state=state,
        postalCode=zip_code,
        country=country,
    )


def _contacts(view: DicomJsonProxy) -> list[Json]:
    """The responsible person or organization (PS3.3 C.7.1.1): a parent, or the owner of an animal."""
    role, organization = view.text("ResponsiblePersonRole"), view.text("ResponsibleOrganization")
    names = [human_names(name)[0] for name in view.names("ResponsiblePerson")]
    if not (names or organization):
        return []
    relationship = [concept(text=role)] if role else None
    owner = {"display": organization} if organization else None
    return [said(relationship=relationship, name=name, organization=owner) for name in names or [{}]]


def _animal(view: DicomJsonProxy, context: Context) -> list[Json]:
    """The extension for animals; without a species it may not be."""
    parts: list[Json] = []
    for url, codes, text in (
        ("species", "PatientSpeciesCodeSequence", "PatientSpeciesDescription"),
        ("breed", "PatientBreedCodeSequence", "PatientBreedDescription"),
    ):
        found = concepts(view, codes, context) or [concept(text=view.text(text))]
        if found[0]:
            parts.append({"url": url, "valueCodeableConcept": found[0]})
    neutered = _NEUTERED.get((view.text("PatientSexNeutered") or "").upper())
    if neutered:
        parts.append({"url": "genderStatus", "valueCodeableConcept": concept(said(**neutered._asdict()))})
    return [{"url": _ANIMAL, "extension": parts}] if parts and parts[0]["url"] == "species" else []
