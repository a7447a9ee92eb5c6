"""The study of data sets that name none: one study of their own, as long as none names one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems
from dicom2fhir.attributes import STUDY
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.findings import Findings
from dicom2fhir.study.conflicts import canonical
from dicom2fhir.study.duplicates import SeenInstances, digest
from dicom2fhir.study.facts import Facts
from dicom2fhir.study.model import Study
from dicom2fhir.study.patients import SeriesPatients, patient_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NamelessStudy"]

_KEYS: Final = tuple(STUDY.values())


class NamelessStudy:
    """What data sets say that name no study; nobody knows whether they belong together."""

    __slots__ = ("_facts", "_instances", "_patients", "count")

    def __init__(self) -> None:
        self._facts = Facts(_KEYS)
        self._patients = SeriesPatients()
        self._instances = SeenInstances()
        self.count = 0
        """How many data sets there were."""

    def add(self, raw: Mapping[str, Any]) -> None:
        """Take one data set; without a number and a UID none of them is the first."""
        self.count += 1
        self._facts.add(raw, ())
        identity = self._patients.see(raw, ())
        self._instances.add(digest(canonical({"Value": [raw]})), identity)

    def finished(self) -> Study:
        """The study as it stands."""
        findings = Findings()
        findings.note(problems.NO_STUDY_UID, keyword="StudyInstanceUID")
        patient = patient_of([self._patients], self._instances.counts())
        patient.note(findings)
        view = DicomJsonProxy({**self._facts.elements(), **patient.elements}, findings)
        return Study(None, view, [], findings, patients=patient.named)
