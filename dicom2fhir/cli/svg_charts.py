"""Charts as SVG: bars, with their numbers as text.  Colours come from the page's style."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Bar", "bars", "columns"]

_WIDTH = 320
_ROW = 38
_HEIGHT = 120
_SHORTEST = 2.0


class Bar(NamedTuple):
    """One bar: its name, its length, and the label that is written at its end."""

    name: str
    value: int
    label: str
    tone: str = "bar"


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Bars that lie one below the other, the name above each.

    >>> print(bars("Instances", [Bar("CT", 2, "2 instances")])[:59])
    <svg viewBox="0 0 320 38" role="img" aria-label="Instances:
    """
    most = max((row.value for row in rows), default=0) or 1
    drawn = "".join(_bar(place * _ROW, row, row.value / most) for place, row in enumerate(rows))
    summary = f"{title}: " + "; ".join(f"{row.name}, {row.label}" for row in rows)
    return _svg(len(rows) * _ROW, summary, drawn)


def _bar(top: int, row: Bar, share: float) -> str:
    length = max(share * _WIDTH, _SHORTEST if row.value else 0.0)
    return (
        f'<text x="0" y="{top + 13}" font-weight="600">{escape(row.name)}</text>'
        f'<text x="{_WIDTH}" y="{top + 13}" text-anchor="end" class="quiet">{escape(row.label)}</text>'
        f'<rect class="track" x="0" y="{top + 19}" width="{_WIDTH}" height="9" rx="3"/>'
        f'<rect class="{row.tone}" x="0" y="{top + 19}" width="{length:.1f}" height="9" rx="3"/>'
    )


def columns(title: str, counts: Mapping[str, int]) -> str:
    """Columns side by side, the first and the last named; for counts over time.

    >>> columns("Studies", {"2024-01": 3}).count("<rect")
    1
    """
    most, step = max(counts.values(), default=0) or 1, _WIDTH / max(len(counts), 1)
    drawn = "".join(
        _column(place * step, step, count, count / most) for place, count in enumerate(counts.values())
    )
    names = [*counts]
    if names:
        drawn += f'<text x="0" y="{_HEIGHT - 2}" class="quiet">{escape(names[0])}</text>'
    if len(names) > 1:
        drawn += (
            f'<text x="{_WIDTH}" y="{_HEIGHT - 2}" text-anchor="end" class="quiet">{escape(names[-1])}</text>'
        )
    summary = f"{title}: " + "; ".join(f"{name}, {count}" for name, count in counts.items() if count)
    return _svg(_HEIGHT, summary, drawn)


_COUNTED = 10.0  # a column that is narrower has no room for its number


def _column(left: float, step: float, count: int, share: float) -> str:
    base, room = _HEIGHT - 20, _HEIGHT - 36
    height = max(share * room, _SHORTEST if count else 0.0)
    width = min(max(step * 0.72, 1.0), 40.0)
    middle = left + step / 2
    drawn = f'<rect class="bar" x="{middle - width / 2:.1f}" y="{base - height:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'
    if count and step >= _COUNTED:
        drawn += f'<text x="{middle:.1f}" y="{base - height - 4:.1f}" text-anchor="middle">{count}</text>'
    return drawn


def _svg(height: int, summary: str, drawn: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(summary)}">{drawn}</svg>'
