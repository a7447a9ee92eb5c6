"""What a configuration means, and one study by it: here the facts, the builders and the profile pack meet."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems
from dicom2fhir.attributes import wanted
from dicom2fhir.body_sites import body_sites
from dicom2fhir.builders import series as series_builder
from dicom2fhir.builders.context import Context, schemes_of
from dicom2fhir.builders.device import Equipment, device, equipment
from dicom2fhir.builders.endpoint import dicomweb_bases, endpoint, endpoint_ids
from dicom2fhir.builders.entry import Entry
from dicom2fhir.builders.imaging_study import began, imaging_study
from dicom2fhir.builders.instances import Instances
from dicom2fhir.builders.meta import with_meta
from dicom2fhir.builders.observation import observations
from dicom2fhir.builders.patient import subject
from dicom2fhir.config import OPTIONS, ConvertConfig
from dicom2fhir.converted import Converted
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, tag_key
from dicom2fhir.errors import ConfigError, PackError, StudyError, TwoPatientsError
from dicom2fhir.findings import Findings
from dicom2fhir.ids import id_maker
from dicom2fhir.profiles.registry import pack_named
from dicom2fhir.study.assembler import StudyAssembler
from dicom2fhir.study.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.profiles import Pack
    from dicom2fhir.study.model import Instance, Series, Study

__all__ = ["ALL_LEFT_OUT", "STATUSES", "Conversion", "convert_study"]

ALL_LEFT_OUT: Final = "every study names several patients, and on_conflict is skip"
STATUSES: Final = ("registered", "available", "cancelled", "entered-in-error", "unknown")
"""What the status of an ImagingStudy may be."""


def convert_study(
    data_sets: Iterable[Mapping[str, Any] | DicomJsonProxy],
    config: Mapping[str, Any] | ConvertConfig | None = None,
    *,
    status: str | None = None,
) -> Converted:
    """Convert the data sets of one study, at once and without an event loop: for ETL jobs, Spark and their like.

    Raises ``EmptyStudyError`` when there is no data set that could be used, and ``StudyError`` when they are of several studies.

    >>> converted = convert_study([{"00100020": {"vr": "LO", "Value": ["P1"]}}])
    >>> converted.to_dict()["entry"][1]["resource"]["identifier"][0]["value"]
    'P1'
    """
    conversion = Conversion(config)
    assembler = conversion.collect()
    for data_set in data_sets:
        assembler.add(data_set)
    studies = list(assembler.drain())
    if len(studies) > 1:
        raise StudyError(f"the data sets are of {len(studies)} studies; convert one at a time")
    converted = conversion.convert(studies[0], status=status)
    converted.findings.update(assembler.findings)
    return converted


class Conversion:
    """What a configuration means: which tags it needs, how instances are collected by it, and what becomes of a study.

    Making one reads the table of ``body_sites`` and loads the profile pack, so that whatever is wrong with them is told
    at once; after that nothing is read any more.

    >>> conversion = Conversion({"profile": "mii"})
    >>> "00180060" in conversion.wanted, conversion.pack.name  # KVP is read for the pack
    (True, 'mii')
    """

    def __init__(self, config: Mapping[str, Any] | ConvertConfig | None = None) -> None:
        self.config = ConvertConfig.of(config)
        self.pack = pack_named(self.config.profile)
        self._ids = id_maker(self.config.id_function)
        self._body_site = body_sites(self.config)
        self.rules = _rules(self.config, self.pack)
        self.wanted = wanted(_extra_keys(self.config, self.pack))
        """The tags, as DICOM JSON keys, that a reader must keep."""

    @property
    def fingerprint(self) -> str:
        """A short text that changes with the options, the wanted tags and the version that make the output.

        An option that names a file of body sites counts with what was in the file when this conversion was made.
        """
        options = {option.name: getattr(self.config, option.field) for option in OPTIONS}
        parts = [_version(), sorted(self.wanted), options, self._body_site.digest]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_plain).encode()).hexdigest()[:16]

    def collect(self, *, findings: Findings | None = None, unidentified: bool = True) -> StudyAssembler:
        """Somebody who collects data sets and answers with their studies.

        What is found of no study in particular goes into the findings.  Data sets that name no study are one study of their
        own as long as none names one, and are left out when they may not be ``unidentified``.
        """
        return StudyAssembler(self.rules, findings=findings, unidentified=unidentified)

    def convert(self, study: Study, *, status: str | None = None) -> Converted:
        """Convert one study, under a status of its own if one is given (``entered-in-error``, for one)."""
        if status is not None and status not in STATUSES:
            raise ConfigError(f"status: {status!r} is unknown; known: {', '.join(STATUSES)}")
        id_view = DicomJsonProxy({**study.first, **study.view.elements})
        study_id = self._ids("ImagingStudy", id_view, "")
        if self.config.on_conflict == "skip" and study.patients > 1:
            raise TwoPatientsError(study_id)
        entries = self._entries(study, study_id, id_view, status)
        findings = Findings()
        findings.update(study.findings, study=study_id)  # at last: every builder may have found something
        instances = sum(series.count for series in study.series)
        return Converted(
            study.uid,
            study_id,
            len(study.series),
            instances,
            findings,
            tuple(entries),
            self.config.fhir_base_url,
        )

    def convert_or_note(self, study: Study, findings: Findings) -> Converted | None:
        """Convert one study among many; None for one that the options leave out, which is noted."""
        try:
            return self.convert(study)
        except TwoPatientsError as refused:
            findings.note(problems.STUDY_OF_TWO_PATIENTS, study=refused.study_id)
            return None

    def _entries(
        self, study: Study, study_id: str, id_view: DicomJsonProxy, status: str | None
    ) -> list[Entry]:
        views = [study.view, *(series.view for series in study.series)]
        context = Context(self.config, self._ids, self._body_site, schemes_of(*views), status)
        patient = subject(study.view, id_view, context)
        makers = equipment(study, context)
        bases = dicomweb_bases(study, self.config.wado_rs_url)
        shared = bases.get(None)
        parts = [
            self._series(series, makers.get(series.uid), None if shared else bases.get(series.uid), context)
            for series in study.series
        ]
        whole = imaging_study(study, study_id, patient.reference, parts, endpoint_ids(shared), context)
        entries = [
            Entry(whole),
            *([Entry(patient.resource, patient.if_none_exist)] if patient.resource else []),
            *self._devices(makers, context),
            *self._observations(study, id_view, study_id, patient.reference, context),
            *(Entry(practitioner) for practitioner in context.practitioners.values()),
            *(Entry(endpoint(base)) for base in dict.fromkeys(bases.values())),
        ]
        if self.pack is not None:
            entries = _checked(self.pack.entries(entries, study, context))
        return [Entry(with_meta(entry.resource, self.config), entry.if_none_exist) for entry in entries]

    def _series(self, series: Series, made_by: Equipment | None, base: str | None, context: Context) -> Json:
        device_id = made_by.resource_id if made_by else None
        instances = self._instances(series, context)
        part = series_builder.series_part(series, device_id, endpoint_ids(base), instances, context)
        if self.pack is None:
            return part
        part = self.pack.series(part, series, context)
        if not isinstance(part, dict) or part.get("uid") != series.uid:
            raise PackError("a pack must answer for a series with a series of the same uid")
        return part

    def _instances(self, series: Series, context: Context) -> Instances:
        pack = self.pack
        if pack is None:
            return Instances(series.instances)

        def adorn(part: Json, instance: Instance) -> Json:
            return pack.instance(part, instance, series, context)

        return Instances(series.instances, adorn)

    @staticmethod
    def _devices(equipment: Mapping[str, Equipment], context: Context) -> list[Entry]:
        each = {made_by.resource_id: made_by for made_by in equipment.values()}
        return [
            Entry(device(made_by.view, made_by.resource_id, made_by.modality(), context))
            for made_by in each.values()
        ]

    def _observations(
        self, study: Study, id_view: DicomJsonProxy, study_id: str, subject: Json, context: Context
    ) -> list[Entry]:
        if not self.config.add_vital_signs:
            return []
        moment = began(study, context)
        return [
            Entry(resource)
            for resource in observations(study.view, id_view, study_id, subject, moment, context)
        ]


def _checked(entries: list[Entry]) -> list[Entry]:
    """What a pack answered, if a Bundle can be made of it."""
    for entry in entries:
        resource = entry.resource if isinstance(entry, Entry) else None
        if not isinstance(resource, dict) or not (resource.get("resourceType") and resource.get("id")):
            raise PackError("a pack must answer with entries whose resources have a resourceType and an id")
    if sum(entry.kind == "ImagingStudy" for entry in entries) != 1:
        raise PackError("a pack must leave a study its one ImagingStudy")
    return entries


def _rules(config: ConvertConfig, pack: Pack | None) -> Rules:
    return Rules(
        list_instances=config.add_instances,
        keep_first=config.id_function is not None,
        include_modalities=config.include_modalities,
        exclude_modalities=config.exclude_modalities,
        include_sop_classes=config.include_sop_classes,
        exclude_sop_classes=config.exclude_sop_classes,
        issuer_systems=dict(config.issuer_systems),
        series_keys=_keys("a pack's series_attributes", pack.series_attributes) if pack else (),
        instance_keys=_keys("a pack's instance_attributes", pack.instance_attributes) if pack else (),
    )


def _extra_keys(config: ConvertConfig, pack: Pack | None) -> tuple[str, ...]:
    """What is read besides the base output: for an id function, for whoever asks for ``extra_attributes``, for a pack."""
    names = (*config.extra_attributes, *getattr(config.id_function, "extra_attributes", ()))
    of_pack = (*pack.series_attributes, *pack.instance_attributes, *pack.nested_attributes) if pack else ()
    return (*_keys("extra_attributes", names), *_keys("a pack's attributes", of_pack))


def _keys(whose: str, names: Iterable[str]) -> tuple[str, ...]:
    keys = {name: tag_key(name) for name in names}
    unknown = sorted(name for name, key in keys.items() if key is None)
    if unknown:
        raise ConfigError(f"{whose}: {unknown[0]!r} is neither a DICOM keyword nor a tag")
    return tuple(key for key in keys.values() if key)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("dicom2fhir")
    except PackageNotFoundError:
        return "unknown"


def _plain(value: Any) -> Any:
    """An option's value as JSON: a function by its name, which stays from run to run."""
    if isinstance(value, frozenset):
        return sorted(value)
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}"
    return dict(value) if hasattr(value, "keys") else str(value)
