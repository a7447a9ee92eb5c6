"""DICOM JSON that somebody else made: one data set, an array of them, or one a line.

It is given as it is: which tags it holds, and how they are written, is for the reader of the data set to see.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiofiles

from dicom2fhir.errors import MissingSourceError, SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterator

    from aiofiles.threadpool.binary import AsyncBufferedReader

__all__ = ["LINE_SUFFIXES", "read_json_file", "read_json_lines"]

LINE_SUFFIXES = frozenset({".ndjson", ".jsonl"})
"""How the names of files end that have one JSON value a line."""
# As much as is parsed in some five milliseconds, after which somebody else may use the loop.
_BLOCK = 1 << 18

_GAP = re.compile(r"[ \t\r\n]*")
# JSON has no NaN; who writes one all the same has no value there.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


async def read_json_file(path: str | os.PathLike[str]) -> AsyncGenerator[dict[str, Any], None]:
    """The data sets of a ``.ndjson`` or ``.jsonl`` file, line by line, or of any other JSON file.

    >>> async def count():
    ...     return [data_set async for data_set in read_json_file("nowhere.json")]
    >>> asyncio.run(count())
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: File 'nowhere.json' not found
    """
    file = Path(path)
    by_line = file.suffix.lower() in LINE_SUFFIXES
    async with aclosing(read_json_lines(_lines(file)) if by_line else _read_document(file)) as data_sets:
        async for data_set in data_sets:
            yield data_set


async def read_json_lines(lines: AsyncIterable[str | bytes]) -> AsyncGenerator[dict[str, Any], None]:
    """The data sets of a stream of lines, such as standard input; blank lines count, but only as lines.

    >>> async def lines():
    ...     yield b'{"00080060": {"vr": "CS", "Value": ["CT"]}}'
    >>> async def read():
    ...     return [data_set async for data_set in read_json_lines(lines())]
    >>> asyncio.run(read())
    [{'00080060': {'vr': 'CS', 'Value': ['CT']}}]
    """
    number = parsed = 0
    async for line in lines:
        number += 1
        text = line if isinstance(line, str) else _decoded(line, number)
        start = _after_gap(text, 0)
        if start == len(text):
            continue
        item, end = _item(text, start, number)
        if _after_gap(text, end) != len(text):
            raise _trouble("more than one JSON value", text, end, number)
        yield item
        parsed += len(text)
        if parsed > _BLOCK:  # a stream that always has a line ready would keep the loop to itself
            parsed = 0
            await asyncio.sleep(0)


async def _lines(file: Path) -> AsyncGenerator[bytes, None]:
    """The lines of a file; read by the block, for a hop into a thread costs more than a line."""
    pieces: list[bytes] = []
    async with _opened(file) as opened:
        while block := await opened.read(_BLOCK):
            *lines, rest = block.split(b"\n")
            if lines:
                yield b"".join((*pieces, lines[0]))
                for line in lines[1:]:
                    yield line
                pieces.clear()
            pieces.append(rest)
    yield b"".join(pieces)


async def _read_document(file: Path) -> AsyncGenerator[dict[str, Any], None]:
    """The objects of one document: an array of them, a single one, or some that follow each other."""
    async with _opened(file) as opened:
        data = await opened.read()
    last = 0
    for item, end in _items(_decoded(data, 1)):
        yield item
        if end - last > _BLOCK:
            last = end
            await asyncio.sleep(0)


@asynccontextmanager
async def _opened(file: Path) -> AsyncIterator[AsyncBufferedReader]:
    try:
        async with aiofiles.open(file, "rb") as opened:
            yield opened
    except FileNotFoundError:
        message = f"File '{file}' not found"
        raise MissingSourceError(message) from None
    except OSError as error:
        message = f"the file cannot be read: {os.strerror(error.errno or 0)}"
        raise SourceError(message) from None


def _items(text: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Each object, and where it ends."""
    pos = _after_gap(text, 0)
    if text.startswith("[", pos):
        pos = yield from _array(text, _after_gap(text, pos + 1))
        if pos != len(text):
            raise _trouble("more than one JSON value", text, pos)
        return
    while True:
        item, pos = _item(text, pos)
        yield item, pos
        pos = _after_gap(text, pos)
        if pos == len(text):
            return


def _array(text: str, pos: int) -> Generator[tuple[dict[str, Any], int], None, int]:
    """The objects of an array whose first one begins at ``pos``; the answer is where the text goes on."""
    if text.startswith("]", pos):
        return _after_gap(text, pos + 1)
    while True:
        item, pos = _item(text, pos)
        yield item, pos
        pos = _after_gap(text, pos)
        if text.startswith("]", pos):
            return _after_gap(text, pos + 1)
        if not text.startswith(",", pos):
            raise _trouble("no valid JSON", text, pos)
        pos = _after_gap(text, pos + 1)


def _item(text: str, pos: int, line: int = 1) -> tuple[dict[str, Any], int]:
    """The object that begins at ``pos``, and where it ends."""
    try:
        item, end = _DECODER.raw_decode(text, pos)
    except json.JSONDecodeError as error:
        raise _trouble("no valid JSON", text, error.pos, line) from None
    except (RecursionError, ValueError):  # nested without end, or a number of thousands of digits
        raise _trouble("JSON beyond all measure", text, pos, line) from None
    if not isinstance(item, dict):
        raise _trouble("a DICOM JSON object was expected", text, pos, line)
    return item, end


def _after_gap(text: str, pos: int) -> int:
    gap = _GAP.match(text, pos)
    return gap.end() if gap else pos


def _trouble(what: str, text: str, pos: int, line: int = 1) -> SourceError:
    return SourceError(f"line {line + text.count(chr(10), 0, pos)}: {what}")


def _decoded(data: bytes, line: int) -> str:
    """The text of a file or of a line, without a byte order mark."""
    try:
        return data.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line += data.count(b"\n", 0, error.start)
        message = f"line {line}: not UTF-8"
        raise SourceError(message) from None
