"""``dicom2fhir convert``, end to end."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

Run = Any
Make = Any


def studies_in(bundle: str | bytes | Path) -> list[dict[str, Any]]:
    text = bundle.read_bytes() if isinstance(bundle, Path) else bundle
    resources = [entry["resource"] for entry in json.loads(text)["entry"]]
    return [resource for resource in resources if resource["resourceType"] == "ImagingStudy"]


def test_a_folder_becomes_one_bundle(scans: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("convert", scans, "-o", "bundle.json")
    assert result.code == 0
    assert [study["numberOfInstances"] for study in studies_in(Path("bundle.json"))] == [4, 4]
    assert "converted 2 studies, 4 series, 8 instances to bundle.json" in result.err
    assert "skipped 0 files" in result.err
    assert result.out == ""


def test_without_an_output_the_bundle_goes_to_standard_output(scans: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("convert", scans)
    assert len(studies_in(result.out)) == 2
    assert "to standard output" in result.err


def test_ndjson_is_a_bundle_on_each_line(scans: Path, dicom2fhir: Run) -> None:
    assert dicom2fhir("convert", scans, "-o", "bundles.ndjson").code == 0
    lines = Path("bundles.ndjson").read_text().splitlines()
    assert [len(studies_in(line)) for line in lines] == [1, 1]


def test_per_study_is_a_file_for_each_study_named_after_its_id(scans: Path, dicom2fhir: Run) -> None:
    assert dicom2fhir("convert", scans, "-o", "out/").code == 0
    made = {path.stem: studies_in(path)[0]["id"] for path in Path("out").glob("*.json")}
    assert len(made) == 2
    assert all(name == study_id for name, study_id in made.items())
    assert not list(Path("out").glob("*.part"))


@pytest.mark.parametrize("form", ["bundle", "ndjson", "per-study"])
def test_the_same_input_gives_the_same_bytes(scans: Path, dicom2fhir: Run, form: str) -> None:
    for name in ("one", "two"):
        assert dicom2fhir("convert", scans, "--format", form, "-o", name).code == 0
    first, two = Path("one"), Path("two")
    if form != "per-study":
        assert first.read_bytes() == two.read_bytes()
        return
    assert {path.name: path.read_bytes() for path in first.glob("*.json")} == {
        path.name: path.read_bytes() for path in two.glob("*.json")
    }


@pytest.mark.parametrize("form", ["bundle", "ndjson", "per-study"])
def test_a_study_whose_files_lie_in_two_places_is_one_study(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make, form: str
) -> None:
    other = write_file(an_instance(1, 3), scans.parent / "more" / "IM1")
    assert dicom2fhir("convert", scans, other, "--format", form, "-o", "out").code == 0
    paths = Path("out").glob("*.json") if form == "per-study" else [Path("out")]
    bundles = [line for path in paths for line in path.read_text().splitlines()]
    counts = [study["numberOfSeries"] for bundle in bundles for study in studies_in(bundle)]
    assert sorted(counts) == [2, 3]


def test_folders_files_json_and_lines_can_be_mixed(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    single = write_file(an_instance(3), Path("IM3"))
    Path("four.json").write_text(json.dumps([an_instance(4, 1, number).to_json_dict() for number in (1, 2)]))
    Path("five.ndjson").write_text(json.dumps(an_instance(5).to_json_dict()) + "\n\n")
    result = dicom2fhir("convert", "four.json", scans, single, "five.ndjson")
    assert result.code == 0
    assert len(studies_in(result.out)) == 5


def test_a_path_that_is_given_twice_is_read_once(scans: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("convert", scans, "./scans", "-o", "out.json")
    assert result.code == 0
    assert "findings: none" in result.err


@pytest.mark.parametrize("form", ["bundle", "ndjson", "per-study"])
def test_standard_input_is_read_as_lines(
    here: Path, dicom2fhir: Run, an_instance: Make, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    lines = "\n".join(json.dumps(an_instance(study).to_json_dict()) for study in (1, 2, 1))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert dicom2fhir("convert", "-", "--format", form, "-o", here / "out").code == 0
    made = list((here / "out").glob("*.json")) if form == "per-study" else [here / "out"]
    bundles = [line for path in made for line in path.read_text().splitlines()]
    assert sum(len(studies_in(bundle)) for bundle in bundles) == 2


def test_a_bad_line_costs_that_line_and_the_report_says_which(
    here: Path, dicom2fhir: Run, an_instance: Make
) -> None:
    good = [json.dumps(an_instance(1, 1, number).to_json_dict()) for number in (1, 2)]
    (here / "in.ndjson").write_text("\n".join([good[0], "no json", good[1]]))
    result = dicom2fhir("convert", "in.ndjson", "-o", "out.json", "--report", "report.json")
    assert result.code == 3
    assert studies_in(Path("out.json"))[0]["numberOfInstances"] == 2
    assert [finding["source"] for finding in json.loads(Path("report.json").read_text())] == ["in.ndjson:2"]


def test_a_document_that_breaks_off_gives_what_came_before(
    here: Path, dicom2fhir: Run, an_instance: Make
) -> None:
    whole = json.dumps([an_instance(1, 1, number).to_json_dict() for number in (1, 2)], indent=0)
    (here / "in.json").write_text(whole[:-40])
    result = dicom2fhir("convert", "in.json", "-o", "out.json", "--report", "report.json")
    assert result.code == 3
    assert studies_in(Path("out.json"))[0]["numberOfInstances"] == 1
    (finding,) = json.loads(Path("report.json").read_text())
    assert finding["source"].startswith("in.json:")


def test_what_is_no_instance_is_skipped_and_counted(
    scans: Path, dicom2fhir: Run, write_media_directory: Make
) -> None:
    (scans / "letter.dcm").write_text("Dear Mrs Secret")
    (scans / "cut.dcm").write_bytes((scans / "study001" / "S1I001.dcm").read_bytes()[:140])
    write_media_directory(scans / "disc")
    result = dicom2fhir("convert", scans, "-o", "out.json", "--report", "report.json")
    assert result.code == 3
    assert "skipped 3 files: " in result.err
    sources = {
        finding["source"]: finding["problem"] for finding in json.loads(Path("report.json").read_text())
    }
    assert sources == {
        str(scans / "letter.dcm"): "not-dicom",
        str(scans / "cut.dcm"): "truncated",
        str(scans / "disc" / "DICOMDIR"): "media-directory",
    }


def test_an_instance_without_a_study_is_skipped(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    nameless = an_instance(9)
    del nameless.StudyInstanceUID
    write_file(nameless, scans / "nameless.dcm")
    result = dicom2fhir("convert", scans, "-o", "out.json")
    assert result.code == 3
    assert "skipped 1 file: 1 StudyInstanceUID missing or not a UID" in result.err


def test_an_empty_folder_gives_nothing_and_says_so(here: Path, dicom2fhir: Run) -> None:
    (here / "empty").mkdir()
    result = dicom2fhir("convert", "empty", "-o", "out.json")
    assert result.code == 1
    assert "nothing was converted: no DICOM instance was found in 'empty'" in result.err
    assert [path.name for path in here.iterdir()] == ["empty"]


def test_a_text_file_alone_gives_nothing(here: Path, dicom2fhir: Run) -> None:
    (here / "letter.dcm").write_text("Dear Mrs Secret")
    for form in ("bundle", "ndjson", "per-study"):
        result = dicom2fhir("convert", "letter.dcm", "--format", form, "-o", "out")
        assert result.code == 1
        assert "skipped 1 file: 1 not-dicom" in result.err


def test_flags_win_over_the_configuration(scans: Path, dicom2fhir: Run) -> None:
    Path("config.json").write_text(
        '{"dicom_timezone": "UTC", "generator": {"imaging_study": {"add_instances": false}}}'
    )
    result = dicom2fhir("convert", scans, "--config", "config.json", "--timezone", "+02:00", "--instances")
    (study, _) = studies_in(result.out)
    assert study["started"].endswith("+02:00")
    assert len(study["series"][0]["instance"]) == 2


def test_vital_signs_can_be_left_out(scans: Path, dicom2fhir: Run) -> None:
    assert '"Observation"' in dicom2fhir("convert", scans).out
    assert '"Observation"' not in dicom2fhir("convert", scans, "--no-vital-signs").out


def test_a_profile_claims_itself(scans: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("convert", scans, "--profile", "mii", "--format", "per-study", "-o", "out")
    assert result.code == 0
    assert all("mii-pr-bildgebung" in path.read_text() for path in Path("out").glob("*.json"))


def test_several_processes_read_the_same(scans: Path, dicom2fhir: Run) -> None:
    assert dicom2fhir("convert", scans, "-o", "one.json").code == 0
    assert dicom2fhir("convert", scans, "-o", "two.json", "--workers", "2").code == 0
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()


def test_strict_writes_nothing_of_what_was_doubtful(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    write_file(an_instance(1, 1, 9, InstanceNumber="-1"), scans / "odd.dcm")
    result = dicom2fhir("convert", scans, "--strict", "-o", "out.json")
    assert result.code == 1
    assert "strict: 2 studies with findings not written" in result.err
    assert "InstanceNumber" in result.err
    assert not Path("out.json").exists()


@pytest.mark.parametrize("form", ["ndjson", "per-study"])
def test_strict_writes_the_studies_that_are_well(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make, form: str
) -> None:
    write_file(an_instance(1, 1, 9, InstanceNumber="-1"), scans / "odd.dcm")
    (scans / "letter.txt").write_text("Dear Mrs Secret")
    result = dicom2fhir("convert", scans, "--strict", "--format", form, "-o", "out")
    assert result.code == 1
    assert "converted 1 study" in result.err
    assert "strict: 1 study with findings not written" in result.err


def test_the_report_is_written_even_when_nothing_was_converted(here: Path, dicom2fhir: Run) -> None:
    (here / "letter.dcm").write_text("Dear Mrs Secret")
    assert dicom2fhir("convert", "letter.dcm", "--report", "report.json").code == 1
    assert json.loads(Path("report.json").read_text())[0]["source"] == "letter.dcm"


def test_what_the_command_wrote_into_a_folder_is_not_taken_for_input(scans: Path, dicom2fhir: Run) -> None:
    for _ in range(2):
        result = dicom2fhir("convert", scans, "-o", scans / "out.json", "--report", scans / "report.json")
        assert result.code == 0
    for _ in range(2):
        assert dicom2fhir("convert", scans / "study001", "-o", scans / "study001" / "out/").code == 0


def test_nothing_that_is_said_names_the_patient(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    bad = {
        "PatientID": "SECRET-9",
        "PatientSex": "SECRET",
        "StudyDate": "SecretDay",
        "PatientBirthDate": "Secretly",
    }
    write_file(an_instance(2, 1, 9, InstanceNumber="-1", **bad), scans / "odd.dcm")
    result = dicom2fhir("convert", scans, "-o", "out.json", "--strict", "--report", "report.json")
    assert result.code == 1
    assert "secret" not in (result.err + result.out + Path("report.json").read_text()).lower()


def test_a_conversion_needs_no_models(scans: Path) -> None:
    code = (
        "import sys; from dicom2fhir.cli import main;"
        f"code = main(['convert', {str(scans)!r}, '-o', 'out.json']);"
        "print(code, *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    tree = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tree)},
    )
    exit_code, *loaded = done.stdout.split()
    assert exit_code == "0"
    assert not {"fhir", "pydantic"} & set(loaded)


def test_whoever_stops_reading_the_output_ends_the_command_quietly(
    scans: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    process = start("convert", scans, "--format", "ndjson")
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 141
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "'nowhere': there is no such file or folder"),
        (["scans", "--instnces"], "did you mean '--instances'?"),
        (["scans", "--format", "xml"], "invalid choice: 'xml'"),
        (["scans", "--workers", "0"], "'0' is not a number of processes"),
        (
            ["scans", "--timezone", "Mars/Olympus"],
            "--timezone: 'Mars/Olympus' is neither a zone nor an offset",
        ),
        (["scans", "--profile", "mi"], "profile: 'mi' is unknown"),
        (["scans", "--format", "per-study"], "needs a folder to write to"),
        (["scans", "--resume"], "--resume: works on a folder"),
        (["-", "--resume", "-o", "out/"], "standard input cannot be read twice"),
        (["-", "-"], "standard input can be read once"),
        (["scans", "--config", "nowhere.json"], "'nowhere.json': cannot be read: No such file"),
        (["scans", "-o", "nowhere/out.json"], "cannot write 'nowhere/out.json': No such file"),
        (["scans", "-o", "letter.txt/out.json"], "cannot write 'letter.txt/out.json': Not a directory"),
        (["scans", "-o", "letter.txt", "--format", "per-study"], "'letter.txt' is a file"),
        (["scans", "-o", "scans", "--format", "bundle"], "is to be read, and to be written"),
        (["letter.txt", "-o", "letter.txt"], "'letter.txt': is to be read, and to be written"),
        (["letter.txt", "-o", "scans", "--format", "bundle"], "-o: 'scans' is a folder"),
        (["scans", "--report", "nowhere/report.json"], "cannot write 'nowhere/report.json'"),
        (["scans", "-o", "a.json", "--report", "a.json"], "is where the output goes"),
        (["link"], "'link': is a link to nowhere"),
        (["/dev/null"], "is neither a file nor a folder"),
        ([], "the following arguments are required: PATH"),
    ],
)
def test_a_wrong_use_is_told_with_what_would_do(
    scans: Path, dicom2fhir: Run, arguments: list[str], message: str
) -> None:
    Path("letter.txt").write_text("Dear Mrs Secret")
    Path("link").symlink_to("nowhere")
    before = {path: path.is_file() and path.read_bytes() for path in scans.parent.rglob("*")}
    result = dicom2fhir("convert", *arguments)
    assert result.code == 2
    assert message in result.err
    assert result.err.startswith("dicom2fhir convert: error: ")
    assert {path: path.is_file() and path.read_bytes() for path in scans.parent.rglob("*")} == before


def test_an_unknown_option_in_the_configuration_is_a_warning(scans: Path, dicom2fhir: Run) -> None:
    Path("config.json").write_text('{"dicom_timezon": "UTC"}')
    result = dicom2fhir("convert", scans, "--config", "config.json", "-o", "out.json")
    assert result.code == 0
    assert (
        "warning: 'config.json': unknown option 'dicom_timezon' is ignored; did you mean 'dicom_timezone'?"
        in result.err
    )


def test_an_output_that_is_no_regular_file_is_not_replaced(scans: Path, dicom2fhir: Run) -> None:
    assert dicom2fhir("convert", scans, "-o", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_a_full_disk_is_told_and_leaves_no_half_file(scans: Path, dicom2fhir: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    result = dicom2fhir("convert", scans, "-o", "/dev/full")
    assert result.code == 1
    assert "cannot write to /dev/full: No space left on device" in result.err
