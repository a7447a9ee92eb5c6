"""The front door: folders and streams of DICOM JSON to FHIR Bundles.

Every function takes ``config`` (a nested mapping or a ConvertConfig), ``report`` (a ``Findings`` that collects what was left out,
guessed or in conflict) and ``strict`` (raise ``FindingsError`` at the end when there is any finding).
"""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import InputTypeError, MissingSourceError
from dicom2fhir.parts import PartMaker
from dicom2fhir.streams import STUDY_ONLY, Source, collected, completed, iterated, run_completed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.findings import Findings
    from dicom2fhir.sources.directory import Skipped
    from dicom2fhir.streams import DataSet

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

_Out = TypeVar("_Out")


async def from_directory(
    dcms: str | os.PathLike[str] | DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> Bundle:
    """One Bundle of every study in a folder and its subfolders; a list of DICOM JSON dicts will do as well.

    What is no DICOM file, a DICOMDIR or damaged costs itself alone, and is reported.  ``workers`` reads with several
    processes, where there are some thousand files for them.  Raises ``MissingSourceError`` (a ValueError) when there is no
    such folder and ``EmptyStudyError`` (another) when nothing in it could be converted.

    >>> asyncio.run(from_directory("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Expected a directory, got: no such folder
    """
    collector = await _collected(dcms, config, report=report, strict=strict, workers=workers, models=True)
    return await asyncio.to_thread(collector.create_bundle)


async def from_generator(
    dcms: DataSets, config: Config = None, *, report: Findings | None = None, strict: bool = False
) -> Bundle:
    """One Bundle of every study in a stream of DICOM JSON dicts or proxies: asynchronous or not, a generator or a list.

    When no data set at all names a study, they are taken for one unidentified study.

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

    >>> asyncio.run(collect_directory([{"00100020": {"vr": "LO", "Value": ["P1"]}}])).to_json()[:24]
    b'{"resourceType":"Bundle"'
    """
    return await _collected(dcms, config, report=report, strict=strict, workers=workers)


async def _collected(
    dcms: str | os.PathLike[str] | DataSets,
    config: Config,
    *,
    report: Findings | None,
    strict: bool,
    workers: int,
    models: bool = False,
) -> Dicom2FHIRBundle:
    if not isinstance(dcms, (str, os.PathLike)):
        return await collect_generator(dcms, config, report=report, strict=strict)
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=False)
    return await collected(_files_below(dcms, collector.config, workers), collector, models=models)


async def collect_generator(
    dcms: DataSets, config: Config = None, *, report: Findings | None = None, strict: bool = False
) -> Dicom2FHIRBundle:
    """What ``from_generator`` collects before it makes a model.

    >>> asyncio.run(collect_generator([{"00100020": {"vr": "LO", "Value": ["P1"]}}])).to_dict()["type"]
    'transaction'
    """
    return await collected(iterated(dcms), Dicom2FHIRBundle(config, report=report, strict=strict))


async def bundles_from_directory(
    dcms: str | os.PathLike[str],
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> AsyncIterator[Bundle]:
    """One Bundle for each study of a folder, each as soon as the study's last file has been read.

    The folder is read twice: first only for the study of each file, so that the second reading knows when a study is complete.
    In memory are the studies that have begun and not ended: one at a time when the files of a study lie
    together, up to all of them when they are interleaved, and a counter for each study.

    >>> async def count(folder):
    ...     return len([bundle async for bundle in bundles_from_directory(folder)])
    >>> asyncio.run(count("no such folder"))
    Traceback (most recent call last):
    dicom2fhir.errors.MissingSourceError: Expected a directory, got: no such folder
    """
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=False)
    source = _files_below(dcms, collector.config, workers)
    async for bundle in _given(completed(source, collector, models=True), collector, collector.take):
        yield bundle


async def json_bundles_from_directory(
    dcms: str | os.PathLike[str],
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    workers: int = 1,
) -> AsyncIterator[bytes]:
    """The same as JSON bytes, without models: several times as fast."""
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=False)
    source = _files_below(dcms, collector.config, workers)
    async for bundle in _given(completed(source, collector), collector, collector.take_json):
        yield bundle


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

    >>> async def count(data_sets):
    ...     return len([bundle async for bundle in bundles_from_generator(data_sets)])
    >>> asyncio.run(count([{"00100020": {"vr": "LO", "Value": ["P1"]}}]))
    1
    """
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=not grouped)
    async for bundle in _given(_ends(dcms, collector, grouped=grouped), collector, collector.take):
        yield bundle


async def json_bundles_from_generator(
    dcms: DataSets,
    config: Config = None,
    *,
    report: Findings | None = None,
    strict: bool = False,
    grouped: bool = False,
) -> AsyncIterator[bytes]:
    """The same as JSON bytes, without models: several times as fast."""
    collector = Dicom2FHIRBundle(config, report=report, strict=strict, unidentified=not grouped)
    async for bundle in _given(_ends(dcms, collector, grouped=grouped), collector, collector.take_json):
        yield bundle


async def _ends(
    dcms: DataSets, collector: Dicom2FHIRBundle, *, grouped: bool
) -> AsyncGenerator[str | None, None]:
    if grouped:
        async for study_uid in run_completed(iterated(dcms), collector):
            yield study_uid
    else:
        await collected(iterated(dcms), collector)
        for each in collector.finished():
            yield each


async def _given(
    ends: AsyncGenerator[Any, None], collector: Dicom2FHIRBundle, take: Callable[[Any], _Out]
) -> AsyncIterator[_Out]:
    """The bundle of each study that ends; strict mode has its say when all have been given."""
    try:
        async with aclosing(ends):
            async for study_uid in ends:
                yield await asyncio.to_thread(take, study_uid)
    finally:
        collector.tell()
    collector.close()


def _files_below(folder: str | os.PathLike[str], config: ConvertConfig, workers: int) -> Source:
    if not isinstance(folder, (str, os.PathLike)):
        raise InputTypeError(
            f"Expected a directory, got: {type(folder).__name__}; a stream goes to …_from_generator"
        )
    root = Path(folder)
    if not root.is_dir():
        raise MissingSourceError(f"Expected a directory, got: {root}")

    def opened(wanted: frozenset[str], skipped: Callable[[Skipped], None]) -> AsyncGenerator[list[Any], None]:
        from dicom2fhir.sources.directory import read_directory

        make = PartMaker.of(config).assembled if workers > 1 and wanted != STUDY_ONLY else None
        return read_directory(
            root,
            wanted,
            skip_invalid=config.skip_invalid_files,
            workers=workers,
            skipped=skipped,
            reduce=make,
        )

    return opened
