"""What is measured of the published package, in its own environment; this file is run there and imports nothing of ours."""

# mypy: ignore-errors
# The published package is not installed where types are checked.
from __future__ import annotations

import asyncio
import json
import sys
import time

CONFIG = {"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}}


async def stream(path):
    with open(path) as file:  # noqa: ASYNC230, PTH123 - the data are read before the clock starts
        data_sets = [json.loads(line) for line in file]
    global start  # noqa: PLW0603 - the clock starts when the data are there
    start = time.perf_counter()
    for data_set in data_sets:
        yield data_set


def main(what, path):
    from dicom2fhir.dicom2fhir import from_directory, from_generator

    global start  # noqa: PLW0603 - see above
    start = time.perf_counter()
    if what == "directory":
        asyncio.run(from_directory(path, dict(CONFIG)))
    else:
        asyncio.run(from_generator(stream(path), dict(CONFIG)))
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
