"""A source that passes over the studies that are done, and counts the data sets of the others."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dicom2fhir.parts import Part, StudyCounts
    from dicom2fhir.sources.problems import Skipped
    from dicom2fhir.streams import RereadableSource

__all__ = ["Remaining"]


class Remaining:
    """What is left of a source when the studies that an earlier run has done are passed over.

    ``is_done`` is asked with the UID of a study and how many data sets it has; ``counts`` holds the answer to the
    second for each study, once ``study_counts`` has been read to its end.
    """

    def __init__(self, source: RereadableSource, is_done: Callable[[str, int], bool]) -> None:
        self._source = source
        self._is_done = is_done
        self.counts: Counter[str] = Counter()
        self.done: set[str | None] = set()

    async def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
        """How many data sets name each study, those that are done too."""
        async with aclosing(self._source.study_counts()) as counts:
            async for some in counts:
                self.counts.update({study: count for study, count in some.items() if study is not None})
                yield some
        self.done = {study for study, count in self.counts.items() if self._is_done(study, count)}

    async def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        """The data sets of the studies that are left."""
        async with aclosing(self._source.parts(skipped)) as parts:
            async for part in parts:
                yield part.without(self.done) if self.done else part
