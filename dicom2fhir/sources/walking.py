"""The files below a folder, in a fixed order and one folder at a time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.problems import Problem, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["files_below", "label_of", "regular_files"]


def files_below(root: str) -> Iterator[str | Skipped]:
    """Every regular file below a folder, depth first and by name; what is none is told of and never opened.

    A link to a file counts as the file, a link to a folder is not followed.

    >>> list(files_below("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.SourceError: the folder cannot be read: No such file or directory
    """
    try:
        open_folders = [_names(root)]
    except OSError as error:
        message = f"the folder cannot be read: {os.strerror(error.errno or 0)}"
        raise SourceError(message) from None
    while open_folders:
        path, kind = next(open_folders[-1], ("", "end"))
        if kind == "end":
            open_folders.pop()
        elif kind == "file":
            yield path
        elif kind == "folder":
            try:
                open_folders.append(_names(path))
            except OSError:
                yield Skipped(label_of(path, root), "unreadable")
        else:
            yield Skipped(label_of(path, root), _PROBLEMS[kind])


_PROBLEMS: dict[str, Problem] = {"link": "symlink", "special": "special-file", "lost": "unreadable"}


def _names(folder: str) -> Iterator[tuple[str, str]]:
    """The entries of one folder by name, with their kinds; only of what is no plain file is the kind kept."""
    names: list[str] = []
    kinds: dict[str, str] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if not entry.is_file(follow_symlinks=False):
                kinds[entry.name] = _kind(entry)
    names.sort()
    return ((os.path.join(folder, name), kinds.get(name, "file")) for name in names)  # noqa: PTH118 - a Path costs more than the reading of a file


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_file():
            return "file"
        if entry.is_dir():
            return "link" if entry.is_symlink() else "folder"
        return "special" if os.path.exists(entry.path) else "lost"  # noqa: PTH110 - a Path costs more
    except OSError:
        return "lost"


def regular_files(paths: Iterator[str]) -> Iterator[str | Skipped]:
    """The paths of a list, without those that would have to be opened to no purpose.

    >>> list(regular_files(iter(["no such file", "/"])))
    [Skipped(problem='unreadable'), Skipped(problem='special-file')]
    """
    for path in paths:
        if os.path.isfile(path):  # noqa: PTH113 - a Path costs more
            yield path
        else:
            yield Skipped(label_of(path), "special-file" if os.path.exists(path) else "unreadable")  # noqa: PTH110 - as above


def label_of(path: str, root: str = "") -> str:
    r"""How a report names a file: relative to its folder, and printable whatever bytes the name has.

    >>> label_of("/data/a/b.dcm", "/data"), label_of("b\udcff.dcm")
    ('a/b.dcm', 'b?.dcm')
    """
    if root and path.startswith(f"{root}{os.sep}"):
        label = path[len(root) + 1 :]  # as ever; relpath takes ten times as long
    else:
        label = os.path.relpath(path, root) if root else path
    return label.encode("utf-8", "replace").decode("utf-8")
