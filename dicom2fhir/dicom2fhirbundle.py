"""Dicom2FHIRBundle: instances go in one by one, one transaction Bundle of all their studies comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom2fhir.conversion import ALL_LEFT_OUT, Conversion
from dicom2fhir.converted import bundle_of
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings
from dicom2fhir.reporting import Reporter
from dicom2fhir.serialized import as_bytes, as_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.converted import Converted
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Dicom2FHIRBundle"]


class Dicom2FHIRBundle:
    """Collects the instances of one or many studies; their order does not matter.

    >>> from dicom2fhir import DicomJsonProxy
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
        self.conversion = Conversion(config)
        self.assembler = self.conversion.collect(unidentified=unidentified)
        self._reporter = Reporter(report, strict=strict)

    @property
    def config(self) -> ConvertConfig:
        """The options."""
        return self.conversion.config

    @property
    def studies(self) -> list[str]:
        """The UIDs of the studies that have come so far."""
        return self.assembler.open_studies

    def add(self, ds: DicomJsonProxy | Mapping[str, Any]) -> None:
        """Take one instance: a proxy, or the DICOM JSON itself."""
        self.assembler.add(ds)

    def create_bundle(self) -> Bundle:
        """The Bundle as a model of fhir.resources, validated; EmptyStudyError when nothing was added."""
        from dicom2fhir.models import bundle_model

        return bundle_model(self._bundle())

    def to_dict(self) -> dict[str, Any]:
        """The Bundle as plain FHIR JSON."""
        plain: dict[str, Any] = as_plain(self._bundle())
        return plain

    def to_json(self) -> bytes:
        """The Bundle as bytes, the fast way out: no model is made."""
        return as_bytes(self._bundle())

    def _bundle(self) -> Json:
        findings = Findings()
        findings.update(self.assembler.findings)
        try:
            studies = self._converted(findings)
        except EmptyStudyError:
            self._reporter.hear(findings)  # why there is nothing
            raise
        bundle = bundle_of(studies, findings)
        for study in studies:
            findings.update(study.findings)
        self._reporter.hear(findings)
        self._reporter.end()
        return bundle

    def _converted(self, findings: Findings) -> list[Converted]:
        each = [self.conversion.convert_or_note(study, findings) for study in self.assembler.finish_all()]
        converted = [study for study in each if study is not None]
        if not converted:
            raise EmptyStudyError(ALL_LEFT_OUT)
        return converted
