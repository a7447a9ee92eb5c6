"""The Device: the equipment that made a series."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology, values
from dicom2fhir.builders.datatypes import DCM, Json, identifier, without_empty
from dicom2fhir.builders.series import modality_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.study.model import Study

__all__ = ["Equipment", "device", "equipment", "is_known"]

_IDENTITY: Final = (
    "DeviceUID",
    "DeviceSerialNumber",
    "ManufacturerModelName",
    "StationName",
    "DeviceID",
    "GantryID",
    "UDISequence",
)
# Where the device identifier stands in a UDI, by issuing agency (FDA, "UDI formats by FDA-accredited issuing agency").
_UDI_FORMATS: Final = (
    (re.compile(r"\(?01\)?([0-9]{14})"), "http://hl7.org/fhir/NamingSystem/gs1-di"),
    (re.compile(r"\+([A-Z][A-Z0-9]{5,22})(?:/.*)?"), "http://hl7.org/fhir/NamingSystem/hibcc-dI"),
    (re.compile(r"=/([A-Z0-9]{16})"), "http://hl7.org/fhir/NamingSystem/iccbba-other-di"),
)


def is_known(view: DicomJsonProxy) -> bool:
    """Whether the data set names equipment at all; a modality or a manufacturer alone names none.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> is_known(DicomJsonProxy({"00080060": {"vr": "CS", "Value": ["CT"]}}))
    False
    """
    return any(view.non_empty(keyword) for keyword in _IDENTITY)


@dataclass(slots=True)
class Equipment:
    """One Device and the modalities of the series that it made."""

    resource_id: str = field(repr=False)
    view: DicomJsonProxy
    modalities: list[str] = field(default_factory=list, repr=False)

    def modality(self) -> str | None:
        """What kind of equipment it is: the first of its modalities that acquires; the reports of a scanner make it nothing else."""
        return next(filter(terminology.is_acquisition_modality, self.modalities), None)


def equipment(study: Study, context: Context) -> dict[str, Equipment]:
    """Who made what, by the UID of the series."""
    by_id: dict[str, Equipment] = {}
    makers: dict[str, Equipment] = {}
    for series in study.series:
        if not is_known(series.view):
            continue
        id_view = DicomJsonProxy({**study.first, **study.view.elements, **series.view.elements})
        resource_id = context.ids("Device", id_view, "")
        maker = by_id.setdefault(resource_id, Equipment(resource_id, series.view))
        maker.modalities.append(modality_of(series.view))
        makers[series.uid] = maker
    return makers


def device(view: DicomJsonProxy, resource_id: str, modality: str | None, context: Context) -> Json:
    """The Device of a series; ``modality`` is the first acquisition modality of all that it made, if there is one."""
    manufacturer, model, serial = (
        view.text(keyword) for keyword in ("Manufacturer", "ManufacturerModelName", "DeviceSerialNumber")
    )
    institution, department = view.text("InstitutionName"), view.text("InstitutionalDepartmentName")
    coded = [{"system": DCM, "code": modality}] if modality else None
    return without_empty(
        resourceType="Device",
        id=resource_id,
        identifier=_identifiers(view, serial),
        udiCarrier=_udi_carriers(view),
        manufacturer=manufacturer,
        manufactureDate=view.date("DateOfManufacture"),
        serialNumber=serial,
        deviceName=_names(view, model),
        modelNumber=model,
        type=without_empty(coding=coded, text=modality),
        version=[{"value": version} for version in view.texts("SoftwareVersions")],
        owner=without_empty(display=institution),
        location=without_empty(display=department),
        note=[{"text": f"Last calibration: {moment}"} for moment in _calibrations(view, context)],
    )


def _identifiers(view: DicomJsonProxy, serial: str | None) -> list[Json]:
    identifiers = (
        identifier(serial, use="official", system="urn:dicom:device-serial-number"),
        identifier(view.text("DeviceUID"), use="official", system="urn:dicom:device-uid"),
        identifier(view.text("DeviceID"), use="secondary"),
        identifier(view.text("GantryID"), use="secondary"),
    )
    return [number for number in identifiers if number]


def _names(view: DicomJsonProxy, model: str | None) -> list[Json]:
    station = view.text("StationName")
    names = ((model, "model-name"), (station, "user-friendly-name"))
    return [{"name": name, "type": kind} for name, kind in names if name]


def _udi_carriers(view: DicomJsonProxy) -> list[Json]:
    whole = (item.text("UniqueDeviceIdentifier") for item in view.items("UDISequence"))
    return [_udi_carrier(udi) for udi in whole if udi]


def _udi_carrier(udi: str) -> Json:
    for pattern, issuer in _UDI_FORMATS:
        match = pattern.match(udi)
        if match:
            return {"deviceIdentifier": match[1], "issuer": issuer, "carrierHRF": udi}
    return {"carrierHRF": udi}


def _calibrations(view: DicomJsonProxy, context: Context) -> list[str]:
    days = view.values_in_place("DateOfLastCalibration")
    zone = view.zone(context.config.zone) if days else None
    clocks = [*view.values_in_place("TimeOfLastCalibration"), *[None] * len(days)]
    read = (values.date_time(day, clock, zone) for day, clock in zip(days, clocks, strict=False))
    moments = [moment for moment in read if moment]
    if len(moments) < len(view.raw_values("DateOfLastCalibration")):
        view.note(problems.NOT_A_DATE, "DateOfLastCalibration")
    return moments
