"""DICOM's codes as pydicom's copy of PS3.16 has them, for what the validator cannot look up offline.

NEMA publishes the context groups as FHIR value sets in a package that no registry in reach has. Without those of
modalities the validator only warns that it cannot check; with them the required bindings of the MII profiles hold for
real. The value sets carry no displays, so no display is judged by them. Those of SNOMED CT codes would be of no use:
offline, the validator does not look up a SNOMED CT code at all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydicom.sr.codedict import codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DCM", "dcm_codes", "group_codes", "write_value_sets"]

DCM = "http://dicom.nema.org/resources/ontology/DCM"
_ACQUISITION_MODALITY = 29  # R4B binds the modality to it, extensibly
_MODALITY = 33  # the MII profile does, and requires it
_URL = "http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_{}.html"


def write_value_sets(folder: Path) -> None:
    """Write the value sets of modalities."""
    for group in (_ACQUISITION_MODALITY, _MODALITY):
        folder.joinpath(f"ValueSet-cid-{group}.json").write_text(
            json.dumps(_value_set(group)), encoding="utf-8"
        )


def group_codes(group: int) -> frozenset[str]:
    """List the codes of a context group.

    >>> sorted(group_codes(244))
    ['24028007', '51440002', '66459002', '7771000']
    """
    return frozenset(_values(getattr(codes, f"cid{group}")))


def dcm_codes() -> frozenset[str]:
    """List the codes of the DICOM Controlled Terminology.

    >>> {"CT", "DOC"} <= dcm_codes()
    True
    """
    return frozenset(_values(codes.DCM))


def _value_set(group: int) -> dict[str, Any]:
    concepts = [{"code": code} for code in sorted(group_codes(group))]
    return {
        "resourceType": "ValueSet",
        "id": f"cid-{group}",
        "url": _URL.format(group),
        "name": f"CID{group}",
        "status": "active",
        "compose": {"include": [{"system": DCM, "concept": concepts}]},
    }


def _values(collection: Any) -> Iterator[str]:
    for keyword in dir(collection):
        term: Any = getattr(collection, keyword, None)
        if hasattr(term, "scheme_designator"):
            yield str(term.value)
