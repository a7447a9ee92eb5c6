"""Files by the batch: what a thread reads, and what a process reads and sends back."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.problems import Skipped, problem_of
from dicom2fhir.sources.walking import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["FILES", "Batch", "Files", "Job"]

# A consumer that needs 0.1 ms for each keeps the loop for some 10 ms; the hop into the thread costs 0.1 ms.
FILES = 128
# Where the disk is slow a batch ends early, so that its first files need not wait for its last.
_SECONDS = 0.1


class Job(NamedTuple):
    """What to read of every file; it travels to other processes."""

    wanted: frozenset[str]
    root: str = ""
    force: bool = False
    reduce: Callable[[Iterator[Any]], Any] | None = None
    """What a reading process makes of the headers of a batch before it sends them back."""


class Batch(NamedTuple):
    """Some headers, and the notes on files: on those passed over between them, and on those used though cut short."""

    headers: list[Any]
    skipped: list[Skipped]

    def __repr__(self) -> str:
        return f"<Batch: {len(self.headers)} headers, {len(self.skipped)} skipped>"


class Files:
    """Reads files with one reader, for one thread at a time.

    >>> Files(Job(frozenset({"00080060"}))).read_some(iter(["no such file"]))
    <Batch: 0 headers, 1 skipped>
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reader = HeaderReader(job.wanted)
        self.stopped = threading.Event()
        self.waited = False

    def read(self, paths: Iterable[str | Skipped], skipped: list[Skipped]) -> Iterator[dict[str, Any]]:
        """The header of each file as it is asked for; what has none is put among the skipped.

        >>> skipped = []
        >>> list(Files(Job(frozenset())).read(["no such file"], skipped)), skipped
        ([], [Skipped(problem='unreadable')])
        """
        for path in paths:
            if self.stopped.is_set():
                return
            if isinstance(path, Skipped):
                skipped.append(path)
                continue
            try:
                header = self._reader.read(path, force=self.job.force)
            except SourceError as error:
                skipped.append(Skipped(label_of(path, self.job.root), problem_of(error)))
                continue
            if self._reader.is_cut_short:
                skipped.append(Skipped(label_of(path, self.job.root), "cut-short"))
            yield header

    def read_all(self, paths: Iterable[str | Skipped]) -> Batch:
        """All of these files, and what the job makes of their headers: one by one, so that none is kept for long.

        >>> Files(Job(frozenset(), reduce=list)).read_all([])
        <Batch: 1 headers, 0 skipped>
        """
        skipped: list[Skipped] = []
        headers = self.read(paths, skipped)
        results = list(headers) if self.job.reduce is None else [self.job.reduce(headers)]
        return Batch(results, skipped)

    def read_some(self, paths: Iterator[str | Skipped]) -> Batch | None:
        """The next batch; None at the end.  ``waited`` tells whether most of the time went by without our doing."""
        batch = Batch([], [])
        started, worked = time.monotonic(), time.thread_time()
        for count, path in enumerate(paths, 1):
            batch.headers.extend(self.read([path], batch.skipped))
            if self.stopped.is_set() or count == FILES or time.monotonic() > started + _SECONDS:
                break
        self.waited = time.monotonic() - started > 2 * (time.thread_time() - worked)
        return batch if batch.headers or batch.skipped else None
