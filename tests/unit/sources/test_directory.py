"""Folders and lists of files as asynchronous streams: order, what is passed over, and a loop that keeps turning."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from itertools import count as count_from
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.uid import MediaStorageDirectoryStorage

from dicom2fhir.errors import ConfigError, MissingSourceError, SourceError, StudyError
from dicom2fhir.sources import processes
from dicom2fhir.sources.directory import Skipped, read_directory, read_files
from dicom2fhir.sources.files import Batch, Files, Job
from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.processes import in_processes
from dicom2fhir.sources.serving import Answer, receive
from tests.real.reader_samples import (
    WANTED,
    an_instance,
    an_item,
    bare,
    blab,
    count,
    file_of,
    headers_of,
    instance_numbers,
    numbers_made,
    refuse,
    shout,
)
from tests.waiting import LONG, LoopTurns, until, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def processes_from_the_first_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of these tests are too small to be worth a process otherwise."""
    monkeypatch.setattr(processes, "WORTHWHILE", 0)
    monkeypatch.setattr(processes, "READ_MEANWHILE", False)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The reading processes that are started."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def starting(*how: Any, **more: Any) -> Any:
        started.append(popen(*how, **more))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    return started


def are_started(children: list[subprocess.Popen[bytes]], enough: int) -> bool:
    return len(children) >= enough


def running(children: list[subprocess.Popen[bytes]]) -> int:
    return sum(1 for child in children if child.returncode is None and child.poll() is None)


async def test_a_small_folder_starts_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, children: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(processes, "WORTHWHILE", 301)
    copies(tmp_path, 300)
    headers, _ = await read(tmp_path, workers=2)
    assert (len(headers), children) == (300, [])
    (tmp_path / "one more").write_text("no DICOM")
    headers, skipped = await read(tmp_path, workers=2)
    assert (len(headers), len(skipped), len(children), running(children)) == (300, 1, 2, 0)


async def test_files_are_read_here_until_the_processes_have_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "READ_MEANWHILE", True)
    write(tmp_path, *(f"{number:04}" for number in range(400)))
    here = 0
    read_all = Files.read_all

    def counting(self: Files, paths: list[str]) -> Batch:
        nonlocal here
        here += len(paths)
        return read_all(self, paths)

    monkeypatch.setattr(Files, "read_all", counting)
    stream = read_directory(tmp_path, WANTED, workers=2, skipped=lambda _: None, make=numbers_made)
    assert [number async for numbers in stream for number in numbers] == list(range(400))
    assert here >= 128


@pytest.mark.parametrize(
    ("files", "seconds", "enough"),
    [
        (128, 0.001, 512),
        (2048, 0.001, 2048),
        (128, 0.1, 128),
        (128, 0.2, 64),
        (128, 100.0, 32),
        (1, 9.0, 1),
        (600, 0.0, 2048),
    ],
)
def test_a_process_is_asked_for_what_it_reads_in_a_tenth_of_a_second(
    files: int, seconds: float, enough: int
) -> None:
    assert processes.files_to_ask_for(Answer(Batch([], 0, []), files, seconds)) == enough


async def test_a_program_without_a_python_of_its_own_cannot_have_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 1)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ConfigError, match="no Python"):
        await read(tmp_path, workers=2)


async def test_a_process_that_cannot_be_started_is_a_clean_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 1)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(SourceError, match="could not be started: No such file"):
        await read(tmp_path, workers=2)


async def read(root: Path, **options: Any) -> tuple[list[dict[str, Any]], list[Skipped]]:
    skipped: list[Skipped] = []
    headers: list[dict[str, Any]] = []
    async for batch in read_directory(root, WANTED, make=headers_of, skipped=skipped.append, **options):
        assert batch
        headers += batch
    return headers, skipped


def problems_by_file(skipped: list[Skipped]) -> dict[str, str]:
    return {each.source: each.problem for each in skipped}


def write(root: Path, *names: str) -> None:
    """Instances under these names, numbered in the order they are given."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file_of(an_instance(number)))


def instances_below(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix == ""]


def copies(root: Path, count: int) -> None:
    """One instance many times over, which takes less long to write."""
    root.mkdir(exist_ok=True)
    data = file_of(an_instance())
    for number in range(count):
        (root / f"{number:04}").write_bytes(data)


async def test_a_folder_is_read_depth_first_and_by_name_whatever_the_files_are_called(tmp_path: Path) -> None:
    write(tmp_path, "a", "b/1.dcm", "b/2/x.txt", "b/3", "c.jpg", "d")
    headers, skipped = await read(tmp_path)
    assert instance_numbers(headers) == [0, 1, 2, 3, 4, 5]
    assert skipped == []


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_same_folder_always_gives_the_same(tmp_path: Path, workers: int) -> None:
    write(tmp_path, *(f"{number % 7}/{number:03}" for number in range(300)))
    (tmp_path / "3" / "note.txt").write_text("no DICOM")
    expected = [HeaderReader(WANTED).read(path) for path in instances_below(tmp_path)]
    headers, skipped = await read(tmp_path, workers=workers)
    assert headers == expected
    assert problems_by_file(skipped) == {"3/note.txt": "not-dicom"}


async def test_whatever_is_no_instance_is_passed_over_and_told(tmp_path: Path) -> None:
    write(tmp_path, "good")
    whole = (tmp_path / "good").read_bytes()
    (tmp_path / "DICOMDIR").write_bytes(file_of(an_item(SOPClassUID=MediaStorageDirectoryStorage)))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "note.txt").write_text("no DICOM")
    (tmp_path / "short").write_bytes(whole[:300])
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "again").symlink_to(tmp_path / "good")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path)
    headers, skipped = await read(tmp_path)
    assert instance_numbers(headers) == [0, 0]
    assert problems_by_file(skipped) == {
        "DICOMDIR": "media-directory",
        "empty": "not-dicom",
        "note.txt": "not-dicom",
        "short": "truncated",
        "lost": "unreadable",
        "circle": "symlink",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "good")
    os.mkfifo(tmp_path / "pipe")
    headers, skipped = await asyncio.wait_for(read(tmp_path), 10)
    assert len(headers) == 1
    assert problems_by_file(skipped) == {"pipe": "special-file"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
async def test_what_may_not_be_read_costs_itself(tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "c/1")
    (tmp_path / "b").chmod(0)
    (tmp_path / "c").chmod(0)
    headers, skipped = await read(tmp_path)
    (tmp_path / "c").chmod(0o700)
    assert instance_numbers(headers) == [0]
    assert problems_by_file(skipped) == {"b": "unreadable", "c": "unreadable"}


async def test_a_folder_that_vanishes_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/1", "b/1", "c")
    scandir = os.scandir

    def vanishing(path: str) -> Any:
        if path.endswith("b"):
            raise FileNotFoundError(2, "gone", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    headers, skipped = await read(tmp_path)
    assert instance_numbers(headers) == [0, 2]
    assert problems_by_file(skipped) == {"b": "unreadable"}


async def test_files_without_preamble_are_read_and_stranger_ones_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "bare").write_bytes(bare(an_instance(1)))
    (tmp_path / "stranger").write_bytes(
        bare(an_item(InstanceNumber="2", PatientID="1", StudyInstanceUID="1.2"))
    )
    (tmp_path / "text").write_text("no DICOM at all")
    headers, skipped = await read(tmp_path)
    assert instance_numbers(headers) == [1]
    assert problems_by_file(skipped) == {"stranger": "not-dicom", "text": "not-dicom"}
    headers, skipped = await read(tmp_path, skip_invalid=False)
    assert instance_numbers(headers) == [1, 2]
    assert problems_by_file(skipped) == {"text": "not-dicom"}


@pytest.mark.parametrize(
    ("name", "message"), [("nowhere", "not found"), ("file", "Expected a directory, got")]
)
async def test_no_folder_is_a_missing_source(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MissingSourceError, match=message):
        await read(tmp_path / name)


async def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert await read(tmp_path) == ([], [])


async def test_a_list_of_files_is_read_in_its_order(tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "c")
    skipped: list[Skipped] = []
    paths: list[str | Path] = [tmp_path / "c", str(tmp_path / "a"), tmp_path / "nowhere", tmp_path]
    sources = [
        header
        async for batch in read_files(paths, WANTED, make=headers_of, skipped=skipped.append)
        for header in batch
    ]
    assert instance_numbers(sources) == [2, 0]
    assert problems_by_file(skipped) == {
        str(tmp_path / "nowhere"): "unreadable",
        str(tmp_path): "special-file",
    }


async def test_somebody_has_to_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="workers"):
        await read(tmp_path, workers=0)


def test_where_a_file_lies_is_not_in_a_repr() -> None:
    assert "DOE" not in repr(Skipped("DOE_JANE/1.dcm", "unreadable"))


def name_in_bytes(root: Path, name: bytes) -> None:
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("no DICOM")
    except OSError:
        pytest.skip("the file system wants names to be text")


async def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    name_in_bytes(tmp_path, b"\xff.txt")
    _, skipped = await read(tmp_path)
    assert [each.source.encode() for each in skipped] == [b"?.txt"]


# -- the loop ----------------------------------------------------------------------------------------------------------


async def test_the_loop_keeps_turning_while_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 300)
    turns = LoopTurns()
    monkeypatch.setattr(HeaderReader, "read", turns.before(HeaderReader.read))
    headers, _ = await read(tmp_path)
    assert (len(headers), turns.waits) == (300, 300)


async def test_the_loop_keeps_turning_while_processes_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 300)
    turns = LoopTurns()
    monkeypatch.setattr("dicom2fhir.sources.processes.receive", turns.before(receive))
    headers, _ = await read(tmp_path, workers=2)
    assert len(headers) == 300
    assert turns.waits >= 3  # two processes have started, and there was something to read


class SlowDisk:
    """Counts what is read here, as from a disk that has to be waited for; from a batch on nothing is read until the gate opens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, shut_from: int = 1000) -> None:
        self.begun = self.ended = self.files = 0
        self.gate = threading.Event()
        self.gate.set()
        read_some, read_file = Files.read_some, HeaderReader.read

        def batch(files: Files, paths: Iterator[str | Skipped]) -> Batch | None:
            self.begun += 1
            if self.begun == shut_from:
                self.gate.clear()
            made = read_some(files, paths)
            files.waited = True
            self.ended += 1
            return made

        def file(reader: HeaderReader, path: str, *, force: bool = False) -> dict[str, Any]:
            assert self.gate.wait(LONG)
            self.files += 1
            return read_file(reader, path, force=force)

        monkeypatch.setattr(Files, "read_some", batch)
        monkeypatch.setattr(HeaderReader, "read", file)

    def has_ended(self, batches: int) -> bool:
        return self.ended == batches


async def test_from_a_slow_disk_the_next_batch_is_read_ahead_and_only_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 600)
    disk = SlowDisk(monkeypatch)
    stream = read_directory(tmp_path, WANTED, make=headers_of, skipped=lambda _: None)
    for taken in (1, 2, 3):
        await anext(stream)
        await until(partial(disk.has_ended, taken + 1))
        assert disk.begun == taken + 1
    await stream.aclose()


async def test_whoever_stops_listening_stops_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 600)
    disk = SlowDisk(monkeypatch, shut_from=2)
    stream = read_directory(tmp_path, WANTED, make=headers_of, skipped=lambda _: None)
    first = await anext(stream)
    await until(lambda: disk.begun == 2)
    closing = asyncio.create_task(stream.aclose())
    await asyncio.sleep(0)
    disk.gate.set()
    await closing
    assert (disk.begun, disk.ended) == (2, 2)
    assert disk.files <= len(first) + 1


async def test_a_cancelled_reader_leaves_nobody_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(tmp_path, 600)
    disk = SlowDisk(monkeypatch, shut_from=1)
    task = asyncio.create_task(read(tmp_path))
    await until(lambda: disk.begun == 1)
    task.cancel()
    await asyncio.sleep(0)
    disk.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (disk.begun, disk.ended) == (1, 1)
    assert disk.files <= 1


async def test_trouble_in_the_reading_itself_reaches_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a")

    def broken(*_: object, **__: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(HeaderReader, "read", broken)
    with pytest.raises(ZeroDivisionError):
        await read(tmp_path)


# -- several processes -------------------------------------------------------------------------------------------------


async def test_processes_end_with_the_reading(
    tmp_path: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    copies(tmp_path, 400)
    threads = busy_threads()
    stream = read_directory(tmp_path, WANTED, make=headers_of, workers=2, skipped=lambda _: None)
    await anext(stream)
    assert running(children) == 2
    await stream.aclose()
    assert running(children) == 0
    assert busy_threads() <= threads


async def test_one_that_is_cancelled_while_processes_start_leaves_none(
    tmp_path: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    copies(tmp_path, 400)
    threads = busy_threads()
    for more in (0, 1, 2):
        enough = len(children) + more
        task = asyncio.create_task(read(tmp_path, workers=2))
        await until(partial(are_started, children, enough))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert children
    assert running(children) == 0
    assert busy_threads() <= threads


def busy_threads() -> set[str]:
    """All threads but those that the loop keeps for later."""
    return {thread.name for thread in threading.enumerate() if not thread.name.startswith("asyncio")}


async def test_who_is_cancelled_twice_leaves_nothing_behind_either(
    tmp_path: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    copies(tmp_path, 400)
    threads = busy_threads()
    for more in (0, 1, 2):
        enough = len(children) + more
        task = asyncio.create_task(read(tmp_path, workers=2))
        await until(partial(are_started, children, enough))
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert running(children) == 0
    assert all(pipe is None or pipe.closed for child in children for pipe in (child.stdin, child.stdout))
    assert busy_threads() <= threads


async def test_who_is_cancelled_while_paths_are_looked_for_does_not_wait_for_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "WORTHWHILE", 1 << 60)
    looked_for = count_from(0)
    stream = in_processes((f"no such file {next(looked_for)}" for _ in count_from(0)), Job(WANTED), 2)
    task = asyncio.ensure_future(anext(stream))
    await until(lambda: next(looked_for) > 0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, LONG)
    await stream.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
async def test_a_program_that_ignores_termination_does_not_wait_for_ever(tmp_path: Path) -> None:
    copies(tmp_path, 10)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        headers, _ = await asyncio.wait_for(read(tmp_path, workers=2), 30)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(headers) == 10


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes, and the locale says how they are read")
def test_the_flags_of_this_python_are_those_of_the_processes(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "\u00e9.dcm").write_bytes(file_of(an_instance()))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[3]
    plain = os.environ | {
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(
        [sys.executable, "-X", "utf8", script, folder, "go on"],
        cwd=root,
        env=plain,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1"]


async def test_a_process_that_fails_says_what_sort_of_error_it_was_and_no_more(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copies(tmp_path, 3)
    stream = read_directory(tmp_path, WANTED, workers=2, skipped=lambda _: None, make=blab)
    with pytest.raises(SourceError, match="process ended"):
        await anext(stream)
    errors = capfd.readouterr().err
    assert errors == "a reading process failed: ValueError\n"


async def test_processes_may_send_what_they_made_of_the_headers(tmp_path: Path) -> None:
    copies(tmp_path, 600)
    stream = read_directory(tmp_path, WANTED, workers=2, skipped=lambda _: None, make=count)
    assert sum([counted async for counted in stream]) == 600


async def test_an_error_in_what_they_make_of_them_is_raised_here(tmp_path: Path) -> None:
    copies(tmp_path, 10)
    stream = read_directory(tmp_path, WANTED, workers=2, skipped=lambda _: None, make=refuse)
    with pytest.raises(StudyError, match="refused"):
        await anext(stream)


async def test_a_process_that_dies_is_a_clean_error(
    tmp_path: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    copies(tmp_path, 1500)
    paths = [f"{tmp_path}/{number:04}" for number in range(1500)] * 20
    stream = in_processes(iter(paths), Job(WANTED), 2)
    await anext(stream)
    for child in children:
        child.kill()
    with pytest.raises(SourceError, match="process ended"):
        async for _ in stream:
            pass
    assert running(children) == 0


async def test_what_a_process_prints_is_no_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    copies(tmp_path, 3)
    stream = read_directory(tmp_path, WANTED, workers=2, skipped=lambda _: None, make=shout)
    assert [batch async for batch in stream] == [3]
    assert "aloud" in capfd.readouterr().err


async def test_what_a_process_prints_before_it_serves_is_no_answer_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('welcome', end='')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    copies(tmp_path / "files", 3)
    headers, _ = await read(tmp_path / "files", workers=2)
    assert len(headers) == 3


async def test_where_files_are_slow_to_find_the_first_are_read_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, children: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(processes, "WORTHWHILE", 1000)
    copies(tmp_path, 1)
    given = 0
    clock = SimpleNamespace(monotonic=lambda: given / 20)  # a twentieth of a second for each file
    monkeypatch.setattr(processes, "time", clock)

    def paths() -> Iterator[str]:
        nonlocal given
        for _ in range(100):
            given += 1
            yield f"{tmp_path}/0000"

    stream = in_processes(paths(), Job(WANTED), 2)
    first = await anext(stream)
    assert (first.headers < 50, given < 50, len(children)) == (True, True, 2)
    assert first.headers + sum([batch.headers async for batch in stream]) == 100


SCRIPT = """
import asyncio, sys
from contextlib import aclosing
from pathlib import Path
from dicom2fhir.sources import processes
from dicom2fhir.sources.directory import read_directory

processes.WORTHWHILE, processes.READ_MEANWHILE = 0, False

async def main():
    stream = read_directory(Path(sys.argv[1]), frozenset({"00080018"}), make=list, workers=2, skipped=print)
    async with aclosing(stream) as batches:
        async for batch in batches:
            print(len(batch), flush=True)
            if sys.argv[2] == "wait":
                await asyncio.Event().wait()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def start(tmp_path: Path, then: str) -> subprocess.Popen[str]:
    """Start the script; after a batch it waits or goes on."""
    folder = tmp_path / "folder"
    copies(folder, 400)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, script, folder, then],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until_nobody_is_left(group: int) -> None:
    """Come back when all processes of a group have ended."""

    def is_gone() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    wait_until(is_gone)


def test_a_script_reads_with_processes(tmp_path: Path) -> None:
    with start(tmp_path, "go on") as process:
        out, errors = process.communicate(timeout=60)
    assert sum(int(line) for line in out.split()) == 400
    assert errors == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_script_leaves_no_process_and_no_noise(tmp_path: Path) -> None:
    with start(tmp_path, "wait") as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does: everybody gets it
        out, errors = process.communicate(timeout=60)
    assert out.split()[-1] == "interrupted"
    assert errors == ""
    wait_until_nobody_is_left(process.pid)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_processes_of_a_killed_script_end_too(tmp_path: Path) -> None:
    with start(tmp_path, "wait") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    wait_until_nobody_is_left(process.pid)


def test_reading_without_processes_does_not_load_them() -> None:
    code = "import sys, dicom2fhir.sources.directory as d; assert not {'pydicom', 'aiofiles'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_a_reading_process_loads_as_little_as_it_can() -> None:
    code = "import sys, dicom2fhir.sources.serving, dicom2fhir.parts; assert not {'asyncio', 'pydicom', 'aiofiles', 'fhir', 'pydantic'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
