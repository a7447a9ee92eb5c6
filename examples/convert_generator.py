"""A stream of DICOM JSON, from wherever you have it, to one FHIR Bundle.

python examples/convert_generator.py
"""

import asyncio
from collections.abc import AsyncIterator

from dicom2fhir import from_generator

CONFIG = {"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}}


async def rows_of_a_database() -> AsyncIterator[dict[str, dict[str, object]]]:
    """Yield DICOM JSON, as a query of a database or a QIDO-RS answer would."""
    for number in (1, 2):
        await asyncio.sleep(0)
        yield {
            "00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.4"]},
            "00080018": {"vr": "UI", "Value": [f"1.2.826.0.1.3680043.10.511.3.8.1.{number}"]},
            "00080020": {"vr": "DA", "Value": ["20240115"]},
            "00080060": {"vr": "CS", "Value": ["MR"]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Example^Eve"}]},
            "00100020": {"vr": "LO", "Value": ["EXAMPLE-1"]},
            "0020000D": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.511.3.8"]},
            "0020000E": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.511.3.8.1"]},
            "00200013": {"vr": "IS", "Value": [number]},
        }


async def main() -> None:
    """Convert the stream and print the Bundle."""
    bundle = await from_generator(rows_of_a_database(), CONFIG)
    print(bundle.model_dump_json(indent=2))


if __name__ == "__main__":
    asyncio.run(main())
