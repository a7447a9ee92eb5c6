"""Lines of NDJSON, from a file or from standard input; a bad line costs that line."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, Protocol

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.directory import Skipped
from dicom2fhir.sources.json_file import read_json_lines

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from pathlib import Path

__all__ = ["data_sets_of", "file_lines", "stream_lines"]

_BLOCK: Final = 1 << 18
_AHEAD: Final = 8  # blocks that may wait for whoever uses them


class Readable(Protocol):
    """Something with bytes in it."""

    def read(self, size: int, /) -> bytes | None:
        """At most so many bytes; none at the end."""


async def file_lines(path: Path) -> AsyncGenerator[bytes, None]:
    r"""The lines of a file, read by the block.

    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp(), "two.ndjson")
    >>> file.write_bytes(b"{}\n[]")
    5
    >>> async def read():
    ...     return [line async for line in file_lines(file)]
    >>> asyncio.run(read())
    [b'{}\n', b'[]']
    """
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while lines := await asyncio.to_thread(file.readlines, _BLOCK):
            for line in lines:
                yield line
    finally:
        file.close()


async def stream_lines(stream: Readable) -> AsyncGenerator[bytes, None]:
    r"""The lines of a stream that may have to be waited for, such as standard input.

    It is read by a thread that nobody joins: one that waits for a pipe cannot be called back.

    >>> import io
    >>> async def read():
    ...     return [line async for line in stream_lines(io.BytesIO(b"{}\n[]"))]
    >>> asyncio.run(read())
    [b'{}\n', b'[]']
    """
    blocks: asyncio.Queue[bytes | OSError] = asyncio.Queue()
    loop, room = asyncio.get_running_loop(), threading.Semaphore(_AHEAD)
    threading.Thread(target=_pump, args=(stream, loop, blocks, room), daemon=True).start()
    pieces: list[bytes] = []
    while block := await blocks.get():
        room.release()
        if isinstance(block, OSError):
            raise SourceError("standard input cannot be read") from block
        *lines, rest = block.split(b"\n")
        if lines:
            yield b"".join((*pieces, lines[0], b"\n"))
            for line in lines[1:]:
                yield line + b"\n"
            pieces.clear()
        pieces.append(rest)
    if any(pieces):
        yield b"".join(pieces)


def _pump(
    stream: Readable,
    loop: asyncio.AbstractEventLoop,
    blocks: asyncio.Queue[bytes | OSError],
    room: threading.Semaphore,
) -> None:
    block: bytes | OSError | None = b"?"
    while block and not isinstance(block, OSError):
        room.acquire()
        try:
            block = stream.read(_BLOCK)
        except OSError as error:
            block = error
        try:
            loop.call_soon_threadsafe(blocks.put_nowait, block or b"")
        except RuntimeError:  # the loop is closed: the command was interrupted while this thread waited
            return


class _Counted:
    """Lines, with the number of the last one; whoever stops in the middle can go on."""

    def __init__(self, lines: AsyncIterator[bytes]) -> None:
        self._lines = lines
        self.number = 0
        self.is_over = False

    def __aiter__(self) -> _Counted:
        return self

    async def __anext__(self) -> bytes:
        try:
            line = await anext(self._lines)
        except StopAsyncIteration:
            self.is_over = True
            raise
        self.number += 1
        return line


async def data_sets_of(
    lines: AsyncIterator[bytes], label: str, skipped: Callable[[Skipped], None]
) -> AsyncGenerator[tuple[dict[str, Any], str], None]:
    r"""The data sets of some lines, each with its number; ``skipped`` hears of those that hold none.

    >>> import io
    >>> async def read():
    ...     lines = stream_lines(io.BytesIO(b"{}\n[]\n{}"))
    ...     return [each async for each in data_sets_of(lines, "-", lambda skipped: print(skipped.source))]
    >>> asyncio.run(read())
    -:2
    [({}, '-:1'), ({}, '-:3')]
    """
    counted = _Counted(lines)
    while not counted.is_over:
        before = counted.number
        try:
            async with aclosing(read_json_lines(counted)) as data_sets:
                async for data_set in data_sets:
                    yield data_set, f"{label}:{counted.number}"
        except SourceError:
            if counted.number == before:  # it is the stream that fails, not a line of it
                raise
            skipped(Skipped(f"{label}:{counted.number}", "unreadable"))
