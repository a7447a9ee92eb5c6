"""What is measured of the published package, in its own environment; this file is run there and imports nothing of ours."""

# mypy: ignore-errors
# The published package is not installed where types are checked.
from __future__ import annotations

import asyncio
import gc
import json
import sys
import time

CONFIG = {"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}}


async def stream(data_sets):
    for data_set in data_sets:
        yield data_set


async def main(what, path, warm):
    from dicom2fhir.dicom2fhir import from_directory, from_generator

    await from_directory(warm, dict(CONFIG))  # imports and models are ready when the clock starts
    if what == "directory":
        start = time.perf_counter()
        bundle = await from_directory(path, dict(CONFIG))
    else:
        with open(path) as file:  # noqa: PTH123, ASYNC230 - this file is plain on purpose
            data_sets = [json.loads(line) for line in file]
        gc.freeze()  # the data that were made for the measurement are not what is measured
        start = time.perf_counter()
        bundle = await from_generator(stream(data_sets), dict(CONFIG))
    print(json.dumps({"seconds": time.perf_counter() - start}))
    del bundle


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
