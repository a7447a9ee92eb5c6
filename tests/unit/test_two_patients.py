"""A study whose instances name two patients: given to the most frequent, or to nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dicom2fhir import Dicom2FHIRBundle, convert_study
from dicom2fhir import dicom2fhir as front_door
from dicom2fhir.cli import main
from dicom2fhir.errors import EmptyStudyError, TwoPatientsError
from dicom2fhir.findings import Findings
from tests.factories import a_study, an_instance, of_kind

if TYPE_CHECKING:
    from pathlib import Path

TWO = [an_instance("1.2.3", number=number, PatientID=f"P{number}") for number in (1, 2)]
FINE = a_study("1.2.4", PatientID="P3")
SPELT = [
    an_instance("1.2.5", number=number, PatientID="P5", PatientName=f"Doe^{number}") for number in (1, 2)
]
SKIP = {"on_conflict": "skip"}


def test_by_default_the_study_is_the_most_frequent_patient_s_and_reported() -> None:
    assert convert_study([*TWO, an_instance("1.2.3", number=3, PatientID="P2")]).findings.by_code() == {
        "two-patients": 1
    }


def test_two_spellings_of_one_patient_are_not_two_patients() -> None:
    assert convert_study(SPELT, SKIP).findings.by_code() == {"instances-disagree": 1}


def test_two_spellings_of_an_issuer_that_are_one_system_are_one_patient() -> None:
    issuers = ("HOSP_A", "Hospital A")
    study = [
        an_instance("1.2.3", number=number, PatientID="P1", IssuerOfPatientID=issuer)
        for number, issuer in enumerate(issuers, start=1)
    ]
    systems = {"issuer_systems": dict.fromkeys(issuers, "urn:oid:1.2.3")}
    assert "two-patients" in convert_study(study).findings.by_code()
    assert "two-patients" not in convert_study(study, {**SKIP, **systems}).findings.by_code()


def test_a_single_study_that_may_not_be_converted_is_an_error_that_names_its_resource() -> None:
    resource_id = convert_study(TWO).id
    with pytest.raises(TwoPatientsError, match=resource_id) as caught:
        convert_study(TWO, SKIP)
    assert caught.value.study_id == resource_id


async def test_among_others_it_is_left_out_and_reported_on_every_way() -> None:
    reports = [Findings() for _ in range(3)]
    bundle = Dicom2FHIRBundle(SKIP, report=reports[0])
    for instance in (*TWO, *FINE):
        bundle.add(instance)
    whole = bundle.to_dict()
    assert [study["identifier"][0]["value"] for study in of_kind(whole, "ImagingStudy")] == ["urn:oid:1.2.4"]
    for report, grouped in zip(reports[1:], (False, True), strict=True):
        stream = front_door.json_bundles_from_generator([*TWO, *FINE], SKIP, report=report, grouped=grouped)
        assert [json.loads(each) async for each in stream] == [whole]
    assert [list(report) for report in reports] == [list(reports[0])] * 3
    assert reports[0].by_code() == {"study-of-two-patients": 1}
    assert [finding.study for finding in reports[0]] == [convert_study(TWO).id]


async def test_where_nothing_else_is_left_that_is_an_error() -> None:
    with pytest.raises(EmptyStudyError, match="on_conflict is skip"):
        await front_door.from_generator(TWO, SKIP)
    with pytest.raises(EmptyStudyError, match="on_conflict is skip"):
        async for _ in front_door.bundles_from_generator(TWO, SKIP):
            pass


@pytest.mark.parametrize("form", ["bundle", "ndjson", "per-study"])
def test_the_command_goes_on_says_so_and_ends_with_3(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, config = tmp_path / "rows.ndjson", tmp_path / "config.json"
    rows.write_text("".join(f"{json.dumps(instance)}\n" for instance in (*TWO, *FINE)))
    config.write_text(json.dumps(SKIP))
    output = tmp_path / "output"
    arguments = ["convert", str(rows), "--config", str(config), "--format", form, "-o", str(output)]
    assert main(arguments) == 3
    messages = capsys.readouterr().err
    assert "converted 1 study" in messages
    assert "1 skipped-study" in messages
