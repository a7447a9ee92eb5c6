"""Why a file was passed over, without a word of what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dicom2fhir.errors import MediaDirectoryError, NotDicomError, SourceError

__all__ = ["Problem", "Skipped", "TruncatedError", "problem_of"]

Problem = Literal[
    "not-dicom", "media-directory", "truncated", "unreadable", "symlink", "special-file", "cut-short"
]
"""``unreadable`` covers what the operating system refuses and what is damaged beyond use.

A ``truncated`` file gave nothing.  One that is ``cut-short`` ends, or cannot be followed any further, in the middle of
an element that comes before the last one we want: what came before is used.
"""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file, or folder, that gave nothing, or less than it should.

    ``source`` stays out of the ``repr``: people name folders after patients.

    >>> Skipped("DOE_JANE/readme.txt", "not-dicom")
    Skipped(problem='not-dicom')
    """

    source: str = field(repr=False)
    problem: Problem

    @property
    def is_used(self) -> bool:
        """Whether the file is converted all the same, with what it holds."""
        return self.problem == "cut-short"


class TruncatedError(SourceError):
    """The file ends before its first data element does."""


def problem_of(error: SourceError) -> Problem:
    """The kind of problem that an error stands for.

    >>> problem_of(NotDicomError("text")), problem_of(SourceError("damaged"))
    ('not-dicom', 'unreadable')
    """
    if isinstance(error, NotDicomError):
        return "not-dicom"
    if isinstance(error, MediaDirectoryError):
        return "media-directory"
    return "truncated" if isinstance(error, TruncatedError) else "unreadable"
