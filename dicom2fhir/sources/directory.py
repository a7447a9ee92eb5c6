"""A folder, or a list of files, as an asynchronous stream of DICOM JSON in batches.

The order is that of the names, so the same folder always gives the same stream.  The dicts of one series share
their unchanging parts: treat them as read-only.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar

from dicom2fhir.errors import ConfigError, MissingSourceError
from dicom2fhir.sources.batches import in_thread
from dicom2fhir.sources.files import Job
from dicom2fhir.sources.problems import Problem, Skipped
from dicom2fhir.sources.walking import files_below, regular_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
    from pathlib import Path

    from dicom2fhir.sources.files import Labelled

__all__ = ["Problem", "Skipped", "read_directory", "read_files"]

_Made = TypeVar("_Made")


async def read_directory(
    root: Path,
    wanted: frozenset[str],
    *,
    make: Callable[[Iterator[Labelled]], _Made],
    skip_invalid: bool = True,
    workers: int = 1,
    skipped: Callable[[Skipped], None],
) -> AsyncGenerator[_Made, None]:
    """What is made of the headers of all DICOM files below a folder, batch by batch, whatever their names.

    ``make`` is called where the files are read with each header and what a report calls its file; ``skipped`` hears of the rest.
    ``skip_invalid=False`` also tries files that do not look like DICOM before it passes them over.
    ``workers`` above 1 reads with as many processes, where there are files enough for them.

    >>> from pathlib import Path
    >>> async def count():
    ...     return [len(batch) async for batch in read_directory(Path("nowhere"), frozenset(), make=list, skipped=print)]
    >>> asyncio.run(count())
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Directory 'nowhere' not found
    """
    folder = await asyncio.to_thread(_folder, root)
    job = Job(wanted, folder, force=not skip_invalid, make=make)
    async with aclosing(_read(files_below(folder), job, workers, skipped)) as batches:
        async for batch in batches:
            yield batch


async def read_files(
    paths: Iterable[str | os.PathLike[str]],
    wanted: frozenset[str],
    *,
    make: Callable[[Iterator[Labelled]], _Made],
    skip_invalid: bool = True,
    workers: int = 1,
    skipped: Callable[[Skipped], None],
) -> AsyncGenerator[_Made, None]:
    """The same for a list of files, in the order of the list.

    >>> async def count():
    ...     paths, wanted = ["nowhere"], frozenset({"00080060"})
    ...     return [len(batch) async for batch in read_files(paths, wanted, make=list, skipped=print)]
    >>> asyncio.run(count())
    Skipped(problem='unreadable')
    []
    """
    names = (os.fspath(path) for path in paths)
    job = Job(wanted, force=not skip_invalid, make=make)
    async with aclosing(_read(regular_files(names), job, workers, skipped)) as batches:
        async for batch in batches:
            yield batch


async def _read(
    paths: Iterator[str | Skipped], job: Job, workers: int, skipped: Callable[[Skipped], None]
) -> AsyncGenerator[Any, None]:
    if workers < 1:
        message = "workers: at least one has to read"
        raise ConfigError(message)
    if workers == 1:
        source = in_thread(paths, job)
    else:
        from dicom2fhir.sources.processes import in_processes

        source = in_processes(paths, job, workers)
    async with aclosing(source) as batches:
        async for batch in batches:
            for each in batch.skipped:
                skipped(each)
            if batch.headers:
                yield batch.made


def _folder(root: Path) -> str:
    if not root.exists():
        message = f"Directory '{root}' not found"
        raise MissingSourceError(message)
    if not root.is_dir():
        message = f"Expected a directory, got: {root}"
        raise MissingSourceError(message)
    return str(root.absolute())
