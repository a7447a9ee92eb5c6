"""Bundles to try the validator itself: one that is right, and ways to make it wrong."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from tests.conformance.context_groups import DCM
from tests.conformance.mii import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "BASE_FAULTS",
    "GOOD",
    "GOOD_FOR_MII",
    "MII_FAULTS",
    "Fault",
    "Resources",
    "broken",
    "bundle",
    "name_a_udi_issuer",
    "use_a_newer_modality",
]

Resources = dict[str, dict[str, Any]]  # by resource type; the test bundle has one of each
Fault = tuple["Callable[[Resources], object]", str]  # what to do, and what the report of it must contain

_SNOMED = "http://snomed.info/sct"
_EXTENSION = f"{BASE}StructureDefinition/mii-ex-bildgebung-"
_WHEN = "2024-01-02T03:04:05+01:00"
_ID = {
    kind: str(uuid.uuid5(uuid.NAMESPACE_URL, kind))
    for kind in ("Patient", "Device", "Endpoint", "ImagingStudy", "Observation")
}
_SUBJECT = {"reference": f"Patient/{_ID['Patient']}"}

_PATIENT: dict[str, Any] = {
    "identifier": [{"system": "https://example.org/mrn", "value": "P1"}],
    "name": [{"use": "official", "family": "Example", "given": ["Anna"]}],
    "gender": "female",
    "birthDate": "1980-02-03",
}
_DEVICE: dict[str, Any] = {"manufacturer": "ACME", "deviceName": [{"name": "X1", "type": "model-name"}]}
_ENDPOINT: dict[str, Any] = {
    "status": "active",
    "connectionType": {
        "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
        "code": "dicom-wado-rs",
    },
    "payloadType": [{"text": "DICOM"}],
    "payloadMimeType": ["application/dicom"],
    "address": "https://pacs.example.org/wado",
}
_SERIES: dict[str, Any] = {
    "uid": "1.2.3.4.5",
    "number": 1,
    "modality": {"system": DCM, "code": "CT"},
    "bodySite": {"system": _SNOMED, "code": "69536005", "display": "Head structure"},
    "laterality": {"system": _SNOMED, "code": "7771000", "display": "Left"},
    "started": _WHEN,
    "performer": [{"actor": {"reference": f"Device/{_ID['Device']}"}}],
    "instance": [
        {
            "uid": "1.2.3.4.5.6",
            "number": 1,
            "sopClass": {"system": "urn:ietf:rfc:3986", "code": "urn:oid:1.2.840.10008.5.1.4.1.1.2"},
        }
    ],
}
_STUDY: dict[str, Any] = {
    "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3.4"}],
    "status": "available",
    "subject": _SUBJECT,
    "started": _WHEN,
    "encounter": {"identifier": {"system": "https://example.org/visit", "value": "V1"}},
    "endpoint": [{"reference": f"Endpoint/{_ID['Endpoint']}"}],
    "modality": [{"system": DCM, "code": "CT", "display": "Computed Tomography"}],
    "series": [_SERIES],
}
_HEIGHT: dict[str, Any] = {
    "status": "final",
    "category": [
        {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                    "code": "vital-signs",
                }
            ]
        }
    ],
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Body height"}]},
    "subject": _SUBJECT,
    "effectiveDateTime": _WHEN,
    "partOf": [{"reference": f"ImagingStudy/{_ID['ImagingStudy']}"}],
    "valueQuantity": {"value": 170, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
}
GOOD: Mapping[str, Mapping[str, Any]] = {
    kind: {"resourceType": kind, "id": _ID[kind], **content}
    for kind, content in {
        "Patient": _PATIENT,
        "Device": _DEVICE,
        "Endpoint": _ENDPOINT,
        "ImagingStudy": _STUDY,
        "Observation": _HEIGHT,
    }.items()
}
_KILOVOLT = {"value": 110, "unit": "kilovolt", "system": "http://unitsofmeasure.org", "code": "kV"}
_CT: dict[str, Any] = {
    "url": f"{_EXTENSION}modalitaet-ct",
    "extension": [{"url": "KVP", "valueQuantity": _KILOVOLT}],
}
GOOD_FOR_MII: Mapping[str, Mapping[str, Any]] = {
    **GOOD,
    "Device": {
        **GOOD["Device"],
        "meta": {"profile": [f"{BASE}StructureDefinition/mii-pr-bildgebung-geraet"]},
    },
    "ImagingStudy": {
        **GOOD["ImagingStudy"],
        "meta": {"profile": [f"{BASE}StructureDefinition/mii-pr-bildgebung-bildgebungsstudie"]},
        "extension": [{"url": f"{_EXTENSION}bildgebungsgrund", "valueString": "suspicion"}],
        "series": [{**_SERIES, "extension": [_CT]}],
    },
}


def bundle(resources: Mapping[str, Mapping[str, Any]], base: str = "urn:uuid:") -> dict[str, Any]:
    """Make a transaction of the resources, with full URLs as urn:uuid or below the base of a server."""
    entries = [
        {
            "fullUrl": f"{base}{resource['id']}"
            if base == "urn:uuid:"
            else f"{base}/{kind}/{resource['id']}",
            "resource": resource,
            "request": {"method": "PUT", "url": f"{kind}/{resource['id']}"},
        }
        for kind, resource in resources.items()
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def broken(good: Mapping[str, Mapping[str, Any]], fault: Callable[[Resources], object]) -> dict[str, Any]:
    """Make a transaction of the resources with one fault."""
    resources: Resources = copy.deepcopy({kind: dict(resource) for kind, resource in good.items()})
    fault(resources)
    return bundle(resources)


def use_a_newer_modality(resources: Resources) -> None:
    """Make the study one of a modality that DICOM has, but not its terminology in R4 and R4B."""
    resources["ImagingStudy"]["modality"] = [{"system": DCM, "code": "DOC"}]
    _series(resources)["modality"] = {"system": DCM, "code": "DOC"}


def name_a_udi_issuer(resources: Resources) -> None:
    """Name the issuer of the device's identifier as the specification says."""
    issuer = "http://hl7.org/fhir/NamingSystem/gs1-di"
    resources["Device"]["udiCarrier"] = [{"issuer": issuer, "deviceIdentifier": "00643169007222"}]


def _series(resources: Resources) -> dict[str, Any]:
    series: dict[str, Any] = resources["ImagingStudy"]["series"][0]
    return series


BASE_FAULTS: Mapping[str, Fault] = {
    "an unknown element": (lambda r: r["ImagingStudy"].update(remark="x"), "Unrecognized property 'remark'"),
    "a code outside a required value set": (
        lambda r: r["Patient"].update(gender="f"),
        "Terminology_TX_NoValid_16",
    ),
    "a number as text": (lambda r: r["ImagingStudy"].update(numberOfSeries="1"), "value must be a number"),
    "a time without a zone": (
        lambda r: r["ImagingStudy"].update(started="2024-01-02T03:04:05"),
        "Type_Specific_Checks_DT_DateTime_TZ",
    ),
    "a missing status": (lambda r: r["ImagingStudy"].pop("status"), "ImagingStudy.status: minimum required"),
    "a reference to the wrong type": (
        lambda r: r["ImagingStudy"].update(interpreter=[{"reference": f"Device/{_ID['Device']}"}]),
        "Reference_REF_BadTargetType",
    ),
    "a modality that DICOM does not know": (
        lambda r: _series(r).update(modality={"system": DCM, "code": "ZZ"}),
        "Unknown_Code_in_Version",
    ),
    "a display that is not the code's": (
        lambda r: _series(r).update(modality={"system": DCM, "code": "CT", "display": "Magnetic Resonance"}),
        "Display_Name_for__should_be_one_of__instead_of",
    ),
    "a body height in metres": (
        lambda r: r["Observation"]["valueQuantity"].update(value=1.7, unit="m", code="m"),
        "Terminology_TX_NoValid_16",
    ),
    "a vital sign without its category": (
        lambda r: r["Observation"].pop("category"),
        "Observation.category: minimum required",
    ),
    "an extension that HL7 does not define": (
        lambda r: r["Patient"].update(
            extension=[{"url": "http://hl7.org/fhir/StructureDefinition/no-such", "valueString": "x"}]
        ),
        "Extension_EXT_Unknown_NotHere",
    ),
}

MII_FAULTS: Mapping[str, Fault] = {
    "a laterality without a system": (
        lambda r: _series(r).update(laterality={"code": "L"}),
        "TERMINOLOGY_TX_SYSTEM_NO_CODE",
    ),
    "a laterality outside its context group": (
        lambda r: _series(r).update(laterality={"system": _SNOMED, "code": "51185008"}),
        "Unable to validate code '51185008'",
    ),
    "a modality outside its context group": (
        lambda r: _series(r).update(modality={"system": DCM, "code": "121033"}),
        "Terminology_TX_NoValid_12",
    ),
    "a unit that is not the profile's word": (
        lambda r: _series(r)["extension"][0]["extension"][0]["valueQuantity"].update(unit="kV"),
        "_DT_Fixed_Wrong",
    ),
    "a nested extension in the reason": (
        lambda r: r["ImagingStudy"].update(
            extension=[
                {
                    "url": f"{_EXTENSION}bildgebungsgrund",
                    "extension": [{"url": "text", "valueString": "suspicion"}],
                }
            ]
        ),
        "Validation_VAL_Profile_Maximum",
    ),
    "an extension that the module does not define": (
        lambda r: _series(r)["extension"].append({"url": f"{_EXTENSION}no-such", "valueString": "x"}),
        "Extension_EXT_Unknown_NotHere",
    ),
    "a profile that is not there": (
        lambda r: r["Device"]["meta"]["profile"].append(f"{BASE}StructureDefinition/no-such"),
        "VALIDATION_VAL_PROFILE_UNKNOWN_ERROR",
    ),
}
