"""The bundle: several studies in one, one by one, and what is told of them."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import EmptyStudyError, FindingsError, StudyError
from dicom2fhir.findings import Finding, Findings, Kind
from dicom2fhir.models import bundle_model
from dicom2fhir.problems import NOT_A_DATE
from tests.factories import (
    Json,
    a_study,
    an_instance,
    at,
    config_of,
    converted,
    findings_of,
    kinds_and_keywords,
    of_kind,
    the,
)

BAD = an_instance(StudyDate="junk")


def filled(*instances: Json, options: Json | None = None, **how: Any) -> Dicom2FHIRBundle:
    bundle = Dicom2FHIRBundle(config_of(**(options or {})), **how)
    for instance in instances:
        bundle.add(instance)
    return bundle


def test_what_two_studies_say_of_one_patient_is_put_together_and_a_difference_is_reported() -> None:
    first = an_instance("1.2.3", PatientID="P1", PatientName="Doe", PatientSex="F")
    other = an_instance("1.2.4", PatientID="P1", PatientName="Roe", PatientBirthDate="1976")
    patient = the(converted(other, first), "Patient")
    assert (at(patient, "name[0].family"), patient["gender"], patient["birthDate"]) == (
        "Doe",
        "female",
        "1976",
    )
    assert [(finding.code, finding.keyword) for finding in findings_of(first, other)] == [
        ("studies-disagree", "Patient")
    ]
    assert findings_of(first, an_instance("1.2.4", PatientID="P1", PatientName="Doe")) == []


def test_the_time_of_a_birth_stays_with_its_date() -> None:
    first = an_instance("1.2.3", PatientID="P1", PatientBirthDate="19760131")
    other = an_instance("1.2.4", PatientID="P1", PatientBirthDate="19760201", PatientBirthTime="0405")
    patient = the(converted(first, other, dicom_timezone="UTC"), "Patient")
    assert patient["birthDate"] == "1976-01-31"
    assert "_birthDate" not in patient


def test_entries_of_several_studies_come_by_kind_and_no_resource_comes_twice() -> None:
    keywords: Json = {
        "PatientID": "P1",
        "StationName": "CT1",
        "PatientWeight": "70",
        "StudyDate": "20240115",
        "OperatorsName": "Doe",
    }
    instances = [*a_study("1.2.4", **keywords), *a_study("1.2.3", **keywords)]
    options = {"practitioners": True, "wado_rs_url": "https://pacs.example.org/rs"}
    entries = converted(*instances, **options)["entry"]
    kinds = [entry["resource"]["resourceType"] for entry in entries]
    assert kinds == ["ImagingStudy"] * 2 + ["Patient", "Device"] + ["Observation"] * 2 + [
        "Practitioner",
        "Practitioner",
        "Endpoint",
    ]
    assert [entry["resource"]["identifier"][0]["value"] for entry in entries[:2]] == [
        "urn:oid:1.2.3",
        "urn:oid:1.2.4",
    ]
    assert len({entry["request"]["url"] for entry in entries}) == len(entries)


def test_the_report_is_told_once_however_often_the_bundle_is_asked_for() -> None:
    report = Findings()
    bundle = filled(BAD, report=report)
    assert bundle.to_json() == bundle.to_json()
    bundle.create_bundle()
    assert [finding.count for finding in report] == [1]
    bundle.add(an_instance("1.2.4", StudyDate="junk"))
    bundle.to_dict()
    assert [finding.count for finding in report] == [1, 1]


def test_the_report_says_why_there_is_nothing() -> None:
    report = Findings()
    with pytest.raises(EmptyStudyError):
        filled(an_instance(SOPInstanceUID=None), report=report).to_json()
    assert kinds_and_keywords(list(report)) == {(Kind.SKIPPED_INSTANCE, "SOPInstanceUID")}


def test_strict_mode_raises_with_all_findings_and_only_when_there_are_any() -> None:
    with pytest.raises(
        FindingsError, match=r"^1 findings: bad-value: StudyDate \(0008,0020\): not a date$"
    ) as caught:
        filled(BAD, strict=True).to_json()
    assert caught.value.findings == tuple(findings_of(BAD))
    assert filled(an_instance(), strict=True).to_dict() == converted(an_instance())


def test_an_error_of_many_findings_shows_five() -> None:
    error = FindingsError([Finding(NOT_A_DATE, keyword) for keyword in "abcdefg"])
    assert str(error).startswith("7 findings: bad-value: a: not a date; ")
    assert str(error).endswith("; and 2 more")


def test_the_log_counts_findings_by_kind(caplog: pytest.LogCaptureFixture) -> None:
    study_id = the(converted(an_instance()), "ImagingStudy")["id"]
    with caplog.at_level(logging.WARNING, "dicom2fhir"):
        bundle = filled(BAD)
        bundle.to_json()
        bundle.to_json()
    assert [record.getMessage() for record in caplog.records] == [
        f"findings of ImagingStudy {study_id}: bad-value: 1"
    ]
    assert caplog.records[0].__dict__["findings"] == {"bad-value": 1}


def test_what_is_of_no_study_in_particular_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "dicom2fhir"):
        filled(an_instance(), an_instance(SOPInstanceUID=None)).to_json()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "findings of no study in particular: skipped-instance: 1")
    ]


def test_each_study_is_named_in_its_findings_by_the_id_of_its_resource() -> None:
    report = Findings()
    bundle = filled(BAD, an_instance("1.2.4"), report=report).to_dict()
    (finding,) = report
    assert finding.study == of_kind(bundle, "ImagingStudy")[0]["id"]
    assert "1.2.3" not in repr(finding)


def test_what_the_models_refuse_is_an_error_without_the_value() -> None:
    bundle = Dicom2FHIRBundle(
        {"body_sites": lambda _: ("no uri at all", "code", "x"), "id_function": lambda *_: "a"}
    )
    bundle.add(an_instance(PatientID="SECRET", BodyPartExamined="CHEST"))
    plain = bundle.to_dict()
    plain["entry"][0]["resource"]["status"] = "SECRET 1"
    plain["entry"][0]["resource"]["series"] = [{"uid": "SECRET 2"}]
    with pytest.raises(StudyError, match="the models refuse the Bundle, at entry") as caught:
        bundle_model(plain)
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
