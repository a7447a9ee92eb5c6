"""What is measured of this package, each in a process of its own: ``python ours.py WHAT ARGUMENT…`` prints JSON.

A conversion is awaited inside a coroutine, and its Bundle is held until the clock has stopped, as in the peer's measurement:
``asyncio.run`` itself writes the ``repr`` of whatever it hands back, twice (CPython 3.11 and 3.12, when they restore the handler of a
signal).  Of our Bundle that is a few words; the peer's is written out whole, which is no part of a conversion, and is not measured.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

ROOT = Path(__file__).parent.parent.parent
CONFIG = {"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}}


def peak() -> int:
    """The most memory this process ever had, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def make(files: str, many: str, rows: str, warm: str, count: str, studies: str) -> dict[str, float]:
    """The data of all measurements."""
    from tests.benchmarks.data import as_json, make_files, multiply

    make_files(Path(files), 1, int(count))
    make_files(Path(warm), 1, 1)
    multiply(Path(files), Path(many), int(studies))
    Path(rows).write_text("".join(f"{json.dumps(one)}\n" for one in as_json(1, int(count))), "utf-8")
    return {}


def touch(path: str) -> dict[str, float]:
    """Bring what a reader reads of each file into the cache of the system."""
    for file in Path(path).rglob("*.dcm"):
        with file.open("rb") as opened:
            opened.read(1 << 14)
    return {}


def directory(path: str, warm: str, workers: str = "1") -> dict[str, float]:
    """A folder to a model; imports and models are ready when the clock starts, as they are in the peer's measurement."""
    from dicom2fhir.dicom2fhir import from_directory

    async def timed() -> float:
        await from_directory(warm, CONFIG)
        start = time.perf_counter()
        bundle = await from_directory(path, CONFIG, workers=int(workers))
        seconds = time.perf_counter() - start
        del bundle
        return seconds

    return {"seconds": asyncio.run(timed()), "peak": peak()}


def generator(path: str, warm: str) -> dict[str, float]:
    """Ready DICOM JSON to a model."""
    from dicom2fhir.dicom2fhir import from_directory, from_generator

    async def stream(data_sets: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
        for data_set in data_sets:
            yield data_set

    async def timed(ready: list[dict[str, Any]]) -> float:
        await from_directory(warm, CONFIG)
        gc.freeze()  # the data that were made for the measurement are not what is measured
        start = time.perf_counter()
        bundle = await from_generator(stream(ready), CONFIG)
        seconds = time.perf_counter() - start
        del bundle
        return seconds

    lines = Path(path).read_text("utf-8").splitlines()
    return {"seconds": asyncio.run(timed([json.loads(line) for line in lines]))}


def reader(path: str) -> dict[str, float]:
    """The reader alone, and pydicom on the same files in the same process."""
    import pydicom

    from dicom2fhir.attributes import wanted
    from dicom2fhir.sources.header import HeaderReader

    files = sorted(Path(path).rglob("*.dcm"))
    fast = HeaderReader(wanted())

    def timed(read: Callable[[Path], object]) -> float:
        start = time.perf_counter()
        for file in files:
            read(file)
        return time.perf_counter() - start

    timed(fast.read)  # the files are in the cache of the system from here on
    ours = min(timed(fast.read) for _ in range(3))
    return {"ours": ours, "pydicom": timed(lambda file: pydicom.dcmread(file, stop_before_pixels=True))}


def serialize(instances: str) -> dict[str, float]:
    """A bundle to bytes: from what was collected, all that ``to_json`` does, and from a ready model."""
    bundle = _collected(int(instances), with_instances=True)
    model = bundle.create_bundle()

    def timed(write: Callable[[], object]) -> float:
        start = time.perf_counter()
        write()
        return time.perf_counter() - start

    return {
        "ours": min(timed(bundle.to_json) for _ in range(5)),
        "model": min(timed(model.model_dump_json) for _ in range(5)),
    }


def memory(instances: str, with_instances: str) -> dict[str, float]:
    """The way to bytes: its peak above the imports, and its time."""
    _collected(10, with_instances=True).to_json()
    before, start = peak(), time.perf_counter()
    size = len(_collected(int(instances), with_instances=with_instances == "on").to_json())
    return {"kilobytes": peak() - before, "seconds": time.perf_counter() - start, "size": size}


def model(instances: str, way: str) -> dict[str, float]:
    """The peak of the way to a model, or of the validation of the finished dict alone."""
    from fhir.resources.R4B.bundle import Bundle

    bundle = _collected(10, with_instances=True)
    bundle.create_bundle()
    if way == "validate":
        finished = json.loads(_collected(int(instances), with_instances=True).to_json())
        Bundle.model_validate(finished)
    else:
        _collected(int(instances), with_instances=True).create_bundle()
    return {"peak": peak()}


def stall(path: str) -> dict[str, float]:
    """The longest that the event loop stood still while a folder was converted."""
    from dicom2fhir.dicom2fhir import bundles_from_directory

    async def run() -> float:
        longest, done = 0.0, False

        async def watch() -> None:
            nonlocal longest
            while not done:
                start = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - start - 0.001)

        watcher = asyncio.create_task(watch())
        async for _ in bundles_from_directory(path, CONFIG):
            pass
        done = True
        await watcher
        return longest

    return {"seconds": asyncio.run(run())}


def _collected(instances: int, *, with_instances: bool) -> Any:
    from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle

    sys.path.insert(0, str(ROOT))
    config = {**CONFIG, "generator": {"imaging_study": {"add_instances": with_instances}}}
    bundle = Dicom2FHIRBundle(config)
    for data_set in _light(instances):
        bundle.add(data_set)
    return bundle


def _light(instances: int) -> Iterator[dict[str, Any]]:
    from tests.benchmarks.data import as_json

    yield from as_json(1, instances)


if __name__ == "__main__":
    measured = globals()[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(measured))
    sys.stdout.flush()
    os._exit(0)  # freeing a million objects is not what is measured
