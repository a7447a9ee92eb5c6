"""Files by the batch, read by several processes.

Each is a Python of its own that talks through its standard input and output (`serving`).  Those of ``multiprocessing`` were
measured against it: they take twice the processor time to start (0.12 s to 0.06 s, and a third process to watch over them), and
they run the caller's script anew, which therefore has to be guarded by ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager, suppress
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from dicom2fhir.errors import ConfigError, Dicom2FhirError, SourceError
from dicom2fhir.sources.batches import in_thread
from dicom2fhir.sources.files import FILES, Batch, Files, Job
from dicom2fhir.sources.serving import COMMAND, Answer, answer, receive, send, skip_to_start

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from dicom2fhir.sources.problems import Skipped

__all__ = ["READ_MEANWHILE", "WORTHWHILE", "files_to_ask_for", "in_processes"]

WORTHWHILE: int = 4096
"""Where there are fewer files one process has read them before another has started."""
READ_MEANWHILE: bool = True
"""Whether to read here while the processes start; who wants to see them at work has to wait for them."""
# A process is asked for as many files as it reads in about this time: each time costs us half a millisecond, and who watches
# wants to see something happen, also where a file takes seconds.
# Nor are files looked for any longer than that before somebody begins to read.
_SECONDS = 0.1
_FIRST_FILES, _MOST_FILES = 256, 2048
# A process that has answered finds its next batches waiting, so that it need not wait for us.
_AHEAD = 4


async def in_processes(paths: Iterator[str | Skipped], job: Job, workers: int) -> AsyncGenerator[Batch, None]:
    """Read with several processes, in the order of the paths, and in a thread of this one until they have started."""
    # Those of the loop may be gone when an interrupted program comes to its end here.
    threads = ThreadPoolExecutor(1)
    stopped = threading.Event()
    paths = takewhile(lambda _: not stopped.is_set(), paths)
    try:
        first, many = await asyncio.get_running_loop().run_in_executor(
            threads, _next_paths, paths, WORTHWHILE
        )
        paths = chain(first, paths)
        source = _Readers(job, workers, threads, stopped).read(paths) if many else in_thread(paths, job)
        async with aclosing(source) as batches:
            async for batch in batches:
                yield batch
    finally:
        stopped.set()
        threads.shutdown()  # at once: it has no more to do than to find one path


class _Readers:
    """Several processes and the order in which they read."""

    def __init__(self, job: Job, workers: int, threads: ThreadPoolExecutor, stopped: threading.Event) -> None:
        self._job = job
        self._stopped = stopped
        self._workers = workers
        self._threads = threads
        self._processes: list[_Process] = []
        self._pending: deque[asyncio.Future[Any]] = deque()

    async def read(self, paths: Iterator[str | Skipped]) -> AsyncGenerator[Batch, None]:
        try:
            async with aclosing(self._start(paths)) as meanwhile:
                async for batch in meanwhile:
                    yield batch
            while True:
                if len(self._pending) == self._workers * _AHEAD:
                    yield _of_use(await self._next()).batch
                process = min(self._processes, key=lambda process: process.unanswered)
                if not await self._in_thread(process.ask_for_some, paths):
                    break
                self._pending.append(process.answer())
            while self._pending:
                yield _of_use(await self._next()).batch
        finally:
            await self._end()

    async def _start(self, paths: Iterator[str | Skipped]) -> AsyncGenerator[Batch, None]:
        """Start the processes, and read here until they have."""
        for _ in range(self._workers):
            process = _Process()
            self._processes.append(process)  # first, or nobody would stop it if we were cancelled now
            await self._in_thread(process.start, self._job)
            self._pending.append(process.answer())
        files = Files(self._job)
        files.stopped = self._stopped
        while READ_MEANWHILE and not all(starting.done() for starting in self._pending):
            some, _ = await self._in_thread(_next_paths, paths, FILES)
            if not some:
                break
            yield _of_use(await self._in_thread(answer, files, some)).batch
        while self._pending:
            await self._next()

    async def _next(self) -> Any:
        """The oldest answer; it is not let go of before it has come."""
        answered = await self._pending[0]
        self._pending.popleft()
        return answered

    def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def _end(self) -> None:
        """Stop all of them; in one piece, which who is cancelled here leaves to the thread."""
        self._stopped.set()
        for process in self._processes:
            process.stop()
        await asyncio.shield(self._in_thread(self._close))

    def _close(self) -> None:
        for process in self._processes:
            process.close()


class _Process:
    """One process, the pipes to it, and a thread that listens to its answers."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._listener = ThreadPoolExecutor(1)
        self._files = _FIRST_FILES
        self._asked = self._answered = 0

    def start(self, job: Job) -> None:
        if not sys.executable or getattr(sys, "frozen", False):
            message = "workers: this program has no Python that could run a second time; use one"
            raise ConfigError(message)
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001 - as multiprocessing does: -X utf8 decides how files are named
        command = [sys.executable, *flags, "-c", COMMAND, *sys.path]
        try:
            with _deaf_children():
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
        except OSError as error:
            message = f"a reading process could not be started: {os.strerror(error.errno or 0)}"
            raise SourceError(message) from None
        self._requests = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)
        self._ask(job)

    def _ask(self, what: Job | list[str | Skipped]) -> None:
        try:
            send(self._requests, what)
        except OSError:
            raise SourceError(_ENDED) from None
        self._asked += 1

    @property
    def unanswered(self) -> int:
        return self._asked - self._answered

    def ask_for_some(self, paths: Iterator[str | Skipped]) -> bool:
        """Ask for the next files; False when there are none."""
        some, _ = _next_paths(paths, self._files)
        if some:
            self._ask(some)
        return bool(some)

    def answer(self) -> asyncio.Future[Any]:
        """The next answer: first that it has started, then one for each thing it was asked."""
        coming = asyncio.get_running_loop().run_in_executor(self._listener, self._receive)
        coming.add_done_callback(_seen)
        return coming

    def _receive(self) -> Any:
        try:
            if not self._answered:
                skip_to_start(self._answers)
            answered = receive(self._answers)
        except (EOFError, OSError, MemoryError, OverflowError, pickle.UnpicklingError):
            raise SourceError(_ENDED) from None  # or something else has written into its output
        self._answered += 1
        if isinstance(answered, Answer):
            self._files = files_to_ask_for(answered)
        return answered

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()  # whoever ignores SIGTERM has handed that down

    def close(self) -> None:
        self.stop()  # once more, for one that was only about to start
        self._listener.shutdown()
        if self._process is not None:
            self._process.wait()
            for pipe in (self._requests, self._answers):
                with suppress(OSError):  # what nobody will read any more
                    pipe.close()


def _seen(coming: asyncio.Future[Any]) -> None:
    """Nobody may be left to hear of its error."""
    if not coming.cancelled():
        coming.exception()


def _of_use(answered: Answer | Dicom2FhirError) -> Answer:
    if isinstance(answered, Dicom2FhirError):
        raise answered
    return answered


def _next_paths(paths: Iterator[str | Skipped], most: int) -> tuple[list[str | Skipped], bool]:
    """The next paths, as many as are found in time; and whether there may be more."""
    listed: list[str | Skipped] = []
    until = time.monotonic() + _SECONDS
    for path in paths:
        listed.append(path)
        if len(listed) >= most or time.monotonic() > until:
            return listed, True
    return listed, False


def files_to_ask_for(last: Answer) -> int:
    """How many files to ask for next: at the most four times as many as the last time, and at the least a quarter."""
    goal = int(last.files * _SECONDS / max(last.seconds, _SECONDS / _MOST_FILES))
    return max(1, last.files // 4, min(_MOST_FILES, 4 * last.files, goal))


_ENDED: Final = "a reading process ended before its work did"


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that start in here never hear Ctrl-C: it is for whoever reads the folder, and he stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
