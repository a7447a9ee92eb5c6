"""No instance is lost: a study is given out once, with all of its files, or somebody is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir import dicom2fhir as front_door
from dicom2fhir.cli import main
from dicom2fhir.cli.outputs import FolderSink
from dicom2fhir.conversion import Conversion
from dicom2fhir.errors import EmptyStudyError, LateInstanceError, StudyError
from dicom2fhir.findings import Findings
from tests.factories import an_instance as a_data_set
from tests.real import reader_samples as samples

if TYPE_CHECKING:
    from pathlib import Path

    from dicom2fhir.converted import Converted
    from dicom2fhir.study.model import Study

A, B, C = "1.2.3.1", "1.2.3.2", "1.2.3.3"


def write(path: Path, study: str, number: int, **keywords: Any) -> None:
    """A file of an instance of a study."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data_set = samples.an_instance(
        number,
        StudyInstanceUID=study,
        SeriesInstanceUID=f"{study}.1",
        SOPInstanceUID=f"{study}.1.{number}",
        **keywords,
    )
    path.write_bytes(samples.file_of(data_set))


def misplace(path: Path) -> None:
    """Put (0028,0004), which stands behind the UIDs, in front of the data set."""
    data = path.read_bytes()
    start = data.index(b"\x08\x00\x05\x00CS") if b"\x08\x00\x05\x00CS" in data else data.index(b"\x08\x00")
    element = b"\x28\x00\x04\x00CS\x0c\x00MONOCHROME2 "
    path.write_bytes(data[:start] + element + data[start:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of two files, one of 300 and another of one, in folders of their own."""
    scans = tmp_path / "scans"
    for number in range(2):
        write(scans / "a" / f"{number}.dcm", A, number)
    for number in range(300):
        write(scans / "b" / f"{number:03}.dcm", B, number)
    write(scans / "c" / "0.dcm", C, 0)
    return scans


def instances_of(bundle: bytes) -> tuple[str, int]:
    study = json.loads(bundle)["entry"][0]["resource"]
    (uid,) = (part["value"] for part in study["identifier"] if part.get("system") == "urn:dicom:uid")
    return uid.removeprefix("urn:oid:"), study["numberOfInstances"]


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_file_whose_tags_are_out_of_order_is_of_the_same_study_in_both_readings(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dicom2fhir.sources.processes.WORTHWHILE", 0)
    for number in range(3):
        write(tmp_path / f"{number}.dcm", A, number)
    misplace(tmp_path / "1.dcm")
    write(tmp_path / "9.dcm", B, 0)
    bundles = front_door.json_bundles_from_directory(tmp_path, workers=workers)
    assert sorted([instances_of(bundle) async for bundle in bundles]) == [(A, 3), (B, 1)]


async def test_what_comes_when_its_study_was_given_out_is_an_error_that_names_it(folder: Path) -> None:
    given: dict[str, int] = {}
    ids: list[str] = []
    with pytest.raises(LateInstanceError) as caught:  # noqa: PT012 - the error comes at the end of the loop
        async for bundle in front_door.json_bundles_from_directory(folder):
            study, instances = instances_of(bundle)
            assert study not in given
            given[study] = instances
            ids.append(json.loads(bundle)["entry"][0]["resource"]["id"])
            if study == A:
                write(folder / "c" / "late.dcm", A, 7)
    assert given == {A: 2, B: 300, C: 1}
    assert caught.value.study_ids == (ids[0],)
    assert ids[0] in str(caught.value)


async def test_strict_mode_does_not_hide_what_came_too_late_and_the_report_has_it(folder: Path) -> None:
    report = Findings()
    (folder / "letter.txt").write_text("no DICOM")
    with pytest.raises(LateInstanceError):  # noqa: PT012 - the error comes at the end of the loop
        async for bundle in front_door.json_bundles_from_directory(folder, report=report, strict=True):
            if instances_of(bundle)[0] == A:
                write(folder / "c" / "late.dcm", A, 7)
    assert report.by_code() == {"came-late": 1, "not-dicom": 1}


async def test_what_came_too_late_is_reported_also_when_every_study_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for study, count, place in ((A, 2, "a"), (B, 300, "b")):
        for number in range(count):
            write(tmp_path / place / f"{number:03}.dcm", study, number, PatientID=f"P{number % 2}")
    write(tmp_path / "c" / "0.dcm", B, 300)
    convert_or_note = Conversion.convert_or_note

    def convert_and_write(conversion: Conversion, study: Study, findings: Findings) -> Converted | None:
        if study.uid == A:
            write(tmp_path / "c" / "late.dcm", A, 7)
        return convert_or_note(conversion, study, findings)

    monkeypatch.setattr(Conversion, "convert_or_note", convert_and_write)
    report = Findings()
    bundles = front_door.json_bundles_from_directory(tmp_path, {"on_conflict": "skip"}, report=report)
    with pytest.raises(EmptyStudyError):
        await anext(aiter(bundles))
    assert report.by_code() == {"came-late": 1, "study-of-two-patients": 2}


async def test_a_study_of_which_files_went_away_is_given_as_it_is(folder: Path) -> None:
    given: dict[str, int] = {}
    async for bundle in front_door.json_bundles_from_directory(folder):
        study, instances = instances_of(bundle)
        given[study] = instances
        (folder / "c" / "0.dcm").unlink(missing_ok=True)
    assert given == {A: 2, B: 300}


def convert_with_a_late_file(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Convert to a folder, and let a file of the first study come when that has been written."""
    put = FolderSink.put

    def put_and_write(sink: FolderSink, bundle: bytes, study: Converted | None) -> None:
        put(sink, bundle, study)
        if study is not None and study.study_uid == A:
            write(folder / "c" / "late.dcm", A, 7)

    with monkeypatch.context() as patch:
        patch.setattr(FolderSink, "put", put_and_write)
        return main(["convert", str(folder), *arguments])


def written(output: Path) -> dict[str, int]:
    return dict(instances_of(path.read_bytes()) for path in output.glob("*.json"))


def test_the_command_goes_on_and_says_what_came_too_late(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output, report = tmp_path / "bundles", tmp_path / "report.json"
    arguments = ("-o", f"{output}/", "--report", str(report))
    assert convert_with_a_late_file(folder, monkeypatch, *arguments) == 3
    assert written(output) == {A: 2, B: 300, C: 1}
    assert "came when its study had been given out" in capsys.readouterr().err
    (finding,) = json.loads(report.read_text())
    assert (finding["code"], finding["count"]) == ("came-late", 1)
    assert (output / f"{finding['study']}.json").exists()


def test_resume_does_not_take_a_study_for_done_that_lacks_what_came_late(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "bundles"
    assert convert_with_a_late_file(folder, monkeypatch, "-o", f"{output}/") == 3
    (folder / "c" / "late.dcm").rename(tmp_path / "kept")  # as many files as were counted at first
    assert main(["convert", str(folder), "-o", f"{output}/", "--resume"]) == 0
    (tmp_path / "kept").rename(folder / "a" / "late.dcm")
    assert main(["convert", str(folder), "-o", f"{output}/", "--resume"]) == 0
    assert written(output) == {A: 3, B: 300, C: 1}


async def test_a_grouped_stream_of_which_nothing_could_be_used_is_an_error() -> None:
    report = Findings()
    nothing = [a_data_set(SOPInstanceUID=None), a_data_set(SOPInstanceUID=None)]
    with pytest.raises(EmptyStudyError):
        async for _ in front_door.json_bundles_from_generator(nothing, grouped=True, report=report):
            pass
    assert report.by_code() == {"no-uid": 2}


async def test_a_study_that_comes_back_in_a_grouped_stream_is_an_error() -> None:
    instances = [a_data_set("1.2.3"), a_data_set("1.2.4"), a_data_set("1.2.3")]
    with pytest.raises(StudyError, match="came back"):
        async for _ in front_door.json_bundles_from_generator(instances, grouped=True):
            pass
