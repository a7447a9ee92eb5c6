"""The Observations: body weight, height and mass index."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from dicom2fhir import problems
from dicom2fhir.builders.datatypes import Json, concept, quantity, reference, without_empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["observations"]

_CATEGORY: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "vital-signs",
    "display": "Vital Signs",
}
# The vital signs profile takes no dateTime without a value (vs-1), but a Period of which nothing is known.
_UNKNOWN: Final = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_TALLEST_IN_METRES: Final = Decimal(3)
_SHORTEST_IN_CENTIMETRES: Final = Decimal(30)
_TALLEST_IN_CENTIMETRES: Final = Decimal(300)
_HEAVIEST: Final = Decimal(700)
_HIGHEST_INDEX: Final = Decimal(300)


class _VitalSign(NamedTuple):
    keyword: str
    loinc: str
    display: str
    unit: str
    read: Callable[[Decimal], Decimal | None]


def _weight(kilograms: Decimal) -> Decimal | None:
    return kilograms if 0 < kilograms < _HEAVIEST else None


def _height(metres: Decimal) -> Decimal | None:
    """Centimetres; a value that can only be centimetres was typed into the field for metres."""
    if 0 < metres < _TALLEST_IN_METRES:
        return metres * 100
    return metres if _SHORTEST_IN_CENTIMETRES <= metres <= _TALLEST_IN_CENTIMETRES else None


def _index(kilograms_per_square_metre: Decimal) -> Decimal | None:
    return kilograms_per_square_metre if 0 < kilograms_per_square_metre < _HIGHEST_INDEX else None


_VITAL_SIGNS: Final = (
    _VitalSign("PatientWeight", "29463-7", "Body Weight", "kg", _weight),
    _VitalSign("PatientSize", "8302-2", "Body Height", "cm", _height),
    _VitalSign("PatientBodyMassIndex", "39156-5", "Body mass index (BMI)", "kg/m2", _index),
)


def observations(
    view: DicomJsonProxy,
    id_view: DicomJsonProxy,
    study_id: str,
    subject: Json,
    effective: str | None,
    context: Context,
) -> list[Json]:
    """One Observation for each vital sign that a study says and that a person can have."""
    made: list[Json] = []
    for sign in _VITAL_SIGNS:
        number = view.decimal(sign.keyword)
        value = sign.read(number) if number is not None else None
        if number is not None and value is None:
            view.note(problems.NOT_PLAUSIBLE, sign.keyword)
        if value is not None:
            resource_id = context.ids("Observation", id_view, sign.loinc)
            made.append(_observation(sign, value, resource_id, study_id, subject, effective))
    return made


def _observation(
    sign: _VitalSign, value: Decimal, resource_id: str, study_id: str, subject: Json, effective: str | None
) -> Json:
    return without_empty(
        resourceType="Observation",
        id=resource_id,
        partOf=[reference("ImagingStudy", study_id)],
        status="final",
        category=[concept(_CATEGORY)],
        code=concept(
            {"system": "http://loinc.org", "code": sign.loinc, "display": sign.display}, text=sign.display
        ),
        subject=subject,
        effectiveDateTime=effective,
        effectivePeriod=None if effective else _UNKNOWN,
        valueQuantity=quantity(value, sign.unit, sign.unit),
    )
