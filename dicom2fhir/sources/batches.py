"""Files by the batch, read in a thread: the event loop neither waits for a disk nor hops for every file."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.problems import Skipped, problem_of
from dicom2fhir.sources.walking import label_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

__all__ = ["Batch", "Files", "Job", "in_thread"]

# A consumer that needs 0.1 ms for each keeps the loop for some 10 ms; the hop into the thread costs 0.1 ms.
_FILES = 128
# Where the disk is slow a batch ends early, so that its first files need not wait for its last.
_SECONDS = 0.1


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


class Files:
    """Reads files with one reader, for one thread at a time.

    >>> Files(Job(frozenset({"00080060"}))).read_some(iter(["no such file"]))
    Batch(headers=[], skipped=[Skipped(problem='unreadable')])
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reader = HeaderReader(job.wanted)
        self.stopped = threading.Event()
        self.waited = False

    def read(self, path: str | Skipped, batch: Batch) -> None:
        """Add a file to a batch: its header, or why there is none."""
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
    files = Files(job)
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
