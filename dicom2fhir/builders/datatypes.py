"""The small parts of resources: Coding, Identifier, Quantity, Reference, HumanName; and nothing empty among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from dicom2fhir.terminology import Term
    from dicom2fhir.values import PersonName

__all__ = [
    "DCM",
    "UCUM",
    "Json",
    "coding",
    "concept",
    "human_name",
    "identifier",
    "quantity",
    "reference",
    "unique",
    "without_empty",
]

Json = dict[str, Any]
DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
UCUM: Final = "http://unitsofmeasure.org"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
_REPRESENTATION: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
_REPRESENTATIONS: Final = {"Alphabetic": "ABC", "Ideographic": "IDE", "Phonetic": "SYL"}


def without_empty(**parts: Any) -> Json:
    """The parts that are not empty, under their FHIR names; a trailing underscore is dropped, for ``class_`` and its kin.

    >>> without_empty(use="usual", value=None, assigner={}, type_={"text": "MR"})
    {'use': 'usual', 'type': {'text': 'MR'}}
    """
    return {
        name.rstrip("_"): value
        for name, value in parts.items()
        if value is not None and value not in ("", {}, [])
    }


def coding(term: Term) -> Json:
    """A Coding.

    >>> from dicom2fhir.terminology import Term
    >>> coding(Term(None, "RIBS", "Ribs"))
    {'code': 'RIBS', 'display': 'Ribs'}
    """
    return without_empty(system=term.system, code=term.code, display=term.display)


def concept(*codings: Json, text: str | None = None) -> Json:
    """A CodeableConcept; empty when there is neither a code nor a text.

    >>> concept(text="pain"), concept()
    ({'text': 'pain'}, {})
    """
    return without_empty(coding=[coding for coding in codings if coding], text=text)


def identifier(
    value: str | None,
    *,
    use: str | None = None,
    type_code: str | None = None,
    system: str | None = None,
    assigner: Json | None = None,
) -> Json:
    """An Identifier; empty without a value.

    >>> identifier("A1", use="usual", type_code="ACSN")["type"]["coding"][0]["code"]
    'ACSN'
    """
    if not value:
        return {}
    kind = concept({"system": IDENTIFIER_TYPE, "code": type_code}) if type_code else None
    return without_empty(use=use, type=kind, system=system, value=value, assigner=assigner)


def quantity(value: Decimal | None, unit: str, code: str) -> Json:
    """A Quantity in UCUM; empty without a value.

    >>> from decimal import Decimal
    >>> quantity(Decimal("70.5"), "kg", "kg")
    {'value': Decimal('70.5'), 'unit': 'kg', 'system': 'http://unitsofmeasure.org', 'code': 'kg'}
    """
    return {} if value is None else {"value": value, "unit": unit, "system": UCUM, "code": code}


def reference(resource_type: str, resource_id: str) -> Json:
    """A Reference to a resource of the same Bundle.

    >>> reference("Patient", "7")
    {'reference': 'Patient/7'}
    """
    return {"reference": f"{resource_type}/{resource_id}"}


def unique(parts: Iterable[Json]) -> list[Json]:
    """Each once, the first in its place, and no empty one.

    >>> unique([{"text": "a"}, {}, {"text": "a"}])
    [{'text': 'a'}]
    """
    kept: list[Json] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return kept


def human_name(name: PersonName, *, use: str | None = None, representation: str | None = None) -> Json:
    """A HumanName; ``representation`` is the DICOM name of the group when there are several.

    >>> from dicom2fhir.values import PersonName
    >>> human_name(PersonName("Doe", "John", "A."))
    {'family': 'Doe', 'given': ['John', 'A.']}
    """
    marked = (
        [{"url": _REPRESENTATION, "valueCode": _REPRESENTATIONS[representation]}] if representation else None
    )
    return without_empty(
        extension=marked,
        use=use,
        family=name.family,
        given=[part for part in (name.given, name.middle) if part],
        prefix=[name.prefix] if name.prefix else None,
        suffix=[name.suffix] if name.suffix else None,
    )


def human_names(groups: dict[str, PersonName], *, use: str | None = None) -> list[Json]:
    """The names of one person, one for each way of writing it.

    >>> from dicom2fhir.values import PersonName
    >>> human_names({"Alphabetic": PersonName("Doe")}, use="maiden")
    [{'use': 'maiden', 'family': 'Doe'}]
    """
    several = len(groups) > 1 or "Alphabetic" not in groups
    return [
        human_name(name, use=use, representation=group if several else None) for group, name in groups.items()
    ]
