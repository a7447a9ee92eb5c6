"""A source that passes over the studies that are done, and counts the data sets of the others."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from dicom2fhir.parts import study_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dicom2fhir.sources.directory import Skipped
    from dicom2fhir.streams import Source

__all__ = ["Remaining"]


class Remaining:
    """What is left of a source that is read twice: the first reading counts, the second leaves out what is done.

    >>> import asyncio
    >>> async def source(wanted, skipped):
    ...     yield [{"0020000D": {"vr": "UI", "Value": [uid]}} for uid in ("1.2", "1.2", "1.3")]
    >>> remaining = Remaining(source, lambda uid, count: uid == "1.2")
    >>> async def read():
    ...     first = [batch async for batch in remaining.opened(frozenset(), print)]
    ...     return [len(batch) async for batch in remaining.opened(frozenset(), print)]
    >>> asyncio.run(read()), remaining.counts["1.2"], remaining.done
    ([1], 2, {'1.2'})
    """

    def __init__(self, source: Source, is_done: Callable[[str, int], bool]) -> None:
        self._source = source
        self._is_done = is_done
        self._was_opened = False
        self._passed_over: list[Skipped] = []
        self.counts: Counter[str] = Counter()
        self.done: set[str] = set()

    async def opened(
        self, wanted: frozenset[str], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[list[Any], None]:
        """The first time everything, and from then on what is left; this is a ``Source``."""
        reading = self._second(wanted, skipped) if self._was_opened else self._first(wanted)
        self._was_opened = True
        async with aclosing(reading) as batches:
            async for batch in batches:
                yield batch

    async def _first(self, wanted: frozenset[str]) -> AsyncGenerator[list[Any], None]:
        async with aclosing(self._source(wanted, self._passed_over.append)) as batches:
            async for batch in batches:
                self.counts.update(uid for uid in map(study_of, batch) if uid is not None)
                yield batch
        self.done = {uid for uid, count in self.counts.items() if self._is_done(uid, count)}

    async def _second(
        self, wanted: frozenset[str], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[list[Any], None]:
        if self.done and len(self.done) == len(self.counts):  # nothing is left: no file is opened again
            for one in self._passed_over:
                skipped(one)
            return
        async with aclosing(self._source(wanted, skipped)) as batches:
            async for batch in batches:
                yield [one for one in batch if study_of(one) not in self.done] if self.done else batch
