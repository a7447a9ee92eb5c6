"""The Endpoint: where the images can be fetched with DICOMweb."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dicom2fhir.builders.datatypes import Json, concept
from dicom2fhir.ids import hashed

if TYPE_CHECKING:
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["endpoint", "retrieve_base"]

_URL = re.compile(r"(https?://[^\s?#]+?)/studies/[^\s]*")


def retrieve_base(view: DicomJsonProxy) -> str | None:
    """The base of the DICOMweb service that a data set was retrieved from.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> url = "https://pacs.example.org/dicom-web/studies/1.2/series/1.3"
    >>> retrieve_base(DicomJsonProxy({"00081190": {"vr": "UR", "Value": [url]}}))
    'https://pacs.example.org/dicom-web'
    """
    said = view.text("RetrieveURL")
    match = _URL.fullmatch(said) if said else None
    return match[1] if match else None


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
        "payloadType": [
            concept({"system": f"{system}/endpoint-payload-type", "code": "none"}, text="DICOM WADO-RS"),
        ],
        "payloadMimeType": ["application/dicom", "application/dicom+json"],
        "address": base_url,
    }
