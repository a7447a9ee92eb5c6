"""How the command speaks to whoever called it: lines for people, exit codes for the shell, errors that a user can mend."""

from __future__ import annotations

import sys
from enum import IntEnum

from dicom2fhir.errors import Dicom2FhirError

__all__ = ["Exit", "UsageError", "after_signal", "say"]


class Exit(IntEnum):
    """What the shell is told."""

    DONE = 0
    NOTHING = 1
    USAGE = 2
    SKIPPED = 3


class UsageError(Dicom2FhirError):
    """The command was asked for something that it cannot do; the message says what would do."""


def after_signal(number: int) -> int:
    """The exit code of a command that a signal ended.

    >>> after_signal(2)
    130
    """
    return 128 + number


def say(line: str, *, aside: bool = False) -> None:
    r"""Write a line: to standard output what was asked for, and to standard error, as an aside, what happened.

    What would steer a terminal is written as ``?``.

    >>> say("a file named \x1b[2J")
    a file named ?[2J
    """
    stream = sys.stderr if aside else sys.stdout
    text = "".join(sign if sign.isprintable() else "?" for sign in line)
    coding = stream.encoding or "utf-8"
    print(text.encode(coding, "replace").decode(coding), file=stream)
