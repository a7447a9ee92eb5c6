"""Files by the batch, read in a thread: the event loop neither waits for a disk nor hops for every file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dicom2fhir.sources.files import Batch, Files, Job

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from dicom2fhir.sources.problems import Skipped

__all__ = ["in_thread"]


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
