"""How the command ends: its exit codes, and what a user can put right."""

from __future__ import annotations

from enum import IntEnum

from dicom2fhir.errors import Dicom2FhirError

__all__ = ["Exit", "UsageError", "after_signal"]


class Exit(IntEnum):
    """What the shell is told.

    >>> int(Exit.SKIPPED)
    3
    """

    DONE = 0
    NOTHING = 1
    USAGE = 2
    SKIPPED = 3


class UsageError(Dicom2FhirError):
    """The command was asked for something that it cannot do; the message says what would do.

    >>> str(UsageError("--resume: needs --format per-study"))
    '--resume: needs --format per-study'
    """


def after_signal(number: int) -> int:
    """The exit code of a command that a signal ended.

    >>> after_signal(2)
    130
    """
    return 128 + number
