"""Files by the batch: read in a thread, or by several processes, always one step ahead of whoever uses them.

The event loop is never asked to wait for a disk, nor to hop into a thread for every file.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import deque
from contextlib import aclosing, contextmanager
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.problems import Skipped, problem_of
from dicom2fhir.sources.walking import label_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator
    from concurrent.futures import Future

__all__ = ["Batch", "Job", "in_processes", "in_thread"]

# A consumer that needs 0.1 ms for each keeps the loop for some 10 ms; the hop into the thread costs 0.1 ms.
_FILES = 128
# Where the disk is slow a batch ends early, so that its first files need not wait for its last.
_SECONDS = 0.1
# Batches on their way for each process: one being read, one to begin at once.
_AHEAD = 2
# Two processes start in 0.2 s; a thread reads and the loop assembles this many in the meantime.
_BEFORE_PROCESSES = 2048


class Job(NamedTuple):
    """What to read of every file; it travels to other processes.

    >>> Job(frozenset({"00080060"})).force
    False
    """

    wanted: frozenset[str]
    root: str = ""
    force: bool = False
    reduce: Callable[[list[Any]], Any] | None = None
    """What a reading process makes of the headers of a batch before it sends them back."""


class Batch(NamedTuple):
    """Some headers, and what was passed over between them.

    >>> Batch([], []).headers
    []
    """

    headers: list[Any]
    skipped: list[Skipped]


class _Files:
    """Reads files with one reader, for one thread at a time."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reader = HeaderReader(job.wanted)
        self.stopped = threading.Event()
        self.waited = False

    def read(self, path: str | Skipped, batch: Batch) -> None:
        if isinstance(path, Skipped):
            batch.skipped.append(path)
            return
        try:
            batch.headers.append(self._reader.read(path, force=self.job.force))
        except SourceError as error:
            batch.skipped.append(Skipped(label_of(path, self.job.root), problem_of(error)))

    def read_some(self, paths: Iterator[str | Skipped]) -> Batch | None:
        """The next batch; None at the end.  ``waited`` tells whether most of the time went by without our doing."""
        batch = Batch([], [])
        started, worked = time.monotonic(), time.thread_time()
        for count, path in enumerate(paths, 1):
            self.read(path, batch)
            if self.stopped.is_set() or count == _FILES or time.monotonic() > started + _SECONDS:
                break
        self.waited = time.monotonic() - started > 2 * (time.thread_time() - worked)
        return batch if batch.headers or batch.skipped else None


async def in_thread(paths: Iterator[str | Skipped], job: Job) -> AsyncGenerator[Batch, None]:
    """Read in a thread; while one batch is being used the next is being read, where reading means to wait.

    Where it does not, because the files are in memory, two threads would only quarrel over the interpreter.
    """
    loop = asyncio.get_running_loop()
    files = _Files(job)
    reading = loop.run_in_executor(None, files.read_some, paths)
    try:
        while True:
            await asyncio.wait({reading})
            batch = reading.result()
            if batch is None:
                return
            ahead = files.waited
            if ahead:
                reading = loop.run_in_executor(None, files.read_some, paths)
            yield batch
            if not ahead:
                reading = loop.run_in_executor(None, files.read_some, paths)
    finally:
        files.stopped.set()
        await asyncio.wait({reading})  # nobody reads on behind our back
        if not reading.cancelled():
            reading.exception()  # it was seen, or nobody is left to see it


async def in_processes(paths: Iterator[str | Skipped], job: Job, workers: int) -> AsyncGenerator[Batch, None]:
    """Read with several processes, in the order of the paths; a few batches for each are on their way at any time.

    To start processes takes as long as to read some thousand files, so the first of them are read in a thread, and where
    there are no more no process is started.  The processes are spawned, so a script that asks for them needs its
    ``if __name__ == "__main__":``.
    """
    async with aclosing(in_thread(islice(paths, _BEFORE_PROCESSES), job)) as first:
        async for batch in first:
            yield batch
    more = await asyncio.to_thread(lambda: list(islice(paths, 1)))
    if more:
        async with aclosing(_in_processes(chain(more, paths), job, workers)) as rest:
            async for batch in rest:
                yield batch


async def _in_processes(
    paths: Iterator[str | Skipped], job: Job, workers: int
) -> AsyncGenerator[Batch, None]:
    from concurrent.futures import ProcessPoolExecutor  # here, because most readers never need them
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    loop = asyncio.get_running_loop()
    executor = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(job,)
    )

    def submit() -> Future[Batch] | None:  # in a thread: it walks folders and starts processes
        some = list(islice(paths, _FILES))
        if not some:
            return None
        with _deaf_children():
            return executor.submit(_read_in_worker, some)

    pending: deque[Future[Batch]] = deque()
    more = True
    try:
        while more or pending:
            while more and len(pending) < _AHEAD * workers:
                future = await loop.run_in_executor(None, submit)
                if future is None:
                    more = False
                else:
                    pending.append(future)
            if pending:
                yield await asyncio.wrap_future(pending.popleft())
    except BrokenProcessPool:
        message = "a reading process ended before its work did"
        raise SourceError(message) from None
    finally:
        await loop.run_in_executor(None, partial(executor.shutdown, wait=True, cancel_futures=True))


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that start in here do not hear Ctrl-C, from their first moment on: it is for who reads the folder."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_workers_files: list[_Files] = []
"""What a reading process reads with: one, put there when the process starts."""


def _start_worker(job: Job) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the process that reads the folder; it ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workers_files[:] = [_Files(job)]


def _end_with_parent() -> None:
    """Leave when the reading program was killed: the pool itself would wait for work for ever."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_in_worker(paths: list[str | Skipped]) -> Batch:
    batch = Batch([], [])
    files = _workers_files[0]
    for path in paths:
        files.read(path, batch)
    if files.job.reduce is not None:
        return Batch([files.job.reduce(batch.headers)], batch.skipped)
    return batch
