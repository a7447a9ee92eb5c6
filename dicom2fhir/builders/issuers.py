"""Who gave an identifier: the HL7v2 hierarchic designator macro (PS3.3 section 10.14) as system and assigner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from dicom2fhir.builders.datatypes import Json, without_empty
from dicom2fhir.values import is_legal_uid, is_uri

if TYPE_CHECKING:
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Issuer", "issuer_in"]

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Issuer(NamedTuple):
    """A system when the universal entity is one, and the assigner that the data set names."""

    system: str | None = None
    assigner: Json | None = None
    type_code: str | None = None


def issuer_in(view: DicomJsonProxy, keyword: str) -> Issuer:
    """The issuer that the first item of a sequence names.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> item = {"00400032": {"vr": "UT", "Value": ["1.2.3"]}, "00400033": {"vr": "CS", "Value": ["ISO"]}}
    >>> issuer_in(DicomJsonProxy({"00080051": {"vr": "SQ", "Value": [item]}}), "IssuerOfAccessionNumberSequence").system
    'urn:oid:1.2.3'
    """
    for item in view.items(keyword):
        entity, kind = item.text("UniversalEntityID"), (item.text("UniversalEntityIDType") or "").upper()
        system = _system(entity, kind) if entity else None
        named = {"value": entity, "type": {"text": kind}} if kind else {"value": entity}
        assigner = without_empty(
            display=item.text("LocalNamespaceEntityID"),
            identifier=named if entity and system is None else None,
        )
        return Issuer(system, assigner or None, item.text("IdentifierTypeCode"))
    return Issuer()


def _system(entity: str, kind: str) -> str | None:
    if kind == "ISO":
        bare = entity.removeprefix("urn:oid:")
        return f"urn:oid:{bare}" if is_legal_uid(bare) else None
    if kind == "UUID":
        bare = entity.lower().removeprefix("urn:uuid:")
        return f"urn:uuid:{bare}" if _UUID.fullmatch(bare) else None
    return entity if kind == "URI" and is_uri(entity) else None
