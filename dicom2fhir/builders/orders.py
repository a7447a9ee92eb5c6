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
    orders: dict[str, Json] = {}
    for request in _requests(study, series):
        display = request.text("RequestedProcedureDescription") or _meaning(request, context)
        numbers = [number for number in _order_numbers(request, context) if number]
        for number in numbers:
            order = orders.setdefault(str(number), {"type": "ServiceRequest", "identifier": number})
            if display:
                order.setdefault("display", display)
        if display and not numbers:
            orders.setdefault(display, {"type": "ServiceRequest", "display": display})
    return _without_echoes(list(orders.values()))


def _without_echoes(orders: list[Json]) -> list[Json]:
    """What another order says better is dropped: the same number with its issuer, the same words with a number."""
    numbered = [order for order in orders if "identifier" in order]
    displays = {order.get("display") for order in numbered}
    with_issuer = [_key(order) for order in numbered if "system" in order["identifier"]]
    return [
        order
        for order in orders
        if ("identifier" not in order and order["display"] not in displays)
        or ("identifier" in order and ("system" in order["identifier"] or _key(order) not in with_issuer))
    ]


def _key(order: Json) -> tuple[Json, str]:
    return order["identifier"]["type"], order["identifier"]["value"]


def _meaning(request: DicomJsonProxy, context: Context) -> str | None:
    codes = concepts(request, "RequestedProcedureCodeSequence", context)
    return next((code["text"] for code in codes if "text" in code), None)


def _order_numbers(request: DicomJsonProxy, context: Context) -> Iterable[Json]:
    yield accession(request, context)
    for keyword, issuers, kind in _ORDERS:
        issuer = issuer_in(request, issuers)
        yield identifier(
            request.text(keyword), type_code=kind, system=issuer.system, assigner=issuer.assigner
        )


def reasons(study: DicomJsonProxy, series: Iterable[DicomJsonProxy], context: Context) -> list[Json]:
    """Why the study was asked for and done, each reason once."""
    listed: list[Json] = []
    for request in _requests(study, series):
        text = request.text("ReasonForTheRequestedProcedure")
        coded = [
            concept_of(item, context) for item in request.items("ReasonForRequestedProcedureCodeSequence")
        ]
        coded = [reason for reason in coded if reason]
        if text and coded:
            coded[0] = {**coded[0], "text": text}
        listed += coded or [concept(text=text)]
    listed += concepts(study, "ReasonForPerformedProcedureCodeSequence", context)
    return _without_repeats(listed)


def _without_repeats(listed: list[Json]) -> list[Json]:
    """Each once; a bare text is dropped when a coded reason says it."""
    kept = unique(listed)
    coded_texts = {reason.get("text") for reason in kept if "coding" in reason}
    return [reason for reason in kept if "coding" in reason or reason["text"] not in coded_texts]


def reason_texts(study: DicomJsonProxy, series: Iterable[DicomJsonProxy]) -> list[str]:
    """The reasons as plain text, each once.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> reason_texts(DicomJsonProxy({"00401002": {"vr": "LO", "Value": ["pain"]}}), [])
    ['pain']
    """
    texts = (request.text("ReasonForTheRequestedProcedure") for request in _requests(study, series))
    return list(dict.fromkeys(text for text in texts if text))


def admission(view: DicomJsonProxy) -> Json:
    """The admission as a logical reference to an Encounter; empty when there is none."""
    issuer = issuer_in(view, "IssuerOfAdmissionIDSequence")
    number = view.text("AdmissionID")
    visit = identifier(number, type_code="VN", system=issuer.system, assigner=issuer.assigner)
    return {"type": "Encounter", "identifier": visit} if visit else {}
