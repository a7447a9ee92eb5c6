"""One study to its resources: here the facts, the builders and the profile pack meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dicom2fhir.body_sites import body_sites
from dicom2fhir.builders import series as series_builder
from dicom2fhir.builders.context import Context, schemes_of
from dicom2fhir.builders.device import Equipment, device, equipment
from dicom2fhir.builders.endpoint import dicomweb_bases, endpoint, endpoint_ids
from dicom2fhir.builders.imaging_study import began, imaging_study
from dicom2fhir.builders.instances import as_it_is, listed
from dicom2fhir.builders.meta import with_meta
from dicom2fhir.builders.observation import observations
from dicom2fhir.builders.patient import subject
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.ids import id_maker
from dicom2fhir.profiles import pack_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.builders.datatypes import Json
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
        who = subject(study.view, id_view, context)
        makers = equipment(study, context)
        bases = dicomweb_bases(study, self._config.wado_rs_url)
        shared = bases.get(None)
        parts = [
            self._series(one, makers.get(one.uid), None if shared else bases.get(one.uid), context)
            for one in study.series
        ]
        whole = imaging_study(study, study_id, who.reference, parts, endpoint_ids(shared), context)
        vital_signs = self._observations(study, id_view, study_id, who.reference, context)
        made = [
            Entry(self.pack.imaging_study(whole, study, context) if self.pack else whole),
            *([Entry(who.resource, who.if_none_exist)] if who.resource else []),
            *self._devices(makers, context),
            *vital_signs,
            *(Entry(one) for one in context.practitioners.values()),
            *(Entry(endpoint(base)) for base in dict.fromkeys(bases.values())),
        ]
        report.update(study.findings, study=study_id)  # at last: every builder may have found something
        return [Entry(with_meta(entry.resource, self._config), entry.if_none_exist) for entry in made]

    def _series(self, one: Series, made_by: Equipment | None, base: str | None, context: Context) -> Json:
        device_id = made_by.resource_id if made_by else None
        part = series_builder.series(one, device_id, endpoint_ids(base), context)
        return part if self.pack is None else self.pack.series(part, one, context)

    def _adorning(self, one: Series, context: Context) -> Adorn:
        """What the pack adds to an instance of a series."""
        pack = self.pack
        return as_it_is if pack is None else lambda part, row: pack.instance(part, row, one, context)

    def _devices(self, makers: Mapping[str, Equipment], context: Context) -> list[Entry]:
        each = {one.resource_id: one for one in makers.values()}
        resources = [device(one.view, one.resource_id, one.modality(), context) for one in each.values()]
        return [Entry(self.pack.device(one, context) if self.pack else one) for one in resources]

    def _observations(
        self, study: Study, id_view: DicomJsonProxy, study_id: str, subject: Json, context: Context
    ) -> list[Entry]:
        if not self._config.add_vital_signs:
            return []
        found = observations(study.view, id_view, study_id, subject, began(study, context), context)
        return [Entry(self.pack.observation(one, context) if self.pack else one) for one in found]
