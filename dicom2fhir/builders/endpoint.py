"""The Endpoint: where the images can be fetched with DICOMweb."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dicom2fhir import problems
from dicom2fhir.builders.datatypes import Json, concept
from dicom2fhir.config import FROM_DATA
from dicom2fhir.ids import hashed

if TYPE_CHECKING:
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Study

__all__ = ["dicomweb_bases", "endpoint", "endpoint_ids", "retrieve_base"]

_URL = re.compile(r"(https?://[^\s?#]+?)/studies/[^\s]*")


def retrieve_base(view: DicomJsonProxy) -> str | None:
    """The base of the DICOMweb service that a data set was retrieved from.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> url = "https://pacs.example.org/dicom-web/studies/1.2/series/1.3"
    >>> retrieve_base(DicomJsonProxy({"00081190": {"vr": "UR", "Value": [url]}}))
    'https://pacs.example.org/dicom-web'
    """
    address = view.text("RetrieveURL")
    match = _URL.fullmatch(address) if address else None
    return match[1] if match else None


def dicomweb_bases(study: Study, configured: str | None) -> dict[str | None, str]:
    """The DICOMweb services to fetch from: one under None when it serves the whole study, else by the UID of the series.

    An address that stands in a file may be that of a test system or of nobody any more: it counts only for who says so.
    """
    if configured and configured != FROM_DATA:
        return {None: configured}
    by_series = {series.uid: retrieve_base(series.view) for series in study.series}
    bases: dict[str | None, str] = {uid: base for uid, base in by_series.items() if base}
    if configured is None:
        for series in study.series:
            if series.uid in bases:
                series.view.note(problems.UNCONFIGURED_ADDRESS, keyword="RetrieveURL")
        return {}
    if len(set(bases.values())) == 1 and len(bases) == len(study.series):
        return {None: next(iter(bases.values()))}
    return bases


def endpoint_ids(base: str | None) -> list[str]:
    """The id of the Endpoint of a service, if there is a service."""
    return [endpoint(base)["id"]] if base else []


def endpoint(base_url: str) -> Json:
    """The WADO-RS Endpoint of a DICOMweb service; one service, one id.

    >>> endpoint("https://pacs.example.org/dicom-web")["connectionType"]["code"]
    'dicom-wado-rs'
    """
    base_url = base_url.rstrip("/")  # a client appends "/studies/…"
    system = "http://terminology.hl7.org/CodeSystem"
    return {
        "resourceType": "Endpoint",
        "id": hashed("Endpoint", base_url),
        "status": "active",
        "connectionType": {"system": f"{system}/endpoint-connection-type", "code": "dicom-wado-rs"},
        "name": "DICOMweb",
        "payloadType": [
            concept({"system": f"{system}/endpoint-payload-type", "code": "none"}, text="DICOM WADO-RS"),
        ],
        "payloadMimeType": ["application/dicom", "application/dicom+json"],
        "address": base_url,
    }
