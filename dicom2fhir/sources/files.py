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

    Labelled = tuple[dict[str, Any], str | None]
    """A header, and what a report calls its file."""

__all__ = ["FILES", "Batch", "Files", "Job"]

# A consumer that needs 0.1 ms for each keeps the loop for some 10 ms; the hop into the thread costs 0.1 ms.
FILES = 128
# Where the disk is slow a batch ends early, so that its first files need not wait for its last.
_SECONDS = 0.1


class Job(NamedTuple):
    """What to read of every file, and what to make of it; it travels to other processes."""

    wanted: frozenset[str]
    root: str = ""
    force: bool = False
    make: Callable[[Iterator[Labelled]], Any] = list
    """What is made of the headers of a batch, where they are read."""


class Batch(NamedTuple):
    """What was made of some headers, how many they are, and the notes on files: passed over, or used though cut short."""

    made: Any
    headers: int
    skipped: list[Skipped]

    def __repr__(self) -> str:
        return f"<Batch: {self.headers} headers, {len(self.skipped)} skipped>"


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

    def read(self, paths: Iterable[str | Skipped], skipped: list[Skipped]) -> Iterator[Labelled]:
        """The header of each file as it is asked for, and what a report calls the file; what has none is put among the skipped."""
        for path in paths:
            if self.stopped.is_set():
                return
            if isinstance(path, Skipped):
                skipped.append(path)
                continue
            label = label_of(path, self.job.root)
            try:
                header = self._reader.read(path, force=self.job.force)
            except SourceError as error:
                skipped.append(Skipped(label, problem_of(error)))
                continue
            if self._reader.is_cut_short:
                skipped.append(Skipped(label, "cut-short"))
            yield header, label

    def read_all(self, paths: Iterable[str | Skipped]) -> Batch:
        """All of these files, and what the job makes of their headers: one by one, so that none is kept for long."""
        skipped: list[Skipped] = []
        counted = _Counted(self.read(paths, skipped))
        made = self.job.make(counted)
        return Batch(made, counted.count, skipped)

    def read_some(self, paths: Iterator[str | Skipped]) -> Batch | None:
        """The next batch; None at the end.  ``waited`` tells whether most of the time went by without our doing."""
        headers: list[Labelled] = []
        skipped: list[Skipped] = []
        started, worked = time.monotonic(), time.thread_time()
        for count, path in enumerate(paths, 1):
            headers.extend(self.read([path], skipped))
            if self.stopped.is_set() or count == FILES or time.monotonic() > started + _SECONDS:
                break
        self.waited = time.monotonic() - started > 2 * (time.thread_time() - worked)
        if not headers and not skipped:
            return None
        return Batch(self.job.make(iter(headers)), len(headers), skipped)


class _Counted:
    """An iterator that knows how many it has given out."""

    def __init__(self, headers: Iterator[Labelled]) -> None:
        self._headers = headers
        self.count = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> Labelled:
        header = next(self._headers)
        self.count += 1
        return header
