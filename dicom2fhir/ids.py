"""Resource ids out of what DICOM says: the default function, and the fitting of a user's own.

An id is the SHA-256 of what identifies the resource.  The text that is hashed is that of dicom2fhir 0.1 wherever that was
unambiguous, so that resources stored by it are updated and not doubled.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import InputTypeError, InvalidIdError
from dicom2fhir.values import is_fhir_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "bundle_id",
    "default_id_function",
    "full_url",
    "hashed",
    "id_maker",
    "issuer_of",
    "namespace",
    "study_identity",
]

_NAMESPACE: Final = uuid.UUID("6f0a4d3e-6f2b-5c55-9a3e-0d1c0f2fd1c0")
_SEPARATOR: Final = "\x1f"  # no DICOM text holds it once it is cleaned, so joined parts stay apart


def hashed(*parts: str) -> str:
    """The SHA-256 of some texts, kept apart: 64 hex digits, just what a FHIR id may have.

    >>> hashed("a", "bc") == hashed("ab", "c")
    False
    """
    return hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def default_id_function(pepper: str | None = None) -> Callable[..., str]:
    """Make the function that derives ids when the configuration names none.

    The pepper is a secret that keeps others from guessing a PatientID from its hash; ``extra`` tells
    resources of one type and one source apart, and of a Patient it is the :func:`namespace` of his number.

    >>> make = default_id_function("s3cret")
    >>> proxy = DicomJsonProxy({"0020000D": {"vr": "UI", "Value": ["1.2.3"]}})
    >>> make("ImagingStudy", proxy) == make("ImagingStudy", proxy) != default_id_function()("ImagingStudy", proxy)
    True
    """
    return _DefaultIds(pepper or "")


class _DefaultIds:
    """The function itself; a class, so that it is told from a user's own."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper

    def __repr__(self) -> str:
        return "<default id function>"

    def __call__(self, resource_type: str, ds: DicomJsonProxy, extra: str = "") -> str:
        if not isinstance(ds, DicomJsonProxy):
            raise InputTypeError("Expected a DicomJsonProxy object")
        identity = _IDENTITIES.get(resource_type, _of_others)
        return hashed(f"{self._pepper}{extra or ''}{resource_type}{identity(ds, extra)}")


def study_identity(ds: DicomJsonProxy) -> str:
    """What tells a study from others: its UID, or for want of one all that it says."""
    return ds.text("StudyInstanceUID") or _of_content(ds)


def namespace(system: str, issuer: str | None = None) -> str:
    """Whose number a PatientID is: that of a configured system, and of the issuer when he has none of his own.

    Such a number is the same patient's wherever the namespace is the same, however the data spell the issuer.
    """
    return f"{system}{_SEPARATOR}{issuer}" if issuer else system


def _of_study(ds: DicomJsonProxy, _extra: str) -> str:
    return study_identity(ds)


def _of_patient(ds: DicomJsonProxy, extra: str) -> str:
    patient_id = ds.text("PatientID")
    if patient_id is None:  # nobody knows who it is: a patient of this study alone
        return f"{_SEPARATOR}study{_SEPARATOR}{study_identity(ds)}"
    if extra:  # which says already whose number it is
        return f"{_SEPARATOR}{_SEPARATOR}{patient_id}"
    issuer = issuer_of(ds)
    return f"{patient_id}{_SEPARATOR}{issuer}" if issuer else patient_id


def issuer_of(ds: DicomJsonProxy) -> str | None:
    """Who gave the PatientID, as far as the data say."""
    issuer = ds.text("IssuerOfPatientID")
    if issuer:
        return issuer
    qualifiers = (item.text("UniversalEntityID") for item in ds.items("IssuerOfPatientIDQualifiersSequence"))
    return next((entity for entity in qualifiers if entity), None)


def _of_device(ds: DicomJsonProxy, _extra: str) -> str:
    serial = ds.text("DeviceSerialNumber")
    keywords = ("DeviceUID", "DeviceSerialNumber", "Manufacturer", "ManufacturerModelName", "StationName")
    parts = [ds.text(keyword) or "" for keyword in keywords]
    uid, _, manufacturer, model, station = parts
    if serial and parts == ["", serial, "", "", ""]:
        return serial
    if not (uid or serial or model or station):  # a number of its own, which means nothing in another study
        carriers = (item.text("UniqueDeviceIdentifier") for item in ds.items("UDISequence"))
        local = (ds.text(keyword) for keyword in ("DeviceID", "GantryID"))
        made_by = [manufacturer] if manufacturer else []
        parts = [study_identity(ds), *(part or "" for part in (*local, *carriers)), *made_by]
    elif not (uid or serial):  # every hospital has a station called CT01
        place = [ds.text(keyword) or "" for keyword in ("InstitutionName", "InstitutionalDepartmentName")]
        parts += place if any(place) else []
    return _SEPARATOR.join(("", *parts))


def _of_observation(ds: DicomJsonProxy, _extra: str) -> str:
    parts = [ds.text(keyword) or "" for keyword in ("StudyInstanceUID", "StudyDate", "StudyTime")]
    return "".join(parts) if parts[0] else _of_content(ds)


def _of_others(ds: DicomJsonProxy, extra: str) -> str:
    return "" if extra else _of_study(ds, extra)


def _of_content(ds: DicomJsonProxy) -> str:
    """For what has no UID: everything it says."""
    return hashed(json.dumps(ds.elements, sort_keys=True, default=str))


_IDENTITIES: Final = {
    "ImagingStudy": _of_study,
    "Patient": _of_patient,
    "Device": _of_device,
    "Observation": _of_observation,
}


def id_maker(given: Callable[..., str] | None) -> Callable[[str, DicomJsonProxy, str], str]:
    """Fit a user's id function: call it with what it takes, and check what it answers.

    Whose number a PatientID is (:func:`namespace`), only the default function is told: the Patients' ids
    of another are its own affair.

    >>> make = id_maker(lambda resource_type, proxy: f"{resource_type}-7")
    >>> make("Patient", DicomJsonProxy({}), "")
    'Patient-7'
    """
    function = given or default_id_function()
    call, is_ours = _adapted(function), isinstance(function, _DefaultIds)

    def _checked(resource_type: str, ds: DicomJsonProxy, extra: str = "") -> str:
        if resource_type == "Patient" and not is_ours:
            extra = ""
        made = call(resource_type, ds, extra)
        if not is_fhir_id(made):
            message = f"id_function: the answer for {resource_type} is no FHIR id; letters, digits, '-' and '.', at most 64"
            raise InvalidIdError(message)
        return str(made)

    return _checked


def _adapted(function: Callable[..., Any]) -> Callable[[str, DicomJsonProxy, str], Any]:
    """A function of two arguments cannot tell two Observations apart: then we do, by hashing."""
    if _takes(function, ("", "", "")):
        return function
    if _takes(function, ("", ""), extra=""):
        return lambda resource_type, ds, extra: function(resource_type, ds, extra=extra)

    def _of_two(resource_type: str, ds: DicomJsonProxy, extra: str) -> Any:
        made = function(resource_type, ds)
        return hashed(made, extra) if extra and is_fhir_id(made) else made

    return _of_two


def _takes(function: Callable[..., Any], positional: Iterable[str], **named: str) -> bool:
    try:
        inspect.signature(function).bind(*positional, **named)
    except TypeError:
        return False
    except ValueError:  # a built-in without a signature: let the call itself tell
        return not named
    return True


def bundle_id(*study_ids: str) -> str:
    """The id of the Bundle that carries these studies: a UUID of their UIDs, in whatever order they are given.

    >>> bundle_id("1.2", "1.3") == bundle_id("1.3", "1.2")
    True
    """
    return str(uuid.uuid5(_NAMESPACE, _SEPARATOR.join(["Bundle", *sorted(study_ids)])))


def full_url(resource_type: str, resource_id: str, base_url: str | None = None) -> str:
    """The ``fullUrl`` of an entry.

    >>> full_url("Patient", "7", "https://fhir.example.org/")
    'https://fhir.example.org/Patient/7'
    >>> full_url("Patient", "7").startswith("urn:uuid:")
    True
    """
    if base_url:
        return f"{base_url.rstrip('/')}/{resource_type}/{resource_id}"
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{resource_type}/{resource_id}')}"
