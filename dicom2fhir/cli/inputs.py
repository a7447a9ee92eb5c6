"""The PATHs of a command as one source of data sets."""

from __future__ import annotations

import os
import sys
from contextlib import aclosing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from dicom2fhir.cli.atomic_files import part_of
from dicom2fhir.cli.ndjson_lines import data_sets_of, file_lines, stream_lines
from dicom2fhir.cli.terminal import UsageError
from dicom2fhir.errors import SourceError
from dicom2fhir.sources.directory import Skipped, read_directory, read_files
from dicom2fhir.sources.json_file import LINE_SUFFIXES, read_json_file
from dicom2fhir.streams import ReadByConversion, batched

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

    from dicom2fhir.conversion import Conversion
    from dicom2fhir.parts import Labelled

__all__ = ["STDIN", "InputSource", "Inputs", "kind_of"]

_Made = TypeVar("_Made")
STDIN: Final = "-"


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
    return "lines" if suffix in LINE_SUFFIXES else "json" if suffix == ".json" else "dicom"


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

    @classmethod
    def of(
        cls, paths: Sequence[str], *, workers: int = 1, skip_invalid: bool = True, own: Sequence[str] = ()
    ) -> Inputs:
        """Take the PATHs of a command line; one that cannot be read is refused at once.

        >>> Inputs.of(["no such folder"])
        Traceback (most recent call last):
        dicom2fhir.cli.terminal.UsageError: 'no such folder': there is no such file or folder; check the spelling
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

    def read_for(self, conversion: Conversion) -> InputSource:
        """The source, read with the tags and by the rules of a conversion."""
        return InputSource(self, conversion)

    def below(self, root: str, skipped: Callable[[Skipped], None]) -> Callable[[Skipped], None]:
        """Name files as the user would, and pass over our own."""
        real = os.path.realpath(root)

        def tell(file: Skipped) -> None:
            place = os.path.join(real, file.source)  # noqa: PTH118 - a Path costs more
            if place not in self.own and os.path.dirname(place) not in self.own:  # noqa: PTH120 - as above
                skipped(Skipped(os.path.join(root, file.source), file.problem))  # noqa: PTH118 - as above

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


class InputSource(ReadByConversion):
    """The inputs as a source of data sets."""

    def __init__(self, inputs: Inputs, conversion: Conversion) -> None:
        super().__init__(conversion, inputs.workers)
        self._inputs = inputs

    async def _read(
        self, make: Callable[[Iterable[Labelled]], _Made], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[_Made, None]:
        for kind, group in groupby(self._inputs.paths, kind_of):
            paths = list(group)
            for some in [paths] if kind == "dicom" else [[path] for path in paths]:
                async with aclosing(self._read_some(kind, some, make, skipped)) as batches:
                    try:
                        async for batch in batches:
                            yield batch
                    except SourceError as error:
                        raise SourceError(f"'{some[0]}': {error}") from error

    def _read_some(
        self,
        kind: str,
        paths: list[str],
        make: Callable[[Iterable[Labelled]], _Made],
        skipped: Callable[[Skipped], None],
    ) -> AsyncGenerator[_Made, None]:
        if kind not in {"dicom", "folder"}:
            return _made(_parsed(kind, paths[0], skipped), make)
        wanted, inputs = self._conversion.wanted, self._inputs
        if kind == "dicom":
            return read_files(
                paths,
                wanted,
                make=make,
                skip_invalid=inputs.skip_invalid,
                workers=inputs.workers,
                skipped=skipped,
            )
        return read_directory(
            Path(paths[0]),
            wanted,
            make=_Below(paths[0], make),
            skip_invalid=inputs.skip_invalid,
            workers=inputs.workers,
            skipped=inputs.below(paths[0], skipped),
        )


class _Below(Generic[_Made]):
    """Names files below a folder as the user would; it travels to reading processes."""

    def __init__(self, root: str, make: Callable[[Iterable[Labelled]], _Made]) -> None:
        self._root = root
        self._make = make

    def __call__(self, labelled: Iterable[Labelled]) -> _Made:
        join = os.path.join  # a Path costs more
        return self._make((header, join(self._root, label or "")) for header, label in labelled)


async def _parsed(kind: str, path: str, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Labelled, None]:
    try:
        if kind == "json":
            async with aclosing(read_json_file(path)) as data_sets:
                async for data_set in data_sets:
                    yield data_set, path
            return
        lines = stream_lines(_stdin()) if kind == "stdin" else file_lines(Path(path))
        async with aclosing(data_sets_of(lines, path, skipped)) as labelled:
            async for each in labelled:
                yield each
    except SourceError as error:
        place, _, number = str(error).partition(":")[0].partition(" ")
        skipped(Skipped(f"{path}:{number}" if place == "line" else path, "unreadable"))
    except OSError:
        skipped(Skipped(path, "unreadable"))


async def _made(
    labelled: AsyncGenerator[Labelled, None], make: Callable[[Iterable[Labelled]], _Made]
) -> AsyncGenerator[_Made, None]:
    async with aclosing(labelled) as parsed, aclosing(batched(parsed)) as batches:
        async for batch in batches:
            yield make(batch)


def _stdin() -> Any:
    """Standard input without its buffer: a thread that waits in a buffer locks it for ever."""
    buffer = sys.stdin.buffer
    return getattr(buffer, "raw", buffer)
