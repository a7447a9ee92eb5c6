"""A folder of DICOM files to one FHIR Bundle.

    python examples/convert_directory.py [FOLDER]

Without a folder the example makes one: a CT series of three files, with a text file among them.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from dicom2fhir import Findings, from_directory

CONFIG = {
    "dicom_timezone": "Europe/Berlin",
    "generator": {
        "imaging_study": {"add_instances": False},
        "observation": {"add_vital_signs": True},
    },
}


def make_series(folder: Path) -> None:
    """Write three instances of a CT series of nobody in particular."""
    for number in (1, 2, 3):
        instance = Dataset()
        instance.SOPClassUID = CTImageStorage
        instance.StudyInstanceUID = "1.2.826.0.1.3680043.10.511.3.7"
        instance.SeriesInstanceUID = "1.2.826.0.1.3680043.10.511.3.7.1"
        instance.SOPInstanceUID = f"1.2.826.0.1.3680043.10.511.3.7.1.{number}"
        instance.Modality, instance.InstanceNumber = "CT", number
        instance.PatientID, instance.PatientName, instance.PatientWeight = "EXAMPLE-1", "Example^Eve", "64.5"
        instance.StudyDate, instance.StudyTime = "20240115", "103015"
        instance.BodyPartExamined = "CHEST"
        instance.file_meta = FileMetaDataset()
        instance.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        instance.save_as(folder / f"IM{number}", enforce_file_format=True)
    (folder / "readme.txt").write_text("not DICOM")


async def convert(folder: Path) -> None:
    """Convert a folder, print the Bundle, and say what was passed over."""
    findings = Findings()
    bundle = await from_directory(folder, CONFIG, report=findings)
    print(bundle.model_dump_json(indent=2))
    for finding in findings:
        print(f"{finding} {finding.source or ''}", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(convert(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as made:
            make_series(Path(made))
            asyncio.run(convert(Path(made)))
