"""Files by the batch, read by several processes: for storage that keeps one reader waiting."""

from __future__ import annotations

import asyncio
import pickle
import signal
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from itertools import cycle, islice
from typing import TYPE_CHECKING

from dicom2fhir.errors import Dicom2FhirError, SourceError
from dicom2fhir.sources.batches import Batch, Files, Job, in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from multiprocessing.connection import Connection

    from dicom2fhir.sources.problems import Skipped

__all__ = ["in_processes"]

_FILES = 128
# Two processes start in 0.2 s; a thread reads and the loop assembles this many in the meantime.
_BEFORE_PROCESSES = 2048


async def in_processes(paths: Iterator[str | Skipped], job: Job, workers: int) -> AsyncGenerator[Batch, None]:
    """Read with several processes, in the order of the paths; each of them is one batch ahead at the most.

    To start processes takes as long as to read some thousand files, so the first of them are read in a thread, and where
    there are no more no process is started.  The processes are spawned, so a script that asks for them needs its
    ``if __name__ == "__main__":``.
    """
    async with aclosing(in_thread(islice(paths, _BEFORE_PROCESSES), job)) as first:
        async for batch in first:
            yield batch
    loop = asyncio.get_running_loop()
    # Threads of our own: those of the loop may be gone already when an interrupted program comes to its end here.
    threads = ThreadPoolExecutor(workers)
    readers: list[_Reader] = []
    reading: deque[asyncio.Future[Batch]] = deque()
    try:
        for turn in cycle(range(workers)):
            if len(reading) == workers:
                yield await reading[0]
                reading.popleft()
            some = await loop.run_in_executor(threads, list, islice(paths, _FILES))
            if not some:
                break
            if turn == len(readers):
                readers.append(await loop.run_in_executor(threads, _Reader, job))
            reading.append(loop.run_in_executor(threads, readers[turn].read, some))
        while reading:
            yield await reading[0]
            reading.popleft()
    finally:
        for reader in readers:
            reader.stop()
        await asyncio.gather(*reading, return_exceptions=True)
        for reader in readers:
            await loop.run_in_executor(threads, reader.close)
        threads.shutdown()  # at once: they have nothing left to do


class _Reader:
    """One process, and the pipe to it.  Nobody else holds the pipe, so its end is heard when the process ends."""

    def __init__(self, job: Job) -> None:
        from multiprocessing import get_context  # here, because most readers never need it

        context = get_context("spawn")  # a fork would copy the locks of threads that it does not copy
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, job), daemon=True)
        with _deaf_children():
            self._process.start()
        theirs.close()

    def read(self, paths: list[str | Skipped]) -> Batch:
        try:
            self._pipe.send_bytes(pickle.dumps(paths))  # send() leaves a mess behind when the pipe is broken
            answer: Batch | Dicom2FhirError = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - from ourselves
        except (EOFError, OSError):
            message = "a reading process ended before its work did"
            raise SourceError(message) from None
        if isinstance(answer, Dicom2FhirError):
            raise answer
        return answer

    def stop(self) -> None:
        self._process.terminate()

    def close(self) -> None:
        self._process.join()
        self._process.close()
        self._pipe.close()


def _serve(pipe: Connection, job: Job) -> None:
    """What a reading process does, until the other end of the pipe is closed or gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a mask cannot be handed down
    files = Files(job)
    try:
        while True:
            paths = pickle.loads(pipe.recv_bytes())  # noqa: S301 - from ourselves
            pipe.send_bytes(pickle.dumps(_answer(files, paths)))
    except (EOFError, OSError):
        pass


def _answer(files: Files, paths: list[str | Skipped]) -> Batch | Dicom2FhirError:
    batch = Batch([], [])
    for path in paths:
        files.read(path, batch)
    if files.job.reduce is None:
        return batch
    try:
        return Batch([files.job.reduce(batch.headers)], batch.skipped)
    except Dicom2FhirError as error:
        return error


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
