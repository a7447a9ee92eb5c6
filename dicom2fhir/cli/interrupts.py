"""Work that ends cleanly when a signal says so."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

__all__ = ["run", "steadily"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_Answer = TypeVar("_Answer")


def run(work: Coroutine[Any, Any, None]) -> int | None:
    """Run to the end and answer None, or until SIGINT or SIGTERM and answer its number.

    The work is cancelled where it waits, so that its ``finally`` clauses run.  A second signal ends the process as ever.

    >>> run(asyncio.sleep(0)) is None
    True
    """
    try:
        return asyncio.run(_until_signal(work))
    except KeyboardInterrupt:  # where the loop cannot handle signals
        return int(signal.SIGINT)


async def _until_signal(work: Coroutine[Any, Any, None]) -> int | None:
    task = asyncio.ensure_future(work)
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        for each in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(each)
        task.cancel()

    with _handling(stop):
        try:
            await task
        except asyncio.CancelledError:
            if not caught:
                raise
            return caught[0]
    return None


@contextmanager
def _handling(stop: Callable[[int], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    handled: list[int] = []
    try:
        for each in _SIGNALS:
            loop.add_signal_handler(each, stop, int(each))
            handled.append(each)
    except (NotImplementedError, RuntimeError, ValueError):
        pass  # Windows, or a thread that is not the main one: Ctrl-C arrives as KeyboardInterrupt
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


async def steadily(function: Callable[..., _Answer], *arguments: Any) -> _Answer:
    """Call a function in a thread; when cancelled, wait for its end first, for it leaves things whole only then.

    >>> asyncio.run(steadily(max, 1, 2))
    2
    """
    task = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
