"""One study to its resources: here the facts, the builders and the profile pack meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from dicom2fhir import problems, terminology
from dicom2fhir.body_sites import body_sites
from dicom2fhir.builders import device as devices
from dicom2fhir.builders import series as series_builder
from dicom2fhir.builders.context import Context, schemes_of
from dicom2fhir.builders.datatypes import Json, reference, said
from dicom2fhir.builders.endpoint import endpoint, retrieve_base
from dicom2fhir.builders.imaging_study import began, imaging_study
from dicom2fhir.builders.instances import as_it_is, listed
from dicom2fhir.builders.observation import observations
from dicom2fhir.builders.patient import main_identifier, patient
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.ids import full_url, id_maker
from dicom2fhir.profiles import pack_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.builders.instances import Adorn, Instances
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.findings import Findings
    from dicom2fhir.study.model import Series, Study

__all__ = ["Converter", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource on its way into a Bundle; with ``if_none_exist`` it is created, otherwise put under its id."""

    resource: Json = field(repr=False)
    if_none_exist: str | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """The type of the resource.

        >>> Entry({"resourceType": "Patient", "id": "7"}).kind
        'Patient'
        """
        return str(self.resource["resourceType"])


@dataclass(slots=True)
class _Equipment:
    """One Device and the modalities of the series that it made."""

    resource_id: str
    view: DicomJsonProxy
    modalities: list[str] = field(default_factory=list)

    def modality(self) -> str:
        acquiring = (one for one in self.modalities if terminology.is_acquisition_modality(one))
        return next(acquiring, self.modalities[0])


class Converter:
    """Turns studies into resources, by the options of one configuration.

    >>> from dicom2fhir.config import ConvertConfig
    >>> Converter(ConvertConfig()).pack is None
    True
    """

    def __init__(self, config: ConvertConfig) -> None:
        self.pack = pack_named(config.profile)
        self._config = config
        self._ids = id_maker(config.id_function)
        self._body_site = body_sites(config)

    def entries(self, study: Study, report: Findings, instances: Instances = listed) -> list[Entry]:
        """The resources of one study; what was found on the way goes into the report.

        ``instances`` says in which form those of a series are wanted.
        """
        views = [study.view, *(one.view for one in study.series)]
        context = Context(
            self._config,
            self._ids,
            self._body_site,
            schemes_of(*views),
            lambda one: instances(one.instances, self._adorning(one, context)),
        )
        id_view = DicomJsonProxy({**study.first, **study.view.elements})
        study_id = self._ids("ImagingStudy", id_view, "")
        subject, patients = self._patient(study, id_view, context)
        equipment = _equipment(study, context)
        bases = _dicomweb_bases(study, self._config.wado_rs_url)
        shared = bases.get(None)
        parts = [
            self._series(one, equipment.get(one.uid), None if shared else bases.get(one.uid), context)
            for one in study.series
        ]
        whole = imaging_study(study, study_id, subject, parts, _endpoint_ids(shared), context)
        vital_signs = self._observations(study, id_view, study_id, subject, context)
        made = [
            Entry(self.pack.imaging_study(whole, study, context) if self.pack else whole),
            *patients,
            *self._devices(equipment, context),
            *vital_signs,
            *(Entry(one) for one in context.practitioners.values()),
            *(Entry(endpoint(base)) for base in dict.fromkeys(bases.values())),
        ]
        report.update(study.findings, study=study_id)  # at last: every builder may have found something
        return made

    def _patient(self, study: Study, id_view: DicomJsonProxy, context: Context) -> tuple[Json, list[Entry]]:
        """How the study refers to its patient, and the Patient's entry if there is to be one."""
        policy = self._config.patient_policy
        main = main_identifier(study.view, context)
        if policy == "reference_only":
            if not main:
                study.view.note(problems.NO_PATIENT_ID, "PatientID")
            nobody = None if main else "Patient without a PatientID"
            return said(type="Patient", identifier=main, display=nobody), []
        resource = patient(study.view, self._ids("Patient", id_view, ""), context)
        if policy == "create_if_none_exist" and main:
            if "assigner" not in main or main["system"] != self._config.patient_id_system:
                return {"reference": full_url("Patient", resource["id"])}, [Entry(resource, _search(main))]
            study.view.note(problems.UNKNOWN_ISSUER, "IssuerOfPatientID")
        return reference("Patient", resource["id"]), [Entry(resource)]

    def _series(self, one: Series, made_by: _Equipment | None, base: str | None, context: Context) -> Json:
        device_id = made_by.resource_id if made_by else None
        part = series_builder.series(one, device_id, _endpoint_ids(base), context)
        return part if self.pack is None else self.pack.series(part, one, context)

    def _adorning(self, one: Series, context: Context) -> Adorn:
        """What the pack adds to an instance of a series."""
        pack = self.pack
        return as_it_is if pack is None else lambda part, row: pack.instance(part, row, one, context)

    def _devices(self, equipment: Mapping[str, _Equipment], context: Context) -> list[Entry]:
        each = {one.resource_id: one for one in equipment.values()}
        resources = [
            devices.device(one.view, one.resource_id, one.modality(), context) for one in each.values()
        ]
        return [Entry(self.pack.device(one, context) if self.pack else one) for one in resources]

    def _observations(
        self, study: Study, id_view: DicomJsonProxy, study_id: str, subject: Json, context: Context
    ) -> list[Entry]:
        if not self._config.add_vital_signs:
            return []
        found = observations(study.view, id_view, study_id, subject, began(study, context), context)
        return [Entry(self.pack.observation(one, context) if self.pack else one) for one in found]


def _equipment(study: Study, context: Context) -> dict[str, _Equipment]:
    """Who made what, by the UID of the series."""
    by_id: dict[str, _Equipment] = {}
    found: dict[str, _Equipment] = {}
    for one in study.series:
        if not devices.is_known(one.view):
            continue
        id_view = DicomJsonProxy({**study.first, **study.view.elements, **one.view.elements})
        resource_id = context.ids("Device", id_view, "")
        made_by = by_id.setdefault(resource_id, _Equipment(resource_id, one.view))
        made_by.modalities.append(series_builder.modality_of(one.view))
        found[one.uid] = made_by
    return found


def _dicomweb_bases(study: Study, configured: str | None) -> dict[str | None, str]:
    """The DICOMweb services to fetch from: one under None when it serves the whole study, else by the UID of the series."""
    if configured:
        return {None: configured}
    found = {one.uid: retrieve_base(one.view) for one in study.series}
    bases: dict[str | None, str] = {uid: base for uid, base in found.items() if base}
    if len(set(bases.values())) == 1 and len(bases) == len(study.series):
        return {None: next(iter(bases.values()))}
    return bases


def _endpoint_ids(base: str | None) -> list[str]:
    return [endpoint(base)["id"]] if base else []


def _search(identifier: Json) -> str:
    """The search that finds a resource by its identifier (``If-None-Exist``)."""
    return (
        f"identifier={quote(identifier.get('system', ''), safe='')}%7C{quote(identifier['value'], safe='')}"
    )
