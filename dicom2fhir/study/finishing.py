"""What has come so far of a study, as the study that the builders speak of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import DEVICE, PATIENT, STUDY, key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, element_values, first_text
from dicom2fhir.findings import Findings
from dicom2fhir.study.conflicts import note_conflicts
from dicom2fhir.study.duplicates import in_earlier_series
from dicom2fhir.study.facts import Facts
from dicom2fhir.study.model import Series, Study, place_of
from dicom2fhir.study.patients import patient_of

if TYPE_CHECKING:
    from dicom2fhir.study.open_study import OpenSeries, OpenStudy
    from dicom2fhir.study.patients import Identity
    from dicom2fhir.study.rules import Rules

__all__ = ["finished"]

_STUDY_KEYS: Final = tuple(STUDY.values())
_SPOKEN_FOR: Final = frozenset((*_STUDY_KEYS, *PATIENT.values(), *DEVICE.values()))
_SERIES_NUMBER: Final = key_of("SeriesNumber")


def finished(study_uid: str, study: OpenStudy, rules: Rules) -> Study:
    """A study as it stands; more of it may come."""
    findings = Findings()
    findings.update(study.findings)
    if not values.is_legal_uid(study_uid):
        findings.note(problems.ILLEGAL_UID, keyword="StudyInstanceUID")
    made = [_series(uid, open_series, findings) for uid, open_series in study.series.items()]
    made.sort(key=lambda series: (place_of(series.number), series.uid))
    in_order = [study.series[series.uid] for series in made]
    counts = _count_once(made, in_order, findings)
    facts = Facts(_STUDY_KEYS)
    for place, series in enumerate(made):
        facts.add(series.view.elements, (place,))
    note_conflicts(findings, facts.conflicts)
    patient = patient_of([series.patients for series in in_order], counts, rules.issuer_systems)
    patient.note(findings)
    view = DicomJsonProxy({**facts.elements(), **patient.elements}, findings)
    return Study(study_uid, view, made, findings, _first(study), patient.named)


def _series(uid: str, series: OpenSeries, findings: Findings) -> Series:
    if not values.is_legal_uid(uid):
        findings.note(problems.ILLEGAL_UID, keyword="SeriesInstanceUID")
    note_conflicts(findings, series.facts.conflicts)
    view = DicomJsonProxy(series.facts.elements(), findings)
    number = values.unsigned(first_text(view.elements.get(_SERIES_NUMBER)))
    rows = sorted(series.rows.values())
    return Series(uid, number, view, len(series.instances.all()), rows, series.acquisition())


def _count_once(made: list[Series], in_order: list[OpenSeries], findings: Findings) -> Counter[Identity]:
    """Take instances out of a series that an earlier one has, too; answers how many instances name each patient."""
    counts: Counter[Identity] = Counter()
    earlier = in_earlier_series(series.instances for series in in_order)
    for series, open_series, repeated in zip(made, in_order, earlier, strict=True):
        if repeated:
            series.count -= len(repeated)
            series.instances = [row for row in series.instances if row.uid not in repeated]
            findings.note(problems.IN_TWO_SERIES, keyword="SOPInstanceUID", count=len(repeated))
            if not series.count:
                findings.note(problems.ALL_IN_TWO_SERIES, keyword="SeriesInstanceUID")
        unlisted = sum(1 for row in series.instances if row.sop_class is None)
        if unlisted:
            findings.note(problems.NO_SOP_CLASS, keyword="SOPClassUID", count=unlisted)
        counts.update(open_series.instances.counts(without=repeated))
    return counts


def _first(study: OpenStudy) -> dict[str, Any]:
    """What the first instance says, but for what the study speaks of itself; of that only what is there and empty."""
    elements = study.first[1] if study.first else {}
    return {
        key: element
        for key, element in elements.items()
        if key not in _SPOKEN_FOR or not element_values(element)
    }
