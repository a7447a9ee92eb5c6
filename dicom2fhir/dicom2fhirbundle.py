"""Dicom2FHIRBundle: instances go in one by one, a transaction Bundle comes out."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems
from dicom2fhir.builders.instances import listed, written
from dicom2fhir.config import ConvertConfig
from dicom2fhir.conversion import Converter, Entry
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import EmptyStudyError, FindingsError, InputTypeError
from dicom2fhir.findings import Findings
from dicom2fhir.ids import bundle_id, full_url
from dicom2fhir.models import Models
from dicom2fhir.serialized import as_bytes, as_plain
from dicom2fhir.study.assembler import StudyAssembler

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.builders.instances import Instances

__all__ = ["Dicom2FHIRBundle"]

_log = logging.getLogger("dicom2fhir")
_KINDS: Final = ("ImagingStudy", "Patient", "Device", "Observation", "Practitioner", "Endpoint")


class Dicom2FHIRBundle:
    """Collects the instances of one or many studies; their order does not matter.

    >>> bundle = Dicom2FHIRBundle({"dicom_timezone": "Europe/Berlin"})
    >>> bundle.add(DicomJsonProxy({"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^John"}]}}))
    >>> [entry["resource"]["resourceType"] for entry in bundle.to_dict()["entry"]]
    ['ImagingStudy', 'Patient']
    """

    def __init__(
        self,
        config: Mapping[str, Any] | ConvertConfig | None = None,
        *,
        report: Findings | None = None,
        strict: bool = False,
        unidentified: bool = True,
    ) -> None:
        self.config = ConvertConfig.of(config)
        self.findings = Findings()
        self._report = report
        self._reported = Findings()
        self._strict = strict
        self._converter = Converter(self.config)
        self._models = Models()
        self._assembler = StudyAssembler(
            self.config,
            findings=self.findings,
            technique=self._converter.pack is not None,
            unidentified=unidentified,
        )

    def add(self, ds: DicomJsonProxy | Mapping[str, Any]) -> None:
        """Take one instance: a proxy, or the DICOM JSON itself.

        >>> Dicom2FHIRBundle().add("not a data set")
        Traceback (most recent call last):
        dicom2fhir.errors.InputTypeError: Expected a DicomJsonProxy object, got str
        """
        if not isinstance(ds, (dict, DicomJsonProxy)) and not hasattr(ds, "keys"):
            raise InputTypeError(f"Expected a DicomJsonProxy object, got {type(ds).__name__}")
        self._assembler.add(ds)

    def absorb(self, part: StudyAssembler) -> None:
        """Take what was assembled elsewhere, with the same options.

        >>> bundle = Dicom2FHIRBundle()
        >>> bundle.absorb(StudyAssembler(bundle.config))
        >>> bundle.studies
        []
        """
        self._assembler.absorb(part)

    def model_ahead(self, part: StudyAssembler) -> None:
        """Make the models of a part's instances already, while the next part is being read elsewhere.

        A pack has something to say of an instance first, so with one this does nothing.

        >>> bundle = Dicom2FHIRBundle()
        >>> bundle.model_ahead(StudyAssembler(bundle.config))
        """
        if self._converter.pack is None:
            self._models.make_ahead(part.rows())

    @property
    def studies(self) -> list[str]:
        """The UIDs of the studies that have come so far.

        >>> Dicom2FHIRBundle().studies
        []
        """
        return self._assembler.open_studies

    def __contains__(self, study_uid: object) -> bool:
        return study_uid in self._assembler

    def create_bundle(self) -> Bundle:
        """The Bundle as a model of fhir.resources, validated.

        >>> Dicom2FHIRBundle().create_bundle()
        Traceback (most recent call last):
        dicom2fhir.errors.EmptyStudyError: No ImagingStudy data has been added
        """
        return self._models.bundle(self._built)

    def to_dict(self) -> dict[str, Any]:
        """The Bundle as plain FHIR JSON.

        >>> bundle = Dicom2FHIRBundle()
        >>> bundle.add({"00100020": {"vr": "LO", "Value": ["P1"]}})
        >>> bundle.to_dict()["type"]
        'transaction'
        """
        plain: dict[str, Any] = as_plain(self._built())
        return plain

    def to_json(self) -> bytes:
        """The Bundle as bytes, the fast way out: no model is made.

        >>> bundle = Dicom2FHIRBundle()
        >>> bundle.add({"00100020": {"vr": "LO", "Value": ["P1"]}})
        >>> bundle.to_json()[:24]
        b'{"resourceType":"Bundle"'
        """
        return as_bytes(self._built(written))

    def finished(self) -> list[str | None]:
        """What can be taken: the UIDs of the studies, or None for the one study of data sets that name none.

        >>> Dicom2FHIRBundle().finished()
        Traceback (most recent call last):
        dicom2fhir.errors.EmptyStudyError: No ImagingStudy data has been added
        """
        return (
            [study.uid for study in self._assembler.finish_all()]
            if not self.studies
            else [*sorted(self.studies)]
        )

    def take(self, study_uid: str | None) -> Bundle:
        """The Bundle of one study, which is forgotten here: for streams that know when a study is complete."""
        return self._models.bundle(partial(self._taken, study_uid))

    def take_json(self, study_uid: str | None) -> bytes:
        """The same as bytes."""
        return as_bytes(self._taken(study_uid, written))

    def close(self) -> None:
        """After the last study was taken: tell what was found since, and in strict mode raise when anything was found.

        >>> Dicom2FHIRBundle(strict=True).close()
        """
        self.tell()
        if self._strict and self.findings:
            raise FindingsError(list(self.findings))

    def tell(self) -> None:
        """Tell what was found and not told yet.

        >>> Dicom2FHIRBundle().tell()
        """
        self._tell(self.findings)

    def _taken(self, study_uid: str | None, instances: Instances = listed) -> dict[str, Any]:
        if study_uid is None:
            study = self._assembler.finish_all()[0]
        else:
            study = self._assembler.finish(study_uid)
            self._assembler.forget(study_uid)
        found = Findings()
        entries = self._converter.entries(study, found, instances)
        made = _bundle([study_uid or entries[0].resource["id"]], entries, self.config, found)
        self.findings.update(found)
        self._pass_on(found)
        if not self.studies:
            self._models.forget()
        return made

    def _built(self, instances: Instances = listed) -> dict[str, Any]:
        try:
            studies = self._assembler.finish_all()
        except EmptyStudyError:
            self._tell(self.findings)  # why there is nothing
            raise
        found = Findings()
        found.update(self.findings)
        entries = [entry for study in studies for entry in self._converter.entries(study, found, instances)]
        named = [study.uid or entries[0].resource["id"] for study in studies]
        made = _bundle(named, entries, self.config, found)
        self._tell(found)
        if self._strict and found:
            raise FindingsError(list(found))
        return made

    def _tell(self, found: Findings) -> None:
        """Pass on what of all that was found was not told yet."""
        news = found.beyond(self._reported)
        if news:
            self._pass_on(news)

    def _pass_on(self, news: Findings) -> None:
        """Put findings into the caller's report, and by kind into the log."""
        if not news:
            return
        self._reported.update(news)
        if self._report is not None:
            self._report.update(news)
        summary = ", ".join(f"{kind}: {count}" for kind, count in news.by_kind().items())
        _log.warning("findings of a conversion: %s", summary, extra={"findings": news.by_kind()})


def _bundle(
    study_uids: Iterable[str], entries: Iterable[Entry], config: ConvertConfig, found: Findings
) -> dict[str, Any]:
    ordered = sorted(_without_repeats(entries, found), key=lambda entry: _KINDS.index(entry.kind))
    return {
        "resourceType": "Bundle",
        "id": bundle_id(*study_uids),
        "type": "transaction",
        "entry": [_written(entry, config.fhir_base_url) for entry in ordered],
    }


def _without_repeats(entries: Iterable[Entry], found: Findings) -> list[Entry]:
    """A transaction may name a resource once: what two studies say of one patient or device is put together."""
    kept: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.resource["id"])
        first = kept.get(key)
        if first is None:
            kept[key] = entry
            continue
        if any(
            first.resource[name] != value for name, value in entry.resource.items() if name in first.resource
        ):
            found.note(problems.STUDIES_DISAGREE, keyword=entry.kind)
        more = {
            name: value
            for name, value in entry.resource.items()
            if name.removeprefix("_") not in first.resource  # what is said of a date belongs to that date
        }
        kept[key] = Entry({**more, **first.resource}, first.if_none_exist)
    return list(kept.values())


def _written(entry: Entry, base_url: str | None) -> dict[str, Any]:
    resource, kind = entry.resource, entry.kind
    if entry.if_none_exist is None:
        url = full_url(kind, resource["id"], base_url)
        request = {"method": "PUT", "url": f"{kind}/{resource['id']}"}
        return {"fullUrl": url, "resource": resource, "request": request}
    created = {name: value for name, value in resource.items() if name != "id"}
    request = {"method": "POST", "url": kind, "ifNoneExist": entry.if_none_exist}
    return {"fullUrl": full_url(kind, resource["id"]), "resource": created, "request": request}
