"""Physicians and operators: references with a display, or Practitioner resources when the user wants them."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from dicom2fhir.builders.codes import coding_of
from dicom2fhir.builders.datatypes import Json, human_names, identifier, without_empty
from dicom2fhir.ids import study_identity
from dicom2fhir.values import person_name

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.values import PersonName

__all__ = ["Person", "persons", "practitioner", "reference_to"]


class Person(NamedTuple):
    """Somebody with a role in the study: his name by group, and his identifiers."""

    name: dict[str, PersonName]
    identifiers: list[Json]

    def __repr__(self) -> str:
        return "<Person>"

    def display(self) -> str | None:
        """The name in one line, in the first way of writing that there is.

        >>> from dicom2fhir.values import PersonName
        >>> Person({"Alphabetic": PersonName("Doe", "Jane", None, "Dr.")}, []).display()
        'Dr. Jane Doe'
        """
        return next((name.spoken() for name in self.name.values()), None)


def persons(view: DicomJsonProxy, names: str, identifications: str, context: Context) -> list[Person]:
    """The persons of a PN attribute, each with the item of the sequence that identifies him by its place."""
    view.names(names), view.items(identifications)  # which note what is unusable
    people: list[Person] = []
    for name, item in zip_longest(view.values_in_place(names), view.values_in_place(identifications)):
        person = Person(person_name(name), _identifiers(view.item(item), context))
        if person.name or person.identifiers:
            people.append(person)
    return people


def _identifiers(item: DicomJsonProxy, context: Context) -> list[Json]:
    identifiers: list[Json] = []
    for code in item.items("PersonIdentificationCodeSequence"):
        coded = coding_of(code, context)
        if coded:
            identifiers.append(identifier(coded["code"], system=coded.get("system")))
    return identifiers


def practitioner(person: Person, view: DicomJsonProxy, institution: str | None, context: Context) -> Json:
    """The Practitioner of a person.

    Who has an identifier of a known system is the same resource in every study.  A number of which nobody knows whose it is counts in its
    institution, or in its study where that is not named; of those who have a name alone nobody knows whether two of one name are one
    person, so these are people of their study and institution.
    """
    return without_empty(
        resourceType="Practitioner",
        id=context.ids(
            "Practitioner", view, json.dumps(_identity(person, view, institution), sort_keys=True)
        ),
        identifier=person.identifiers,
        name=human_names(person.name),
    )


def _identity(person: Person, view: DicomJsonProxy, institution: str | None) -> list[object]:
    """What tells a person from others."""
    numbers: list[object] = [*person.identifiers]
    if any("system" in number for number in person.identifiers):
        return numbers
    if numbers:
        return [*numbers, institution] if institution else [*numbers, None, study_identity(view)]
    names = [person.name[group] for group in sorted(person.name)]
    return [*names, institution, study_identity(view)]


def reference_to(person: Person, view: DicomJsonProxy, institution: str | None, context: Context) -> Json:
    """A reference to a person who acts at an institution; when Practitioners are wanted, to his resource, which the context keeps."""
    if not context.config.practitioners:
        return without_empty(
            type="Practitioner", identifier=next(iter(person.identifiers), None), display=person.display()
        )
    resource = practitioner(person, view, institution, context)
    context.practitioners.setdefault(resource["id"], resource)
    return without_empty(reference=f"Practitioner/{resource['id']}", display=person.display())
