"""Lines for people: on standard output what was asked for, on standard error what happened."""

from __future__ import annotations

import sys

__all__ = ["say"]


def say(line: str, *, aside: bool = False) -> None:
    r"""Write a line, to standard error when it is an aside; what would steer a terminal is written as ``?``.

    >>> say("a file named \x1b[2J")
    a file named ?[2J
    """
    stream = sys.stderr if aside else sys.stdout
    text = "".join(sign if sign.isprintable() else "?" for sign in line)
    coding = stream.encoding or "utf-8"
    print(text.encode(coding, "replace").decode(coding), file=stream)
