"""An ETL step: NDJSON of DICOM JSON in, NDJSON of FHIR Bundles out, one line a study, one study in memory.

    python examples/etl_ndjson.py [IN.ndjson OUT.ndjson]

The input is sorted by study, as a query with ORDER BY gives it; without arguments the example makes its own.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import aiofiles

from dicom2fhir import Findings
from dicom2fhir.dicom2fhir import json_bundles_from_generator
from dicom2fhir.sources.json_file import read_json_file

CONFIG = {"dicom_timezone": "Europe/Berlin"}


def make_rows(path: Path, studies: int = 3, instances: int = 4) -> None:
    """Write the rows of some studies of nobody in particular."""
    lines = []
    for study in range(1, studies + 1):
        for number in range(1, instances + 1):
            uid = f"1.2.826.0.1.3680043.10.511.3.11.{study}"
            said = {"0020000D": uid, "0020000E": f"{uid}.1", "00080018": f"{uid}.1.{number}"}
            data_set = {tag: {"vr": "UI", "Value": [value]} for tag, value in said.items()}
            lines.append(json.dumps({**data_set, "00100020": {"vr": "LO", "Value": [f"EXAMPLE-{study}"]}}))
    path.write_text("\n".join(lines) + "\n")


async def run(source: Path, target: Path) -> int:
    """Convert a file; answer how many studies there were."""
    findings, studies = Findings(), 0
    async with aiofiles.open(target, "wb") as out:
        rows = read_json_file(source)
        async for bundle in json_bundles_from_generator(rows, CONFIG, report=findings, grouped=True):
            await out.write(bundle + b"\n")
            studies += 1
    for finding in findings:
        print(finding, file=sys.stderr)
    return studies


if __name__ == "__main__":
    if sys.argv[1:]:
        given, wanted = map(Path, sys.argv[1:])
        print(asyncio.run(run(given, wanted)), "studies")
    else:
        with tempfile.TemporaryDirectory() as folder:
            rows, bundles = Path(folder) / "rows.ndjson", Path(folder) / "bundles.ndjson"
            make_rows(rows)
            print(asyncio.run(run(rows, bundles)), "studies")
            print(bundles.read_text())
