"""From a source of data sets to studies: all at once, or each as soon as it is complete.

A source that can be opened twice gives up each study right after its last instance: the first reading counts the data sets of every
study and keeps nothing else.  Both readings read the same tags of the same files by the same reader, so a file is of the same study
in both, whatever is wrong with it.  What changes between the two, and comes when its study has been given out, is told.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping
from contextlib import aclosing
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from dicom2fhir.errors import EmptyStudyError, InputTypeError, StudyError
from dicom2fhir.parts import Counting, DataSet, DataSets, part_maker
from dicom2fhir.problems import CAME_LATE, FILES

if TYPE_CHECKING:
    from pathlib import Path

    from dicom2fhir.conversion import Conversion
    from dicom2fhir.findings import Findings
    from dicom2fhir.parts import Labelled, Part, StudyCounts
    from dicom2fhir.sources.problems import Skipped
    from dicom2fhir.study.assembler import StudyAssembler
    from dicom2fhir.study.model import Study

__all__ = [
    "FolderSource",
    "ReadByConversion",
    "RereadableSource",
    "Source",
    "at_the_end",
    "batched",
    "collected",
    "completed",
    "iterated",
    "note_late",
    "run_completed",
]

_Made = TypeVar("_Made")
_Item = TypeVar("_Item")
_BATCH: Final = 64  # data sets between two turns of the event loop: some milliseconds of work


class Source(Protocol):
    """Somewhere data sets come from."""

    def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        """All data sets, part by part; ``skipped`` hears of what was passed over."""


class RereadableSource(Source, Protocol):
    """A source that gives the same when it is read again."""

    def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
        """How many data sets name each study, part by part; read as ``parts`` reads them."""


class ReadByConversion(ABC):
    """A source that is read with the tags and by the rules of a conversion, in both of its readings."""

    def __init__(self, conversion: Conversion, workers: int) -> None:
        self._conversion = conversion
        self._workers = workers

    def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        """All data sets, part by part; ``skipped`` hears of what was passed over."""
        return self._read(part_maker(self._conversion.rules, self._workers), skipped)

    def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
        """How many data sets name each study."""
        return self._read(Counting(), lambda _: None)

    @abstractmethod
    def _read(
        self, make: Callable[[Iterable[Labelled]], _Made], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[_Made, None]:
        """What is made of the data sets, batch by batch."""


class FolderSource(ReadByConversion):
    """The files of a folder and its subfolders."""

    def __init__(self, root: Path, conversion: Conversion, workers: int) -> None:
        super().__init__(conversion, workers)
        self._root = root

    def _read(
        self, make: Callable[[Iterable[Labelled]], _Made], skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[_Made, None]:
        from dicom2fhir.sources.directory import read_directory

        return read_directory(
            self._root,
            self._conversion.wanted,
            make=make,
            skip_invalid=self._conversion.config.skip_invalid_files,
            workers=self._workers,
            skipped=skipped,
        )


async def collected(source: Source, assembler: StudyAssembler) -> None:
    """Put every data set of a source into an assembler."""
    async with aclosing(source.parts(_noting(assembler.findings))) as parts:
        async for part in parts:
            part.put_into(assembler)


async def at_the_end(source: Source, assembler: StudyAssembler) -> AsyncGenerator[Study, None]:
    """Every study, at the end of a source that can be read once."""
    await collected(source, assembler)
    for study in assembler.drain():
        yield study


async def completed(
    source: RereadableSource, assembler: StudyAssembler, late: Counter[str]
) -> AsyncGenerator[Study, None]:
    """Each study when its last instance has come; the source is read twice.

    A study is given out once.  How many data sets of it came too late, because files came or changed between
    the two readings, is counted in ``late``.
    """
    left: Counter[str | None] = Counter()
    async with aclosing(source.study_counts()) as counts:
        async for some in counts:
            left.update(some)
    given: set[str | None] = set()
    async with aclosing(source.parts(_noting(assembler.findings))) as parts:
        async for part in parts:
            came = part.counts
            too_late = given & came.keys()
            late.update({study: came[study] for study in too_late if study is not None})
            (part.without(too_late) if too_late else part).put_into(assembler)
            left.subtract(came)
            for study in came:
                if study is not None and left[study] == 0 and study in assembler:
                    given.add(study)
                    yield assembler.take(study)
    for study in sorted(assembler.open_studies):  # files went, or became unreadable, between the two readings
        given.add(study)
        yield assembler.take(study)
    if not given:
        raise EmptyStudyError


def note_late(late: Mapping[str, int], ids: Mapping[str, str], findings: Findings) -> None:
    """Note how many data sets came when their study had been given out; ``ids`` has its ImagingStudy, if one was made."""
    for study_uid, count in late.items():
        findings.note(CAME_LATE, study=ids.get(study_uid), count=count)


async def run_completed(source: Source, assembler: StudyAssembler) -> AsyncGenerator[Study, None]:
    """Each study when the next one begins; for a source whose instances come study by study."""
    current: str | None = None
    ended: set[str] = set()
    given = 0
    async with aclosing(source.parts(_noting(assembler.findings))) as parts:
        async for part in parts:
            for study, _ in part.runs:
                if study is None or study == current:
                    continue
                if study in ended:
                    raise StudyError(
                        "grouped: a study came back after its bundle was given out; read it ungrouped"
                    )
                if current is not None:
                    ended.add(current)
                current = study
            part.put_into(assembler)
            for study in [study for study in assembler.open_studies if study in ended]:
                given += 1
                yield assembler.take(study)
    for study in assembler.open_studies:
        given += 1
        yield assembler.take(study)
    if not given:
        raise EmptyStudyError


class _Iterated:
    """A source that can be read once."""

    def __init__(self, data_sets: AsyncIterable[DataSet] | Iterable[DataSet]) -> None:
        self._data_sets = data_sets

    async def parts(self, _skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        batches = (
            batched(self._data_sets)
            if isinstance(self._data_sets, AsyncIterable)
            else _batched_at_once(self._data_sets)
        )
        async with aclosing(batches) as some:
            async for batch in some:
                yield DataSets.of(batch)
                await asyncio.sleep(0)  # others get their turn, whatever the source does


def iterated(data_sets: AsyncIterable[DataSet] | Iterable[DataSet]) -> Source:
    """A source out of anything that can be iterated; it can be read once.

    >>> iterated("a path is not a stream of data sets")
    Traceback (most recent call last):
    dicom2fhir.errors.InputTypeError: Expected an iterable of dicts. Got: str
    """
    is_iterable = isinstance(data_sets, (AsyncIterable, Iterable)) and not isinstance(
        data_sets, (str, bytes, Mapping)
    )
    if not is_iterable:
        raise InputTypeError(f"Expected an iterable of dicts. Got: {type(data_sets).__name__}")
    return _Iterated(data_sets)


async def batched(items: AsyncIterable[_Item]) -> AsyncGenerator[list[_Item], None]:
    """So many at a time as may be used between two turns of the event loop; the last may be none."""
    batch: list[_Item] = []
    async for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


async def _batched_at_once(data_sets: Iterable[DataSet]) -> AsyncGenerator[list[DataSet], None]:
    rest = iter(data_sets)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _noting(findings: Findings) -> Callable[[Skipped], None]:
    def note(skipped: Skipped) -> None:
        findings.note(FILES[skipped.problem], source=skipped.source)

    return note
