"""Ctrl-C, and going on after it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.cli.interrupts import run, steadily

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Start = Callable[..., subprocess.Popen[bytes]]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
STUDIES = range(1, 41)
SLOW = 60.0


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SLOW
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".dicom2fhir.state"}


@pytest.fixture
def many(here: Path, write_studies: Any) -> Path:
    return Path(write_studies(here / "scans", *STUDIES, instances=8))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_half_file_and_resume_completes_it(
    many: Path, start: Start, dicom2fhir: Any, number: signal.Signals
) -> None:
    assert dicom2fhir("convert", many, "-o", "whole/").code == 0
    process = start("convert", many, "-o", "out/")
    wait_for(lambda: Path("out").is_dir() and len(list(Path("out").glob("*.json"))) > 1)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=SLOW)
    done = contents(Path("out"))
    whole = contents(Path("whole"))
    assert done.items() <= whole.items()
    if len(done) < len(whole):  # it was not too late
        assert process.returncode == 128 + number
        assert (
            f"interrupted by {number.name}: what was done is in out; the same command with --resume goes on"
            in err.decode()
        )
    result = dicom2fhir("convert", many, "-o", "out/", "--resume")
    assert result.code == 0
    assert contents(Path("out")) == whole
    assert f"resumed: {len(done)} studies had been converted before" in result.err


@pytest.mark.parametrize("form", ["bundle", "ndjson"])
def test_a_run_that_is_interrupted_early_writes_nothing(here: Path, start: Start, form: str) -> None:
    reading, writing = os.pipe()  # an input that never ends
    process = start("convert", "-", "--format", form, "-o", "out", stdin=reading)
    wait_for((here / ".out.part").exists)
    time.sleep(0.2)  # it has opened its output, and begins to wait
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=SLOW)
    os.close(reading)
    os.close(writing)
    assert process.returncode == 130
    assert "interrupted by SIGINT: nothing was written" in err.decode()
    assert list(here.iterdir()) == []


def test_lines_that_were_done_are_kept_beside_the_file(many: Path, start: Start, dicom2fhir: Any) -> None:
    assert dicom2fhir("convert", many, "-o", "whole.ndjson").code == 0
    process = start("convert", many, "-o", "out.ndjson")
    wait_for(
        lambda: (
            Path("out.ndjson").exists()
            or (Path(".out.ndjson.part").exists() and Path(".out.ndjson.part").stat().st_size > 0)
        )
    )
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=SLOW)
    whole = Path("whole.ndjson").read_bytes()
    if process.returncode == 130:
        kept = Path("out.ndjson.partial").read_bytes()
        assert whole.startswith(kept)
        assert kept.endswith(b"\n")
        assert "what was done is in out.ndjson.partial" in err.decode()
        assert not Path("out.ndjson").exists()
    else:
        assert Path("out.ndjson").read_bytes() == whole
    assert not Path(".out.ndjson.part").exists()


def test_inspect_can_be_interrupted_too(here: Path, start: Start) -> None:
    reading, writing = os.pipe()
    process = start("inspect", "-", "--html", here / "page.html", stdin=reading)
    time.sleep(1.0)
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=SLOW)
    os.close(reading)
    os.close(writing)
    assert process.returncode in {
        143,
        -signal.SIGTERM,
    }  # the latter when the machine is too slow to have begun
    assert not list(here.glob("*"))


def test_resume_passes_over_what_is_done_and_whole(scans: Path, dicom2fhir: Any) -> None:
    assert dicom2fhir("convert", scans, "-o", "out/").code == 0
    before = contents(Path("out"))
    first, second = sorted(Path("out").glob("*.json"))
    first.write_bytes(b"{}")
    second.touch()
    stamp = second.stat().st_mtime_ns
    result = dicom2fhir("convert", scans, "-o", "out/", "--resume")
    assert result.code == 0
    assert "resumed: 1 study had been converted before" in result.err
    assert second.stat().st_mtime_ns == stamp
    assert contents(Path("out")) == before


def test_resume_takes_a_study_again_when_files_were_added_or_options_changed(
    scans: Path, dicom2fhir: Any, an_instance: Any, write_file: Any
) -> None:
    dicom2fhir("convert", scans, "-o", "out/")
    write_file(an_instance(1, 1, 9), scans / "late.dcm")
    assert "converted 1 study" in dicom2fhir("convert", scans, "-o", "out/", "--resume").err
    assert "converted 2 studies" in dicom2fhir("convert", scans, "-o", "out/", "--resume", "--instances").err
    result = dicom2fhir("convert", scans, "-o", "out/", "--resume", "--instances")
    assert "converted 0 studies" in result.err
    assert result.code == 0


def test_resume_still_tells_of_skipped_files_when_all_is_done(scans: Path, dicom2fhir: Any) -> None:
    (scans / "letter.txt").write_text("Dear Mrs Secret")
    for _ in range(2):
        result = dicom2fhir("convert", scans, "-o", "out/", "--resume")
        assert result.code == 3
        assert "skipped 1 file: 1 not-dicom" in result.err


def test_a_state_that_breaks_off_is_read_as_far_as_it_goes(scans: Path, dicom2fhir: Any) -> None:
    dicom2fhir("convert", scans, "-o", "out/")
    state = Path("out/.dicom2fhir.state")
    state.write_bytes(state.read_bytes()[:-30])
    assert "converted 1 study" in dicom2fhir("convert", scans, "-o", "out/", "--resume").err
    assert "converted 0 studies" in dicom2fhir("convert", scans, "-o", "out/", "--resume").err
    assert b"SECRET" not in state.read_bytes()
    assert b"1.2.826" not in state.read_bytes()


def test_work_that_must_not_be_cut_is_waited_for() -> None:
    done: list[str] = []

    def slowly() -> None:
        time.sleep(0.2)
        done.append("written")

    async def work() -> None:
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGINT)
        await steadily(slowly)

    assert run(work()) == signal.SIGINT
    assert done == ["written"]


def test_a_cancellation_that_no_signal_asked_for_is_an_error() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(work())
