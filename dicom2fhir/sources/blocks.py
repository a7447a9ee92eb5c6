"""Bytes by position, out of a file or out of memory, never more than was asked for."""

from __future__ import annotations

import os
from typing import Protocol

__all__ = ["CHUNK", "Blocks", "BufferedBlocks", "FileBlocks", "MemoryBlocks", "Window", "ends_cleanly"]

CHUNK = 1 << 16
_SMALLEST_ELEMENT = 8


class Blocks(Protocol):
    """Something that can be read at a position."""

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``; fewer only where the data end."""

    def ends_at(self, offset: int) -> bool:
        """Whether the data end there, and as they should."""


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

    def ends_at(self, offset: int) -> bool:
        """Whether the file is that long."""
        return os.fstat(self._descriptor).st_size == offset


class MemoryBlocks:
    """A file that is in memory already."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``."""
        return self._data[offset : offset + count]

    def ends_at(self, offset: int) -> bool:
        """Whether there are that many bytes."""
        return len(self._data) == offset


class BufferedBlocks:
    """Other blocks, fetched by the chunk: for who reads many short stretches one after the other."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._chunk = b""
        self._start = 0

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``."""
        begin = offset - self._start
        if begin < 0 or begin + count > len(self._chunk):
            self._chunk = self._blocks.read_at(offset, max(count, CHUNK))
            self._start, begin = offset, 0
        return self._chunk[begin : begin + count]

    def ends_at(self, offset: int) -> bool:
        """Whether the blocks behind end there."""
        return self._blocks.ends_at(offset)


def ends_cleanly(blocks: Blocks, offset: int) -> bool:
    r"""Whether nothing follows the element before ``offset``, given that no whole element does; zeros are padding.

    >>> data = MemoryBlocks(b"..0\0\0")
    >>> ends_cleanly(data, 5), ends_cleanly(data, 3), ends_cleanly(data, 2), ends_cleanly(data, 6)
    (True, True, False, False)
    """
    rest = blocks.read_at(offset, _SMALLEST_ELEMENT)
    return not rest.strip(b"\0") and blocks.ends_at(offset + len(rest))


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

    @property
    def offset(self) -> int:
        """Where the reading is, counted from the start of the data."""
        return self.base + self.pos

    def reach(self, need: int) -> bool:
        """Bring ``need`` bytes from ``pos`` on into memory (-1: more than now); False where the data end first.

        >>> Window(MemoryBlocks(bytes(10)), bytes(10), base=0, pos=4).reach(7)
        False
        """
        left = max(0, len(self.data) - self.pos)
        goal = 2 * left + CHUNK if need < 0 else max(need, CHUNK)
        data = self.blocks.read_at(self.offset, goal)
        if len(data) < need or (need < 0 and len(data) <= left):
            return False
        self.base += self.pos
        self.data = data
        self.pos = 0
        return True

    def peek(self, count: int) -> bytes:
        """The next bytes, as many as there are up to ``count``."""
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
