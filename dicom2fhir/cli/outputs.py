"""Where Bundles go: standard output, one file, a file of lines, or a folder with a file for each study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from dicom2fhir.cli.atomic_files import AtomicFile, write_atomically
from dicom2fhir.cli.terminal import UsageError
from dicom2fhir.sources.json_file import LINE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dicom2fhir.cli.resuming import FolderState
    from dicom2fhir.converted import Converted

__all__ = ["FileSink", "FolderSink", "Sink", "StdoutSink", "format_of"]


class Sink(Protocol):
    """Takes Bundles; what it has taken is whole, whatever comes after."""

    where: str

    def put(self, bundle: bytes, study: Converted | None) -> None:
        """Take one Bundle, of one study or of all."""

    def finish(self) -> None:
        """All have been put."""

    def abandon(self, *, keep: bool) -> str | None:
        """The work stopped in the middle: the answer says where what was done is, if it is to be kept.

        Harmless after ``finish``.
        """


class StdoutSink:
    r"""One Bundle a line on standard output.

    >>> import io
    >>> out = io.BytesIO()
    >>> StdoutSink(out).put(b"{}", None)
    >>> out.getvalue()
    b'{}\n'
    """

    where = "standard output"

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream or sys.stdout.buffer
        self._has_begun = False

    def put(self, bundle: bytes, _study: Converted | None) -> None:
        """Write one line, and let it go at once."""
        self._has_begun = True
        self._stream.write(bundle + b"\n")
        self._stream.flush()

    def finish(self) -> None:
        """There is nothing left to do."""

    def abandon(self, *, keep: bool) -> str | None:
        """Lines that were written stay written, whether or not they are wanted."""
        del keep
        return self.where if self._has_begun else None


class FileSink:
    r"""One file that appears at the end; with ``by_line``, what was done is kept beside it after an interruption.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> sink = FileSink(folder / "out.ndjson", by_line=True)
    >>> sink.put(b"{}", None)
    >>> sink.abandon(keep=True) == str(folder / "out.ndjson.partial")
    True
    >>> (folder / "out.ndjson.partial").read_bytes()
    b'{}\n'
    """

    def __init__(self, path: Path, *, by_line: bool) -> None:
        if path.is_dir():
            raise UsageError(f"-o: '{path}' is a folder; name a file in it, or say --format per-study")
        self.where = str(path)
        self._path = path
        self._by_line = by_line
        self._file: AtomicFile | None = AtomicFile(path)
        self._count = 0

    def put(self, bundle: bytes, _study: Converted | None) -> None:
        """Write one line."""
        if self._file is not None:
            self._file.write(bundle + b"\n")
            self._count += 1

    def finish(self) -> None:
        """Let the file appear."""
        if self._file is not None:
            self._file.commit()
        self._file = None

    def abandon(self, *, keep: bool) -> str | None:
        """Leave no half file: whole lines are kept under another name, and a Bundle that is not whole is dropped."""
        file, self._file = self._file, None
        if file is None:
            return None
        if not (keep and self._by_line and self._count):
            file.discard()
            return None
        kept = self._path.with_name(f"{self._path.name}.partial")
        file.commit(kept)
        return str(kept)


class FolderSink:
    """A folder with a file for each study, named after the id of its ImagingStudy.

    ``counts`` says how many data sets each study has; of a study that was not counted nothing is remembered.
    """

    def __init__(self, folder: Path, state: FolderState, counts: Mapping[str, int]) -> None:
        self.where = str(folder)
        self._folder = folder
        self._state = state
        self._counts = counts
        self._has_begun = False

    def put(self, bundle: bytes, study: Converted | None) -> None:
        """Write one file, and remember it once it is in its place."""
        if study is None:
            raise TypeError("a folder takes the Bundle of one study")
        path = self._folder / f"{study.id}.json"
        write_atomically(path, bundle + b"\n")
        if study.study_uid is not None and study.study_uid in self._counts:
            self._state.note(study.study_uid, self._counts[study.study_uid], path.name, len(bundle) + 1)
        self._has_begun = True

    def finish(self) -> None:
        """Every file is in its place."""

    def abandon(self, *, keep: bool) -> str | None:
        """Every file that was put is in its place."""
        del keep
        return self.where if self._has_begun else None


def format_of(output: str) -> str:
    """The format that an output's name asks for when no other is said.

    >>> format_of("out.ndjson"), format_of("out/"), format_of("out.json"), format_of("-")
    ('ndjson', 'per-study', 'bundle', 'bundle')
    """
    if output != "-" and (output.endswith("/") or Path(output).is_dir()):
        return "per-study"
    return "ndjson" if Path(output).suffix.lower() in LINE_SUFFIXES else "bundle"
