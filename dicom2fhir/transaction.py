"""Resources to one transaction Bundle, as FHIR JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import problems
from dicom2fhir.builders.entry import Entry
from dicom2fhir.ids import bundle_id, full_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.findings import Findings

__all__ = ["transaction"]

_KINDS: Final = ("ImagingStudy", "Patient", "Device", "Observation", "Practitioner", "Endpoint")


def transaction(
    study_names: Iterable[str], entries: Iterable[Entry], base_url: str | None, findings: Findings
) -> Json:
    """The Bundle of some studies: the same one whatever order they are given in."""
    ordered = sorted(_without_repeats(entries, findings), key=_place)
    return {
        "resourceType": "Bundle",
        "id": bundle_id(*study_names),
        "type": "transaction",
        "entry": [_bundle_entry(entry, base_url) for entry in ordered],
    }


def _place(entry: Entry) -> int:
    """Where a resource stands in the Bundle; what only a pack makes stands last."""
    return _KINDS.index(entry.kind) if entry.kind in _KINDS else len(_KINDS)


def _without_repeats(entries: Iterable[Entry], findings: Findings) -> list[Entry]:
    """A transaction may name a resource once: what two studies say of one patient or device is put together."""
    kept: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.resource["id"])
        first = kept.get(key)
        kept[key] = entry if first is None else _together(first, entry, findings)
    return list(kept.values())


def _together(first: Entry, other: Entry, findings: Findings) -> Entry:
    """The first, with what only the other says."""
    resource = first.resource
    if any(resource[name] != value for name, value in other.resource.items() if name in resource):
        findings.note(problems.STUDIES_DISAGREE, keyword=first.kind)
    more = {
        name: value
        for name, value in other.resource.items()
        if name.removeprefix("_") not in resource  # an extension of a date belongs to that date
    }
    return Entry({**more, **resource}, first.if_none_exist)


def _bundle_entry(entry: Entry, base_url: str | None) -> Json:
    resource, kind = entry.resource, entry.kind
    if entry.if_none_exist is None:
        url = full_url(kind, resource["id"], base_url)
        request = {"method": "PUT", "url": f"{kind}/{resource['id']}"}
        return {"fullUrl": url, "resource": resource, "request": request}
    created = {name: value for name, value in resource.items() if name != "id"}
    request = {"method": "POST", "url": kind, "ifNoneExist": entry.if_none_exist}
    return {"fullUrl": full_url(kind, resource["id"]), "resource": created, "request": request}
