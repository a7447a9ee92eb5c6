"""Where the command meets the system: streams that fail, files that cannot be written, folders that go away."""

from __future__ import annotations

import asyncio
import io
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.cli.atomic_files import AtomicFile, unwritable, write_atomically
from dicom2fhir.cli.command_line import version
from dicom2fhir.cli.inputs import Inputs, InputSource
from dicom2fhir.cli.ndjson_lines import data_sets_of, stream_lines
from dicom2fhir.cli.outputs import FileSink, StdoutSink
from dicom2fhir.cli.resuming import FolderState
from dicom2fhir.cli.summary import Outcome
from dicom2fhir.cli.terminal import UsageError
from dicom2fhir.conversion import Conversion
from dicom2fhir.errors import SourceError
from dicom2fhir.problems import NOT_A_DATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.sources.directory import Skipped


async def read(inputs: Inputs, skipped: Callable[[Skipped], None] = print) -> list[Any]:
    return [run async for part in inputs.read_for(Conversion()).parts(skipped) for run in part.runs]


class Pieces:
    """A stream that gives these pieces, and then fails."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        assert size > 0
        if self._pieces:
            return self._pieces.pop(0)
        raise OSError(5, "Input/output error")


async def test_a_line_may_come_in_many_pieces() -> None:
    stream = io.BytesIO(b"a" * 1_000_000 + b"\nb\n\nc")
    lines = [line async for line in stream_lines(stream)]
    assert [len(line) for line in lines] == [1_000_001, 2, 1, 1]


async def test_a_stream_that_fails_is_told_after_what_it_gave() -> None:
    failing = data_sets_of(stream_lines(Pieces()), "-", print)
    with pytest.raises(SourceError, match="standard input cannot be read"):
        await anext(failing)
    breaking_off = data_sets_of(stream_lines(Pieces(b'{"a": 1}\n')), "-", print)
    assert await anext(breaking_off) == ({"a": 1}, "-:1")


async def test_whoever_stops_in_the_middle_leaves_no_thread_in_the_way() -> None:
    async for line in stream_lines(Pieces(*[b"{}\n"] * 1000)):
        assert line == b"{}\n"
        break


async def test_a_file_that_went_away_costs_that_file(here: Path) -> None:
    for name in ("a.ndjson", "b.json", "c.dcm"):
        (here / name).write_text("{}")
    inputs = Inputs.of(["a.ndjson", "b.json", "c.dcm"])
    for name in ("a.ndjson", "b.json", "c.dcm"):
        (here / name).unlink()
    skipped_files: list[Skipped] = []
    assert await read(inputs, skipped_files.append) == []
    assert {skipped.source for skipped in skipped_files} == {"a.ndjson", "b.json", "c.dcm"}


async def test_a_folder_that_cannot_be_read_is_named(scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any, **__: Any) -> Any:
        raise SourceError("the folder cannot be read: Permission denied")
        yield

    monkeypatch.setattr("dicom2fhir.cli.inputs.read_directory", fails)
    with pytest.raises(SourceError, match=r"^'.*scans': the folder cannot be read: Permission denied$"):
        await read(Inputs.of([str(scans)]))


def test_what_fails_in_the_middle_is_told_and_leaves_nothing(
    scans: Path, dicom2fhir: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> Any:
        raise SourceError("a reading process ended before its work did")
        yield

    monkeypatch.setattr("dicom2fhir.cli.inputs.read_directory", fails)
    result = dicom2fhir("convert", scans, "-o", "out.json")
    assert result.code == 1
    assert "error: '" in result.err
    assert "a reading process ended before its work did" in result.err
    assert not list(Path().glob("*out*"))
    assert dicom2fhir("inspect", scans).code == 1


def test_an_interrupted_conversion_keeps_its_report(
    scans: Path, dicom2fhir: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = InputSource.parts

    async def interrupted(self: InputSource, skipped: Any) -> Any:
        async for part in real(self, skipped):
            yield part
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    (scans / "letter.txt").write_text("Dear Mrs Secret")
    monkeypatch.setattr(InputSource, "parts", interrupted)
    result = dicom2fhir("convert", scans, "-o", "out.json", "--report", "report.json")
    assert result.code == 130
    assert "interrupted by SIGINT: nothing was written; with --format per-study" in result.err
    assert json.loads(Path("report.json").read_text())[0]["kind"] == "skipped-file"
    result = dicom2fhir("inspect", scans)
    assert result.code == 130
    assert "interrupted" in result.err


def test_a_file_is_replaced_only_when_the_new_one_is_whole(here: Path) -> None:
    path = here / "out.json"
    path.write_text("old")
    file = AtomicFile(path)
    file.write(b"new")
    assert path.read_text() == "old"
    file.discard()
    assert [path.name for path in here.iterdir()] == ["out.json"]
    write_atomically(path, b"new")
    assert path.read_text() == "new"


def test_a_link_is_followed_and_stays_a_link(here: Path) -> None:
    (here / "real.json").write_text("old")
    (here / "link.json").symlink_to("real.json")
    write_atomically(here / "link.json", b"new")
    assert (here / "link.json").is_symlink()
    assert (here / "real.json").read_text() == "new"


def test_a_full_disk_is_an_error_with_the_name_of_the_file() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(UsageError, match="cannot write '/dev/full': No space left on device"):
        write_atomically(Path("/dev/full"), b"{}")
    assert "OSError" in str(unwritable(Path("out"), OSError()))


def test_a_folder_that_cannot_be_made_is_an_error(here: Path) -> None:
    (here / "file").touch()
    with pytest.raises(UsageError, match="cannot write 'file/out': Not a directory"):
        FolderState(Path("file/out"), "options")


def test_sinks_say_where_what_was_done_is() -> None:
    out = StdoutSink(io.BytesIO())
    assert out.abandon(keep=True) is None
    out.put(b"{}", None)
    out.finish()
    assert out.abandon(keep=True) == "standard output"


def test_a_file_that_is_finished_cannot_be_abandoned(here: Path) -> None:
    sink = FileSink(here / "out.ndjson", by_line=True)
    sink.put(b"{}", None)
    sink.finish()
    sink.finish()
    assert sink.abandon(keep=True) is None
    assert [path.name for path in here.iterdir()] == ["out.ndjson"]


def test_only_the_first_findings_are_shown() -> None:
    outcome = Outcome()
    for number in range(12):
        outcome.report.note(NOT_A_DATE, keyword=f"keyword {number}")
    lines = list(outcome.lines("out", strict=True))
    assert lines[-1] == "  and 2 more; --report FILE lists each"


def test_a_tree_that_is_not_installed_has_a_version_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    def missing(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert version() == "unknown (not installed)"
