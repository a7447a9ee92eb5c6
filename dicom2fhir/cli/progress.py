"""How far the work is, on standard error: a bar with rich, a line without it, nothing where nobody watches."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dicom2fhir.parts import Part, StudyCounts
    from dicom2fhir.sources.problems import Skipped
    from dicom2fhir.streams import RereadableSource

__all__ = ["PlainProgress", "Progress", "RichProgress", "SilentProgress", "Watched", "progress_on"]

_EVERY: Final = 0.1  # seconds between two lines


class Progress(Protocol):
    """Somebody who is told how far the work is."""

    def begin(self, what: str, total: int | None) -> None:
        """A new stretch of work begins; its length may be known."""

    def advance(self, count: int) -> None:
        """Some more of it is done."""

    def end(self) -> None:
        """There is nothing more to tell."""


class SilentProgress:
    """Tells nobody."""

    def begin(self, what: str, total: int | None) -> None:
        """Nobody is told."""

    def advance(self, count: int) -> None:
        """Nobody is told."""

    def end(self) -> None:
        """Nobody is told."""


class PlainProgress:
    r"""One line that is written over and over.

    >>> import io
    >>> out = io.StringIO()
    >>> progress = PlainProgress(out)
    >>> progress.begin("reading", 4)
    >>> progress.advance(2)
    >>> progress.end()
    >>> out.getvalue().split("\r")[-3].strip()
    'reading: 2 of 4 (50 %)'
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what, self._done, self._total = "", 0, 0
        self._last = 0.0

    def begin(self, what: str, total: int | None) -> None:
        """Start a new line of work."""
        self._what, self._done, self._total = what, 0, total or 0
        self._write()

    def advance(self, count: int) -> None:
        """Write the line again, not too often."""
        self._done += count
        if time.monotonic() - self._last > _EVERY:
            self._write()

    def end(self) -> None:
        """Write the last line, and wipe it: a summary follows."""
        self._write()
        self._stream.write(f"\r{'':<60}\r")
        self._stream.flush()

    def _write(self) -> None:
        self._last = time.monotonic()
        of_all = f" of {self._total} ({self._done * 100 // self._total} %)" if self._total else ""
        self._stream.write(f"\r{f'{self._what}: {self._done}{of_all}':<60}")
        self._stream.flush()


class RichProgress:
    """A bar of rich."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(file=stream)
        columns: Any = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bar = Bar(*columns, console=console, transient=True)
        self._task: Any = None

    def begin(self, what: str, total: int | None) -> None:
        """Put a new bar in place of the last."""
        if self._task is None:
            self._bar.start()
        else:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total)

    def advance(self, count: int) -> None:
        """Move the bar."""
        self._bar.advance(self._task, count)

    def end(self) -> None:
        """Take the bar away: a summary follows."""
        self._bar.stop()


def progress_on(stream: TextIO) -> Progress:
    """The best way to show progress on a stream.

    >>> import io
    >>> isinstance(progress_on(io.StringIO()), SilentProgress)
    True
    """
    if not stream.isatty():
        return SilentProgress()
    try:
        return RichProgress(stream)
    except ImportError:
        return PlainProgress(stream)


class Watched:
    """A source that tells how far its reading is; when its studies were counted before, the length is known."""

    def __init__(self, source: RereadableSource, progress: Progress) -> None:
        self._source = source
        self._progress = progress
        self._total = 0

    async def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
        """How many data sets name each study."""
        self._progress.begin("looking for studies", None)
        async with aclosing(self._source.study_counts()) as counts:
            async for some in counts:
                self._total += some.total()
                yield some
                self._progress.advance(some.total())

    async def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        """All data sets, part by part."""
        self._progress.begin("converting", self._total or None)
        async with aclosing(self._source.parts(skipped)) as parts:
            async for part in parts:
                yield part
                self._progress.advance(part.size)
