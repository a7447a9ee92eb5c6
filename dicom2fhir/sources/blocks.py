"""Bytes by position, out of a file, out of memory or out of a deflated stream, never more than was asked for."""

from __future__ import annotations

import os
import zlib
from typing import Protocol

from dicom2fhir.errors import SourceError

__all__ = ["Blocks", "FileBlocks", "InflatedBlocks", "MemoryBlocks", "Window"]

CHUNK = 1 << 16
# Deflated bytes go in by the sip: where one is damaged, what it held before the damage is lost as well.
_SIP = 1 << 9
LONGEST_INFLATED = 1 << 26


class Blocks(Protocol):
    """Something that can be read at a position."""

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``; fewer only where the data end."""


class FileBlocks:
    """An open file, by its descriptor; whoever opened it closes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes; a length that lies does not make us reserve what the file cannot fill.

        >>> import tempfile
        >>> with tempfile.TemporaryFile() as file:
        ...     _ = file.write(b"0123456789"), file.flush()
        ...     FileBlocks(file.fileno()).read_at(8, 1 << 60)
        b'89'
        """
        if count > CHUNK:
            count = max(0, min(count, os.fstat(self._descriptor).st_size - offset))
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        data = os.read(self._descriptor, count)
        while 0 < len(data) < count and (more := os.read(self._descriptor, count - len(data))):
            data += more  # network file systems and very long reads give less at a time
        return data


class MemoryBlocks:
    """A file that is in memory already.

    >>> MemoryBlocks(b"0123456789").read_at(3, 2)
    b'34'
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``.

        >>> MemoryBlocks(b"01").read_at(5, 2)
        b''
        """
        return self._data[offset : offset + count]


class InflatedBlocks:
    """The data set of a deflated file (PS3.5 A.5), inflated as far as somebody reads.

    >>> squeezed = zlib.compressobj(wbits=-15)
    >>> data = squeezed.compress(b"0123456789") + squeezed.flush()
    >>> InflatedBlocks(MemoryBlocks(b"??" + data), 2).read_at(8, 100)
    b'89'
    """

    def __init__(self, source: Blocks, offset: int) -> None:
        self._source = source
        self._offset = offset
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._tail = b""
        self._plain = bytearray()

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes; a bomb is a `SourceError` long before it fills the memory.

        >>> bomb = zlib.compressobj(wbits=-15)
        >>> data = bomb.compress(bytes(LONGEST_INFLATED + 1)) + bomb.flush()
        >>> InflatedBlocks(MemoryBlocks(data), 0).read_at(LONGEST_INFLATED, 10)
        Traceback (most recent call last):
        dicom2fhir.errors.SourceError: the deflated header takes more than 64 MiB
        """
        while len(self._plain) < offset + count and (more := self._more()):
            self._plain += more
            if len(self._plain) > LONGEST_INFLATED:
                message = f"the deflated header takes more than {LONGEST_INFLATED >> 20} MiB"
                raise SourceError(message)
        return bytes(self._plain[offset : offset + count])

    def _more(self) -> bytes:
        """The next inflated bytes; nothing at the end, and nothing where the stream is damaged."""
        try:
            while not self._inflater.eof:
                squeezed = self._tail or self._source.read_at(self._offset, _SIP)
                self._offset += 0 if self._tail else len(squeezed)
                more = self._inflater.decompress(squeezed, CHUNK)
                self._tail = self._inflater.unconsumed_tail
                if more or not squeezed:
                    return more
        except zlib.error:  # what came before is still good
            return b""
        return b""


class Window:
    """The part of the data that is in memory, and where in it the reading is.

    >>> window = Window(MemoryBlocks(bytes(200_000)), b"", base=0)
    >>> window.reach(12), len(window.data)
    (True, 65536)
    """

    def __init__(self, blocks: Blocks, data: bytes, base: int, pos: int = 0) -> None:
        self.blocks = blocks
        self.data = data
        self.base = base
        self.pos = pos

    def reach(self, need: int) -> bool:
        """Bring ``need`` bytes from ``pos`` on into memory (-1: more than now); False where the data end first.

        >>> Window(MemoryBlocks(bytes(10)), bytes(10), base=0, pos=4).reach(7)
        False
        """
        left = max(0, len(self.data) - self.pos)
        goal = 2 * left + CHUNK if need < 0 else max(need, CHUNK)
        found = self.blocks.read_at(self.base + self.pos, goal)
        if len(found) < need or (need < 0 and len(found) <= left):
            return False
        self.base += self.pos
        self.data = found
        self.pos = 0
        return True

    def peek(self, count: int) -> bytes:
        """The next bytes, as many as there are up to ``count``.

        >>> Window(MemoryBlocks(b"0123456789"), b"0123", base=0, pos=2).peek(4)
        b'2345'
        """
        if len(self.data) - self.pos < count:
            self.reach(count)
        return self.data[self.pos : self.pos + count]

    def move_to(self, offset: int) -> None:
        """Go on reading elsewhere.

        >>> window = Window(MemoryBlocks(b"0123456789"), b"0123", base=0)
        >>> window.move_to(7)
        >>> window.peek(2)
        b'78'
        """
        self.data, self.base, self.pos = b"", offset, 0
