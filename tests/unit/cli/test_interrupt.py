"""Ctrl-C, and going on after it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.cli.interrupts import run, steadily
from tests.waiting import LONG, LoopTurns, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    Start = Callable[..., subprocess.Popen[bytes]]

fcntl = pytest.importorskip("fcntl", reason="Windows has other signals")
termios = pytest.importorskip("termios", reason="Windows has other signals")
STUDIES = range(1, 41)


class EndlessInput:
    """An input that never ends, for a process to wait for."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()
        os.write(self._writing, b"\n")

    def is_waited_for(self) -> bool:
        """Whether what there was has been read."""
        left = fcntl.ioctl(self.reading, termios.FIONREAD, bytes(4))
        return int.from_bytes(left, sys.byteorder) == 0

    def close(self) -> None:
        os.close(self.reading)
        os.close(self._writing)


@pytest.fixture
def endless() -> Iterator[EndlessInput]:
    """An input that never ends."""
    with closing(EndlessInput()) as pipe:
        yield pipe


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
    wait_until(lambda: Path("out").is_dir() and len(list(Path("out").glob("*.json"))) > 1)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=LONG)
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
def test_a_run_that_is_interrupted_early_writes_nothing(
    here: Path, start: Start, endless: EndlessInput, form: str
) -> None:
    process = start("convert", "-", "--format", form, "-o", "out", stdin=endless.reading)
    wait_until(endless.is_waited_for)
    assert (here / ".out.part").exists()
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert "interrupted by SIGINT: nothing was written" in err.decode()
    assert list(here.iterdir()) == []


def test_lines_that_were_done_are_kept_beside_the_file(many: Path, start: Start, dicom2fhir: Any) -> None:
    assert dicom2fhir("convert", many, "-o", "whole.ndjson").code == 0
    process = start("convert", many, "-o", "out.ndjson")
    wait_until(
        lambda: (
            Path("out.ndjson").exists()
            or (Path(".out.ndjson.part").exists() and Path(".out.ndjson.part").stat().st_size > 0)
        )
    )
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=LONG)
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


def test_inspect_can_be_interrupted_too(here: Path, start: Start, endless: EndlessInput) -> None:
    process = start("inspect", "-", "--html", here / "page.html", stdin=endless.reading)
    wait_until(endless.is_waited_for)
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=LONG)
    assert process.returncode == 143
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

    def write(turns: LoopTurns) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(3):  # the signal has been heard by then
            turns.wait()
        done.append("written")

    async def work() -> None:
        await steadily(write, LoopTurns())

    assert run(work()) == signal.SIGINT
    assert done == ["written"]


def test_a_cancellation_that_no_signal_asked_for_is_an_error() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(work())
