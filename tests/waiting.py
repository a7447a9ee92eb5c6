"""Waiting for a condition, not for a clock."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LONG", "LoopTurns", "until", "wait_until"]

LONG = 60.0
"""Seconds after which a condition will not come true any more, on the slowest of machines."""
_BETWEEN_LOOKS = 0.002


def wait_until(condition: Callable[[], object]) -> None:
    """Come back when a condition holds; the test fails when it never does."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(_BETWEEN_LOOKS)


async def until(condition: Callable[[], object]) -> None:
    """The same, while the loop goes on."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(_BETWEEN_LOOKS)


class LoopTurns:
    """Lets work wait until the event loop has turned, which it never does while it is kept by that work."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.waits = 0
        """How often somebody has waited."""

    def wait(self) -> None:
        """Come back when the loop has turned since."""
        turned = threading.Event()
        self._loop.call_soon_threadsafe(turned.set)
        assert turned.wait(LONG), "the loop was kept from turning"
        self.waits += 1

    def before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, done when the loop has turned."""

        def after_a_turn(*arguments: Any, **named: Any) -> Any:
            self.wait()
            return work(*arguments, **named)

        return after_a_turn
