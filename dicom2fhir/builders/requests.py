"""What was ordered and why: ``ImagingStudy.basedOn`` and ``ImagingStudy.reasonCode``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from dicom2fhir.builders.codes import concept_of, concepts
from dicom2fhir.builders.datatypes import Json, concept, identifier, unique
from dicom2fhir.builders.issuers import issuer_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["accession", "based_on", "reasons"]

_ORDERS: Final = (
    ("PlacerOrderNumberImagingServiceRequest", "OrderPlacerIdentifierSequence", "PLAC"),
    ("FillerOrderNumberImagingServiceRequest", "OrderFillerIdentifierSequence", "FILL"),
)


def _requests(study: DicomJsonProxy, series: Iterable[DicomJsonProxy]) -> list[DicomJsonProxy]:
    """The study itself, then the requests that its series name: each may say what was ordered."""
    views = list(series) or [study]
    sequences = ("RequestAttributesSequence", "ReferencedRequestSequence")
    return [study, *chain.from_iterable(view.items(keyword) for view in views for keyword in sequences)]


def accession(view: DicomJsonProxy, context: Context, use: str | None = None) -> Json:
    """The accession number as an Identifier; empty when there is none."""
    issuer = issuer_in(view, "IssuerOfAccessionNumberSequence")
    system = issuer.system or context.config.accession_system
    number = view.text("AccessionNumber")
    return identifier(number, use=use, type_code="ACSN", system=system, assigner=issuer.assigner)


def based_on(study: DicomJsonProxy, series: Iterable[DicomJsonProxy], context: Context) -> list[Json]:
    """Logical references to the orders; one for each number that somebody gave an order."""
    found: dict[str, Json] = {}
    for request in _requests(study, series):
        display = request.text("RequestedProcedureDescription") or _meaning(request, context)
        numbers = [one for one in _order_numbers(request, context) if one]
        for number in numbers:
            kept = found.setdefault(str(number), {"type": "ServiceRequest", "identifier": number})
            if display:
                kept.setdefault("display", display)
        if display and not numbers:
            found.setdefault(display, {"type": "ServiceRequest", "display": display})
    return _without_echoes(list(found.values()))


def _without_echoes(orders: list[Json]) -> list[Json]:
    """What another order says better is dropped: the same number with its issuer, the same words with a number."""
    numbers = [one["identifier"] for one in orders if "identifier" in one]
    told = {one.get("display") for one in orders if "identifier" in one}
    known = [(one["type"], one["value"]) for one in numbers if "system" in one]
    return [
        one
        for one in orders
        if ("identifier" not in one and one["display"] not in told)
        or ("identifier" in one and ("system" in one["identifier"] or _key(one) not in known))
    ]


def _key(order: Json) -> tuple[Json, str]:
    return order["identifier"]["type"], order["identifier"]["value"]


def _meaning(request: DicomJsonProxy, context: Context) -> str | None:
    codes = concepts(request, "RequestedProcedureCodeSequence", context)
    return next((one["text"] for one in codes if "text" in one), None)


def _order_numbers(request: DicomJsonProxy, context: Context) -> Iterable[Json]:
    yield accession(request, context)
    for keyword, issuers, kind in _ORDERS:
        issuer = issuer_in(request, issuers)
        yield identifier(
            request.text(keyword), type_code=kind, system=issuer.system, assigner=issuer.assigner
        )


def reasons(study: DicomJsonProxy, series: Iterable[DicomJsonProxy], context: Context) -> list[Json]:
    """Why the study was asked for and done, each reason once."""
    found: list[Json] = []
    for request in _requests(study, series):
        text = request.text("ReasonForTheRequestedProcedure")
        coded = [
            concept_of(item, context) for item in request.items("ReasonForRequestedProcedureCodeSequence")
        ]
        coded = [one for one in coded if one]
        if text and coded:
            coded[0] = {**coded[0], "text": text}
        found += coded or [concept(text=text)]
    found += concepts(study, "ReasonForPerformedProcedureCodeSequence", context)
    return _without_repeats(found)


def _without_repeats(found: list[Json]) -> list[Json]:
    """Each once; a bare text is dropped when a coded reason says it."""
    kept = unique(found)
    coded_texts = {one.get("text") for one in kept if "coding" in one}
    return [one for one in kept if "coding" in one or one["text"] not in coded_texts]


def reason_texts(study: DicomJsonProxy, series: Iterable[DicomJsonProxy]) -> list[str]:
    """The reasons as plain text, each once.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> reason_texts(DicomJsonProxy({"00401002": {"vr": "LO", "Value": ["pain"]}}), [])
    ['pain']
    """
    texts = (request.text("ReasonForTheRequestedProcedure") for request in _requests(study, series))
    return list(dict.fromkeys(text for text in texts if text))


def admission(view: DicomJsonProxy) -> Json:
    """The admission as a logical reference to an Encounter; empty when there is none.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> admission(DicomJsonProxy({}))
    {}
    """
    issuer = issuer_in(view, "IssuerOfAdmissionIDSequence")
    number = view.text("AdmissionID")
    visit = identifier(number, type_code="VN", system=issuer.system, assigner=issuer.assigner)
    return {"type": "Encounter", "identifier": visit} if visit else {}
