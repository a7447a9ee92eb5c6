"""The PATHs of a command as one source of data sets."""

from __future__ import annotations

import os
import sys
from contextlib import aclosing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.cli.exits import UsageError
from dicom2fhir.cli.files import part_of
from dicom2fhir.cli.lines import data_sets_of, file_lines, stream_lines
from dicom2fhir.errors import SourceError
from dicom2fhir.sources.directory import Skipped, read_directory, read_files
from dicom2fhir.sources.json_file import read_json_file
from dicom2fhir.streams import STUDY_ONLY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

__all__ = ["STDIN", "Inputs", "kind_of"]

STDIN: Final = "-"
_LINES: Final = frozenset({".ndjson", ".jsonl"})
_BATCH: Final = 64


def kind_of(path: str) -> str:
    """How a PATH is read: ``stdin``, ``folder``, ``lines``, ``json`` or ``dicom``.

    >>> kind_of("-"), kind_of("a.ndjson"), kind_of("a.json"), kind_of("IM0001"), kind_of(os.curdir)
    ('stdin', 'lines', 'json', 'dicom', 'folder')
    """
    if path == STDIN:
        return "stdin"
    if Path(path).is_dir():
        return "folder"
    suffix = Path(path).suffix.lower()
    return "lines" if suffix in _LINES else "json" if suffix == ".json" else "dicom"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Folders, files, JSON and standard input, one after the other.

    ``own`` are the files and folders that the command itself writes: where they lie in a folder that is
    read, nothing is said of them.
    """

    paths: tuple[str, ...]
    workers: int = 1
    skip_invalid: bool = True
    own: tuple[str, ...] = ()
    reduce: Callable[[Iterator[Any]], Any] | None = None
    """What reading processes make of a batch before they send it, but for a reading of studies alone."""

    @classmethod
    def of(
        cls, paths: Sequence[str], *, workers: int = 1, skip_invalid: bool = True, own: Sequence[str] = ()
    ) -> Inputs:
        """Take the PATHs of a command line; one that cannot be read is refused at once.

        >>> Inputs.of(["no such folder"])
        Traceback (most recent call last):
        dicom2fhir.cli.exits.UsageError: 'no such folder': there is no such file or folder; check the spelling
        """
        for path in paths:
            _must_be_readable(path)
        if list(paths).count(STDIN) > 1:
            raise UsageError("'-': standard input can be read once; name it once")
        places = {path if path == STDIN else os.path.realpath(path): path for path in reversed(paths)}
        kept = set(places.values())
        unique = tuple(path for path in dict.fromkeys(paths) if path in kept)
        for path in own:
            if os.path.realpath(path) in places:
                raise UsageError(
                    f"'{path}': is to be read, and to be written; name another place to write to"
                )
        mine = [Path(os.path.realpath(path)) for path in own]
        return cls(unique, workers, skip_invalid, tuple(map(str, [*mine, *map(part_of, mine)])))

    @property
    def can_be_read_twice(self) -> bool:
        """Whether a second reading gives the same.

        >>> Inputs(("a", "b")).can_be_read_twice, Inputs(("a", "-")).can_be_read_twice
        (True, False)
        """
        return STDIN not in self.paths

    async def opened(
        self, wanted: frozenset[str], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[list[Any], None]:
        """Batches of data sets; this is a ``Source`` of the front door."""
        for kind, group in groupby(self.paths, kind_of):
            paths = list(group)
            for some in [paths] if kind == "dicom" else [[path] for path in paths]:
                async with aclosing(self._read(kind, some, wanted, skipped)) as batches:
                    try:
                        async for batch in batches:
                            yield batch
                    except SourceError as error:
                        raise SourceError(f"'{some[0]}': {error}") from error

    def _read(
        self, kind: str, paths: list[str], wanted: frozenset[str], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[list[Any], None]:
        if kind not in {"dicom", "folder"}:
            return _batched(_parsed(kind, paths[0], skipped))
        how: dict[str, Any] = {"skip_invalid": self.skip_invalid, "workers": self.workers}
        if wanted != STUDY_ONLY:
            how["reduce"] = self.reduce
        if kind == "dicom":
            return read_files(paths, wanted, skipped=skipped, **how)
        return read_directory(Path(paths[0]), wanted, skipped=self._below(paths[0], skipped), **how)

    def _below(self, root: str, skipped: Callable[[Skipped], None]) -> Callable[[Skipped], None]:
        """Name files as the user would, and pass over our own."""
        real = os.path.realpath(root)

        def tell(one: Skipped) -> None:
            place = os.path.join(real, one.source)  # noqa: PTH118 - a Path costs more
            if place not in self.own and os.path.dirname(place) not in self.own:  # noqa: PTH120 - as above
                skipped(Skipped(os.path.join(root, one.source), one.problem))  # noqa: PTH118 - as above

        return tell


def _must_be_readable(path: str) -> None:
    if path == STDIN:
        return
    if not os.path.lexists(path):
        raise UsageError(f"'{path}': there is no such file or folder; check the spelling")
    if not Path(path).exists():
        raise UsageError(f"'{path}': is a link to nowhere; name the file or folder itself")
    if not (Path(path).is_dir() or Path(path).is_file()):
        raise UsageError(
            f"'{path}': is neither a file nor a folder; to read from a pipe, pipe NDJSON into '-'"
        )


async def _parsed(
    kind: str, path: str, skipped: Callable[[Skipped], None]
) -> AsyncGenerator[dict[str, Any], None]:
    try:
        if kind == "json":
            data_sets = read_json_file(path)
        else:
            lines = stream_lines(_stdin()) if kind == "stdin" else file_lines(Path(path))
            data_sets = data_sets_of(lines, path, skipped)
        async with aclosing(data_sets) as parsed:
            async for data_set in parsed:
                yield data_set
    except SourceError as error:
        place, _, number = str(error).partition(":")[0].partition(" ")
        skipped(Skipped(f"{path}:{number}" if place == "line" else path, "unreadable"))
    except OSError:
        skipped(Skipped(path, "unreadable"))


async def _batched(data_sets: AsyncGenerator[dict[str, Any], None]) -> AsyncGenerator[list[Any], None]:
    batch: list[Any] = []
    async with aclosing(data_sets) as parsed:
        async for data_set in parsed:
            batch.append(data_set)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    yield batch


def _stdin() -> Any:
    """Standard input without its buffer: a thread that waits in a buffer locks it for ever."""
    buffer = sys.stdin.buffer
    return getattr(buffer, "raw", buffer)
