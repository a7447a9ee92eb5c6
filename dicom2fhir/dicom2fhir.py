"""The front door: folders and streams of DICOM JSON to FHIR Bundles.

Every function takes ``config`` (a nested mapping or a ConvertConfig), ``report`` (a ``Findings`` that collects what was left out,
guessed or in conflict) and ``strict`` (raise ``FindingsError`` at the end when there is any finding).
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dicom2fhir.conversion import ALL_LEFT_OUT, Conversion
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import EmptyStudyError, InputTypeError, LateInstanceError, MissingSourceError
from dicom2fhir.reporting import Reporter
from dicom2fhir.streams import (
    FolderSource,
    at_the_end,
    collected,
    completed,
    iterated,
    note_late,
    run_completed,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.converted import Converted
    from dicom2fhir.findings import Findings
    from dicom2fhir.parts import DataSet
    from dicom2fhir.study.assembler import StudyAssembler
    from dicom2fhir.study.model import Study

    Config = Mapping[str, Any] | ConvertConfig | None
    DataSets = AsyncIterable[DataSet] | Iterable[DataSet]

__all__ = [
    "bundles_from_directory",
    "bundles_from_generator",
    "collect_directory",
    "collect_generator",
    "from_directory",
    "from_generator",
    "json_bundles_from_directory",
    "json_bundles_from_generator",
]


async def from_directory(
    dcms: str | os.PathLike[str] | DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> Bundle:
    """One Bundle of every study in a folder and its subfolders; a list of DICOM JSON dicts will do as well.

    What is no DICOM file, a DICOMDIR or damaged costs itself alone, and is reported.  Raises ``MissingSourceError`` (a ValueError)
    when there is no such folder and ``EmptyStudyError`` (another) when nothing in it could be converted.

    Args:
        dcms: A folder, or data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        workers: How many processes read, where there are some thousand files for them.

    >>> asyncio.run(from_directory("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Expected a directory, got: no such folder
    """
    collector = await collect_directory(dcms, config, report=report, strict=strict, workers=workers)
    return await asyncio.to_thread(collector.create_bundle)


async def from_generator(
    dcms: DataSets, config: Config = None, *, report: Findings | None = None, strict: bool = False
) -> Bundle:
    """One Bundle of every study in a stream of DICOM JSON dicts or proxies: asynchronous or not, a generator or a list.

    When no data set at all names a study, they are taken for one unidentified study.

    Args:
        dcms: Data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.

    >>> async def stream():
    ...     yield {"00080020": {"vr": "DA", "Value": ["20210101"]}}
    >>> [entry.resource.__resource_type__ for entry in asyncio.run(from_generator(stream())).entry]
    ['ImagingStudy', 'Patient']
    """
    collector = await collect_generator(dcms, config, report=report, strict=strict)
    return await asyncio.to_thread(collector.create_bundle)


async def collect_directory(
    dcms: str | os.PathLike[str] | DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> Dicom2FHIRBundle:
    """What ``from_directory`` collects before it makes a model: ``.to_json()`` of it is the fast way out.

    Args:
        dcms: A folder, or data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        workers: How many processes read, where there are some thousand files for them.

    >>> asyncio.run(collect_directory([{"00100020": {"vr": "LO", "Value": ["P1"]}}])).to_json()[:24]
    b'{"resourceType":"Bundle"'
    """
    if not isinstance(dcms, (str, os.PathLike)):
        return await collect_generator(dcms, config, report=report, strict=strict)
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=False)
    await collected(_files_below(dcms, collector.conversion, workers), collector.assembler)
    return collector


async def collect_generator(
    dcms: DataSets, config: Config = None, *, report: Findings | None = None, strict: bool = False
) -> Dicom2FHIRBundle:
    """What ``from_generator`` collects before it makes a model.

    Args:
        dcms: Data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.

    >>> asyncio.run(collect_generator([{"00100020": {"vr": "LO", "Value": ["P1"]}}])).to_dict()["type"]
    'transaction'
    """
    collector = Dicom2FHIRBundle(config, report=report, strict=strict)
    await collected(iterated(dcms), collector.assembler)
    return collector


async def bundles_from_directory(
    dcms: str | os.PathLike[str],
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> AsyncIterator[Bundle]:
    """One Bundle for each study of a folder, each as soon as the study's last file has been read.

    The folder is read twice: first only to count the files of each study, so that the second reading knows when a study is complete.
    In memory are the studies that have begun and not ended: one at a time when the files of a study lie
    together, up to all of them when they are interleaved, and a counter for each study.

    A study is given out once.  When files of it came or changed between the two readings, ``LateInstanceError`` (a StudyError)
    names it at the end.

    Args:
        dcms: A folder.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        workers: How many processes read, where there are some thousand files for them.

    >>> async def count(folder):
    ...     return len([bundle async for bundle in bundles_from_directory(folder)])
    >>> asyncio.run(count("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Expected a directory, got: no such folder
    """
    async for converted in _of_directory(dcms, config, report=report, strict=strict, workers=workers):
        yield await asyncio.to_thread(converted.to_model)


async def json_bundles_from_directory(
    dcms: str | os.PathLike[str],
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> AsyncIterator[bytes]:
    """The same as ``bundles_from_directory`` as JSON bytes, without models: several times as fast.

    Args:
        dcms: A folder.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        workers: How many processes read, where there are some thousand files for them.

    >>> async def count(folder):
    ...     return len([bundle async for bundle in json_bundles_from_directory(folder)])
    >>> asyncio.run(count("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Expected a directory, got: no such folder
    """
    async for converted in _of_directory(dcms, config, report=report, strict=strict, workers=workers):
        yield await asyncio.to_thread(converted.to_json)


async def bundles_from_generator(
    dcms: DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    grouped: bool = False,
) -> AsyncIterator[Bundle]:
    """One Bundle for each study of a stream.

    A stream can be read once, and any study may go on until its end: so all bundles come at the end, in the order of their UIDs,
    and until then every study is held (its facts, not its instances, unless they are to be listed).  When the instances
    come study by study, say ``grouped=True``: then each bundle comes when the next study begins, one study is held
    at a time, and a study that comes back raises ``StudyError``.

    Args:
        dcms: Data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        grouped: Whether the instances come study by study.

    >>> async def count(data_sets):
    ...     return len([bundle async for bundle in bundles_from_generator(data_sets)])
    >>> asyncio.run(count([{"00100020": {"vr": "LO", "Value": ["P1"]}}]))
    1
    """
    async for converted in _of_generator(dcms, config, report=report, strict=strict, grouped=grouped):
        yield await asyncio.to_thread(converted.to_model)


async def json_bundles_from_generator(
    dcms: DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    grouped: bool = False,
) -> AsyncIterator[bytes]:
    """The same as ``bundles_from_generator`` as JSON bytes, without models: several times as fast.

    Args:
        dcms: Data sets: a list, a generator or an asynchronous one, of dicts or proxies.
        config: The options: a nested mapping as users have it, which is only read, or a ConvertConfig.
        report: A ``Findings`` that collects what was left out, guessed or in conflict.
        strict: Raise ``FindingsError`` at the end when there is any finding.
        grouped: Whether the instances come study by study.

    >>> async def count(data_sets):
    ...     return len([bundle async for bundle in json_bundles_from_generator(data_sets)])
    >>> asyncio.run(count([{"00100020": {"vr": "LO", "Value": ["P1"]}}]))
    1
    """
    async for converted in _of_generator(dcms, config, report=report, strict=strict, grouped=grouped):
        yield await asyncio.to_thread(converted.to_json)


async def _of_directory(
    folder: str | os.PathLike[str],
    config: Config,
    *,
    report: Findings | None,
    strict: bool,
    workers: int,
) -> AsyncGenerator[Converted, None]:
    conversion = Conversion(config)
    assembler = conversion.collect(unidentified=False)
    reporter = Reporter(report, strict=strict)
    late: Counter[str] = Counter()
    studies = completed(_files_below(folder, conversion, workers), assembler, late)
    given: dict[str, str] = {}
    try:
        async with aclosing(_converted(studies, conversion, assembler, reporter)) as all_of_them:
            async for converted in all_of_them:
                given[str(converted.study_uid)] = converted.id
                yield converted
    finally:  # what came late is told, too, when all studies were left out
        note_late(late, given, assembler.findings)
        reporter.hear(assembler.findings)
    lacking = sorted(given[study] for study in late if study in given)
    if lacking:  # strict mode has its say after that: a study that lacks instances is worse
        raise LateInstanceError(lacking)
    reporter.end()


async def _of_generator(
    dcms: DataSets, config: Config, *, report: Findings | None, strict: bool, grouped: bool
) -> AsyncGenerator[Converted, None]:
    conversion = Conversion(config)
    assembler = conversion.collect(unidentified=not grouped)
    source = iterated(dcms)
    studies = run_completed(source, assembler) if grouped else at_the_end(source, assembler)
    reporter = Reporter(report, strict=strict)
    async with aclosing(_converted(studies, conversion, assembler, reporter)) as all_of_them:
        async for converted in all_of_them:
            yield converted
    reporter.end()


async def _converted(
    studies: AsyncGenerator[Study, None],
    conversion: Conversion,
    assembler: StudyAssembler,
    reporter: Reporter,
) -> AsyncGenerator[Converted, None]:
    """Each study, converted; the reporter hears of each, and at last of what was found of none in particular."""
    given = 0
    try:
        async with aclosing(studies):
            async for study in studies:
                converted = await asyncio.to_thread(conversion.convert_or_note, study, assembler.findings)
                if converted is not None:
                    reporter.hear(converted.findings)
                    given += 1
                    yield converted
    finally:
        reporter.hear(assembler.findings)
    if not given:
        raise EmptyStudyError(ALL_LEFT_OUT)


def _files_below(folder: str | os.PathLike[str], conversion: Conversion, workers: int) -> FolderSource:
    if not isinstance(folder, (str, os.PathLike)):
        raise InputTypeError(
            f"Expected a directory, got: {type(folder).__name__}; a stream goes to …_from_generator"
        )
    root = Path(folder)
    if not root.is_dir():
        raise MissingSourceError(f"Expected a directory, got: {root}")
    return FolderSource(root, conversion, workers)
