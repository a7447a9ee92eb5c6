"""Files of the user's: written whole or not at all, so that nobody ever sees half of one; and read as text."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from dicom2fhir.cli.terminal import UsageError

__all__ = ["AtomicFile", "part_of", "read_text", "unwritable", "write_atomically"]


class AtomicFile:
    """Bytes on their way into a file: they are written beside it, and moved there by ``commit``.

    What is no regular file, such as ``/dev/null`` or a pipe, cannot be replaced and is written to directly.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> file = AtomicFile(folder / "out.json")
    >>> file.write(b"{}")
    >>> [path.name for path in folder.iterdir()]
    ['.out.json.part']
    >>> file.commit()
    >>> [path.name for path in folder.iterdir()]
    ['out.json']
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        self._is_direct = self._path.exists() and not self._path.is_file()
        self._part = self._path if self._is_direct else part_of(self._path)
        try:
            self._file: BinaryIO = self._part.open("wb")
        except OSError as error:
            raise unwritable(path, error) from error

    def write(self, data: bytes) -> None:
        """Put some bytes behind the others."""
        self._file.write(data)

    def commit(self, path: Path | None = None) -> None:
        """Let the file appear, under another name if one is given."""
        self._file.close()
        if not self._is_direct:
            os.replace(self._part, path or self._path)  # noqa: PTH105 - says that it replaces

    def discard(self) -> None:
        """Leave nothing behind; harmless after ``commit``."""
        with suppress(OSError):  # what could not be written need not be
            self._file.close()
        if not self._is_direct:
            self._part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Where a file is written before it appears.

    >>> part_of(Path("out.json")).name
    '.out.json.part'
    """
    return path.parent / f".{path.name}.part"


def write_atomically(path: Path, data: bytes) -> None:
    """Write a whole file, or leave the old one as it was.

    >>> write_atomically(Path("no such folder/out.json"), b"{}")
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: cannot write 'no such folder/out.json': No such file or directory; make the folder first, or name another file
    """
    file = AtomicFile(path)
    try:
        file.write(data)
        file.commit()
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        file.discard()


def unwritable(path: Path, error: OSError) -> UsageError:
    """What to say of a file that cannot be written.

    >>> str(unwritable(Path("out"), PermissionError(13, "Permission denied")))
    "cannot write 'out': Permission denied; make the folder first, or name another file"
    """
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return UsageError(f"cannot write '{path}': {reason}; make the folder first, or name another file")


def read_text(path: Path) -> str:
    """The text of a file of the user's, or a word on why there is none.

    >>> read_text(Path("no such file"))
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: 'no such file': cannot be read: No such file or directory; check the name
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise UsageError(f"'{path}': cannot be read: {reason}; check the name") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"'{path}': is not UTF-8 text; save it as UTF-8") from error
