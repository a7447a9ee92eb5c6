"""Progress on standard error."""

from __future__ import annotations

import io
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.cli.progress import PlainProgress, RichProgress, SilentProgress, Watched, progress_on
from dicom2fhir.parts import DataSets

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from dicom2fhir.parts import Part, StudyCounts


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_where_nobody_watches_nothing_is_shown() -> None:
    assert isinstance(progress_on(io.StringIO()), SilentProgress)


def test_a_terminal_gets_a_bar_when_rich_is_there() -> None:
    pytest.importorskip("rich")
    terminal = Terminal()
    bar = progress_on(terminal)
    assert isinstance(bar, RichProgress)
    for what in ("looking for studies", "converting"):
        bar.begin(what, 10)
        bar.advance(10)
    bar.end()
    assert "converting" in terminal.getvalue()


def test_a_bar_that_never_began_can_end() -> None:
    pytest.importorskip("rich")
    RichProgress(Terminal()).end()


def test_a_terminal_gets_a_line_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal = Terminal()
    line = progress_on(terminal)
    assert isinstance(line, PlainProgress)
    line.begin("looking for studies", None)
    line.advance(3)
    line.end()
    shown = [part.strip() for part in terminal.getvalue().split("\r")]
    assert shown[-3:] == ["looking for studies: 3", "", ""]


def test_a_line_is_not_written_more_often_than_it_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 1.01, 1.02, 2.0, 2.0, 2.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    terminal = Terminal()
    line = PlainProgress(terminal)
    line.begin("converting", 4)
    for _ in range(3):
        line.advance(1)
    assert terminal.getvalue().count("\r") == 2


async def test_of_the_second_reading_the_length_is_known() -> None:
    counts: list[tuple[str, int | None] | int] = []

    class Listener(SilentProgress):
        def begin(self, what: str, total: int | None) -> None:
            counts.append((what, total))

        def advance(self, count: int) -> None:
            counts.append(count)

    class Source:
        async def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
            yield Counter({"1.2": 2})
            yield Counter({"1.2": 1})

        async def parts(self, _skipped: Any) -> AsyncGenerator[Part, None]:
            yield DataSets.of([{}, {}])
            yield DataSets.of([{}])

    seen = Watched(Source(), Listener())
    assert [counts.total() async for counts in seen.study_counts()] == [2, 1]
    assert [part.counts.total() async for part in seen.parts(print)] == [2, 1]
    assert counts == [("looking for studies", None), 2, 1, ("converting", 3), 2, 1]
