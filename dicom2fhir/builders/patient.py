"""The Patient, and how a study refers to its patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from dicom2fhir import problems, values
from dicom2fhir.builders.codes import concepts
from dicom2fhir.builders.datatypes import (
    Json,
    concept,
    human_names,
    identifier,
    reference,
    unique,
    without_empty,
)
from dicom2fhir.builders.issuers import Issuer, issuer_in
from dicom2fhir.config import PATIENT_ID_SYSTEM
from dicom2fhir.ids import full_url, issuer_of, namespace
from dicom2fhir.terminology import Term

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Subject", "main_identifier", "patient", "subject"]

_GENDERS: Final = {"M": "male", "F": "female", "O": "other"}
_BIRTH_TIME: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
_ANIMAL: Final = "http://hl7.org/fhir/StructureDefinition/patient-animal"
_NEUTERED: Final = {
    "ALTERED": Term("http://hl7.org/fhir/animal-genderstatus", "neutered", "Neutered"),
    "UNALTERED": Term("http://hl7.org/fhir/animal-genderstatus", "intact", "Intact"),
}


class Subject(NamedTuple):
    """How a study refers to its patient, the Patient if there is to be one, and the search for one that is there already."""

    reference: Json
    resource: Json | None = None
    if_none_exist: str | None = None

    def __repr__(self) -> str:
        return "<Subject>"


def subject(view: DicomJsonProxy, id_view: DicomJsonProxy, context: Context) -> Subject:
    """The patient of a study, by the ``patient_policy``; ids are made of ``id_view``."""
    policy, main = context.config.patient_policy, main_identifier(view, context)
    if policy == "reference_only":
        return Subject(_logical_reference(view, main))
    resource_id = context.ids("Patient", id_view, _namespace(view, context.config))
    resource = patient(view, resource_id, context)
    if policy == "create_if_none_exist" and main:
        if "system" in main:
            return Subject({"reference": full_url("Patient", resource_id)}, resource, _search(main))
        view.note(problems.UNKNOWN_ISSUER, keyword="IssuerOfPatientID")
    return Subject(reference("Patient", resource_id), resource)


def _logical_reference(view: DicomJsonProxy, main: Json) -> Json:
    if not main:
        view.note(problems.NO_PATIENT_ID, keyword="PatientID")
        return {"type": "Patient", "display": "Patient without a PatientID"}
    if "system" not in main:
        view.note(problems.REFERENCE_WITHOUT_SYSTEM, keyword="IssuerOfPatientID")
    return {"type": "Patient", "identifier": main}


def _search(main: Json) -> str:
    """The search that finds a resource by its identifier (``If-None-Exist``)."""
    return f"identifier={quote(main['system'], safe='')}%7C{quote(main['value'], safe='')}"


def patient(view: DicomJsonProxy, resource_id: str, context: Context) -> Json:
    """The Patient of a study; there always is one, since an ImagingStudy must have a subject."""
    birth_date = view.date("PatientBirthDate")
    return without_empty(
        resourceType="Patient",
        id=resource_id,
        extension=_animal(view, context),
        identifier=_identifiers(view, context),
        name=_names(view),
        telecom=[
            {"system": "phone", "value": number, "use": "home"}
            for number in view.texts("PatientTelephoneNumbers")
        ],
        gender=_gender(view),
        birthDate=birth_date,
        _birthDate=_birth_time(view, birth_date, context),
        address=_addresses(view),
        contact=_contacts(view),
    )


def main_identifier(view: DicomJsonProxy, context: Context) -> Json:
    """The PatientID with its issuer; empty when there is none.

    It alone may have the ``patient_id_system``, for other numbers are other hospitals'; and where Patients are looked for by system
    and number, it has it only when the data name no other issuer.
    """
    issuer, config = _issuer(view, context.config), context.config
    is_searched_for = config.patient_policy != "put"
    if issuer.system is None and not (issuer.assigner and is_searched_for):
        issuer = issuer._replace(system=config.patient_id_system)
    return _identifier(view, issuer, "usual")


def _issuer(view: DicomJsonProxy, config: ConvertConfig) -> Issuer:
    """Who gave the number; his system is what the configuration says, or else the universal entity."""
    local = view.text("IssuerOfPatientID")
    named = issuer_in(view, "IssuerOfPatientIDQualifiersSequence")
    assigner = {**(named.assigner or {}), **without_empty(display=local)}
    return Issuer(config.issuer_systems.get(local or "") or named.system, assigner or None, named.type_code)


def _namespace(view: DicomJsonProxy, config: ConvertConfig) -> str:
    """Whose number the PatientID is, when that is for the configuration to say; what the data alone say is not in here.

    So the ids stay as they were of all whose patients have no system that somebody configured.
    """
    configured = {*config.issuer_systems.values(), *({config.patient_id_system} - {PATIENT_ID_SYSTEM})}
    own = _issuer(view, config).system
    system = own or config.patient_id_system
    if system not in configured or view.text("PatientID") is None:
        return ""
    return namespace(system, None if own else issuer_of(view))


def _identifier(view: DicomJsonProxy, issuer: Issuer, use: str) -> Json:
    return identifier(
        view.text("PatientID"),
        use=use,
        type_code=issuer.type_code,
        system=issuer.system,
        assigner=issuer.assigner,
    )


def _identifiers(view: DicomJsonProxy, context: Context) -> list[Json]:
    main = main_identifier(view, context)
    others = [
        _identifier(item, _issuer(item, context.config), "secondary")
        for item in view.items("OtherPatientIDsSequence")
    ]
    plain = [identifier(value, use="secondary") for value in view.texts("OtherPatientIDs")]
    kept: list[Json] = []
    for number in (main, *others, *plain):
        if number and not any(_says(known, number) for known in kept):
            kept.append(number)
    return kept


def _says(known: Json, other: Json) -> bool:
    """Whether all of an identifier is already said by another; two assigners may have given the same number."""
    return all(known.get(part) == other[part] for part in ("system", "value", "assigner") if part in other)


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
    written = view.text("PatientAddress")
    address = _address(written) if written else {}
    address = without_empty(**{**address, "country": address.get("country") or country})
    return [address] if address else []


def _address(free: str) -> Json:
    if "^" not in free:
        return {"text": free, "line": [free]}
    street, other, city, state, zip_code, country = [*map(values.text, free.split("^")), *[None] * 5][:6]
    return without_empty(
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
    return [without_empty(relationship=relationship, name=name, organization=owner) for name in names or [{}]]


def _animal(view: DicomJsonProxy, context: Context) -> list[Json]:
    """The extension for animals; without a species it may not be."""
    parts: list[Json] = []
    for url, codes, text in (
        ("species", "PatientSpeciesCodeSequence", "PatientSpeciesDescription"),
        ("breed", "PatientBreedCodeSequence", "PatientBreedDescription"),
    ):
        kind = next(iter(concepts(view, codes, context)), None) or concept(text=view.text(text))
        if kind:
            parts.append({"url": url, "valueCodeableConcept": kind})
    neutered = _NEUTERED.get((view.text("PatientSexNeutered") or "").upper())
    if neutered:
        parts.append(
            {"url": "genderStatus", "valueCodeableConcept": concept(without_empty(**neutered._asdict()))}
        )
    return [{"url": _ANIMAL, "extension": parts}] if parts and parts[0]["url"] == "species" else []
