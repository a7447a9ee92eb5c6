"""How the elements of a data set are written: what its transfer syntax says, and what its first bytes know better."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DEFLATED", "Encoding", "encoding_of"]

_IMPLICIT = "1.2.840.10008.1.2"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
# Deflated Explicit VR, and the two kinds of JPIP whose data sets are deflated.
DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
# A stray item or delimiter at the start of a data set; neither has a VR, however the rest is written.
_DELIMITER_GROUPS = (b"\xfe\xff", b"\xff\xfe")


class Encoding(NamedTuple):
    """Whether elements are without their VR, and the order of the bytes in their numbers."""

    implicit: bool
    little_endian: bool


def encoding_of(start: bytes, syntax: str) -> Encoding:
    """The encoding of a data set that begins with these six bytes; no syntax is "".

    >>> encoding_of(bytes.fromhex("08000500") + b"CS", "1.2.840.10008.1.2")  # not the first to lie about it
    Encoding(implicit=False, little_endian=True)
    """
    if start[:2] in _DELIMITER_GROUPS:
        swapped = start.startswith(b"\xff\xfe")
        return Encoding(syntax in {"", _IMPLICIT}, little_endian=not swapped)
    explicit = start[4:].isalpha() and start[4:].isupper()
    if syntax == _BIG_ENDIAN:
        return Encoding(not explicit, little_endian=False)
    # Without a transfer syntax: group 0008 in big endian looks like group 0800.
    swapped = not syntax and explicit and start[1] > start[0]
    return Encoding(not explicit, little_endian=not swapped)
