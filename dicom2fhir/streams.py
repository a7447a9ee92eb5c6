"""From a source of data sets to studies: all at once, or each as soon as it is complete.

A source is opened with the tags it must keep and a function to tell what it passed over; it yields batches of data sets.
A source that can be opened twice gives up each study right after its last instance: the first reading counts the instances of every
study and keeps nothing else.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping
from contextlib import aclosing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.attributes import key_of, wanted
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, tag_key
from dicom2fhir.errors import ConfigError, EmptyStudyError, InputTypeError, StudyError
from dicom2fhir.parts import Part, study_of
from dicom2fhir.problems import SKIPPED_FILES

if TYPE_CHECKING:
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
    from dicom2fhir.findings import Findings
    from dicom2fhir.sources.directory import Skipped

__all__ = [
    "STUDY_ONLY",
    "DataSet",
    "Source",
    "collected",
    "completed",
    "iterated",
    "run_completed",
    "wanted_by",
]

DataSet = Mapping[str, Any] | DicomJsonProxy
Source = Callable[[frozenset[str], "Callable[[Skipped], None]"], AsyncGenerator[list[Any], None]]

STUDY_ONLY: Final = frozenset({str(key_of("StudyInstanceUID"))})
_BATCH: Final = 64  # data sets between two turns of the event loop: some milliseconds of work


def wanted_by(config: ConvertConfig) -> frozenset[str]:
    """The tags that a conversion needs: those of the mapping, and what the user asks for besides.

    An id function may name its own in an attribute ``extra_attributes``.

    >>> from dicom2fhir.config import ConvertConfig
    >>> "00080070" in wanted_by(ConvertConfig()), "00321033" in wanted_by(ConvertConfig(extra_attributes=["RequestingService"]))
    (True, True)
    """
    names = {*config.extra_attributes, *getattr(config.id_function, "extra_attributes", ())}
    keys = {name: tag_key(name) for name in names}
    unknown = sorted(name for name, key in keys.items() if key is None)
    if unknown:
        raise ConfigError(f"extra_attributes: {unknown[0]!r} is neither a DICOM keyword nor a tag")
    return wanted(technique=config.profile is not None, extra=[key for key in keys.values() if key])


async def collected(source: Source, bundle: Dicom2FHIRBundle, *, models: bool = False) -> Dicom2FHIRBundle:
    """Put every data set of a source into a bundle, and hand it back; say ``models`` when it is to become a model."""
    async with aclosing(source(wanted_by(bundle.config), _noting(bundle.findings))) as batches:
        async for batch in batches:
            for one in batch:
                _put(bundle, one)
            if models:
                await _model_ahead(bundle, batch)
    return bundle


def _put(bundle: Dicom2FHIRBundle, one: DataSet | Part) -> None:
    if isinstance(one, Part):
        bundle.absorb(one.assembler)
    else:
        bundle.add(one)


async def _model_ahead(bundle: Dicom2FHIRBundle, batch: list[DataSet | Part]) -> None:
    """Use the time in which other processes read; where none does there is none to use."""
    for one in batch:
        if isinstance(one, Part):
            await asyncio.to_thread(bundle.model_ahead, one.assembler)


def _studies_of(one: DataSet | Part) -> Mapping[str | None, int]:
    """How many data sets of each study a batch's member is."""
    return one.studies if isinstance(one, Part) else {study_of(one): 1}


async def completed(
    source: Source, bundle: Dicom2FHIRBundle, *, models: bool = False
) -> AsyncGenerator[str, None]:
    """The UID of each study when its last instance has come; the source is read twice."""
    left: Counter[str | None] = Counter()
    async with aclosing(source(STUDY_ONLY, lambda _: None)) as batches:
        async for batch in batches:
            left.update(map(study_of, batch))
    given = 0
    async with aclosing(source(wanted_by(bundle.config), _noting(bundle.findings))) as batches:
        async for batch in batches:
            if models:
                await _model_ahead(bundle, batch)
            for one in batch:
                _put(bundle, one)
                came = _studies_of(one)
                left.subtract(came)
                for study_uid in came:
                    if study_uid is not None and left[study_uid] == 0 and study_uid in bundle:
                        given += 1
                        yield study_uid
    for study_uid in sorted(bundle.studies):  # files came or went between the two readings
        given += 1
        yield study_uid
    if not given:
        raise EmptyStudyError


async def run_completed(source: Source, bundle: Dicom2FHIRBundle) -> AsyncGenerator[str, None]:
    """The UID of each study when the next one begins; for a source whose instances come study by study."""
    current: str | None = None
    done: set[str] = set()
    async with aclosing(source(wanted_by(bundle.config), _noting(bundle.findings))) as batches:
        async for batch in batches:
            for data_set in batch:
                study_uid = study_of(data_set)
                if study_uid in done:
                    raise StudyError(
                        "grouped: a study came back after its bundle was given out; read it ungrouped"
                    )
                if study_uid is not None and study_uid != current:
                    if current is not None and current in bundle:
                        yield current
                        done.add(current)
                    current = study_uid
                bundle.add(data_set)
    for study_uid in bundle.studies:
        yield study_uid
    if not done and current is None:
        raise EmptyStudyError


def iterated(data_sets: AsyncIterable[DataSet] | Iterable[DataSet]) -> Source:
    """A source out of anything that can be iterated; it can be opened once.

    >>> iterated("a path is not a stream of data sets")
    Traceback (most recent call last):
    dicom2fhir.errors.InputTypeError: Expected an iterable of dicts. Got: str
    """
    is_iterable = isinstance(data_sets, (AsyncIterable, Iterable)) and not isinstance(
        data_sets, (str, bytes, Mapping)
    )
    if not is_iterable:
        raise InputTypeError(f"Expected an iterable of dicts. Got: {type(data_sets).__name__}")

    def opened(
        _wanted: frozenset[str], _skipped: Callable[[Skipped], None]
    ) -> AsyncGenerator[list[Any], None]:
        return _batched(data_sets) if isinstance(data_sets, AsyncIterable) else _batched_at_once(data_sets)

    return opened


async def _batched(data_sets: AsyncIterable[DataSet]) -> AsyncGenerator[list[Any], None]:
    batch: list[Any] = []
    async for data_set in data_sets:
        batch.append(data_set)
        if len(batch) == _BATCH:
            yield batch
            batch = []
            await asyncio.sleep(0)  # others get their turn, whatever the source does
    yield batch


async def _batched_at_once(data_sets: Iterable[DataSet]) -> AsyncGenerator[list[Any], None]:
    rest = iter(data_sets)
    while batch := list(islice(rest, _BATCH)):
        yield batch
        await asyncio.sleep(0)


def _noting(findings: Findings) -> Callable[[Skipped], None]:
    def note(skipped: Skipped) -> None:
        findings.note(SKIPPED_FILES[skipped.problem], source=skipped.source)

    return note
