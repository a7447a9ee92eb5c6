"""Data to measure on: CT files of 512 KB with 256 header elements, and DICOM JSON; nobody's."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT_UID = "1.2.826.0.1.3680043.10.511.3.4711"
ELEMENTS = 256
FILE_SIZE = 512 * 1024
HEAD = 8 * 1024


def an_instance(study: int, number: int) -> Dataset:
    """One CT instance with 256 header elements, some of which differ from slice to slice as a scanner's do."""
    instance = Dataset()
    instance.SpecificCharacterSet = "ISO_IR 100"
    instance.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"]
    instance.SOPClassUID, instance.SOPInstanceUID = CTImageStorage, f"{ROOT_UID}.{study}.1.{number}"
    instance.StudyDate, instance.SeriesDate, instance.AcquisitionDate, instance.ContentDate = ["20240115"] * 4
    instance.StudyTime, instance.SeriesTime = "103015.250000", "103215.125000"
    instance.AcquisitionTime = instance.ContentTime = f"1033{number // 20 % 60:02d}.{number % 20 * 5:06d}"
    instance.AccessionNumber, instance.Modality, instance.Manufacturer = "A-1001", "CT", "Acme Imaging"
    instance.InstitutionName, instance.StationName = "General Hospital", "CT-ROOM-2"
    instance.ReferringPhysicianName = "Overweg^Anna^^Dr."
    instance.StudyDescription, instance.SeriesDescription = "CT chest", "Thorax 1.5 B30f"
    instance.ManufacturerModelName, instance.DeviceSerialNumber, instance.SoftwareVersions = (
        "Spiral 64",
        "4711",
        "VB20",
    )
    instance.PatientID, instance.PatientName = f"P-{study:04d}", f"Example^Eve{study}"
    instance.PatientBirthDate, instance.PatientSex, instance.PatientWeight = "19640812", "F", "70.5"
    instance.BodyPartExamined, instance.SliceThickness, instance.KVP = "CHEST", "1.5", "120"
    instance.ExposureTime, instance.Exposure, instance.ConvolutionKernel = "500", "105", "B30f"
    instance.XRayTubeCurrent = str(180 + number % 40)
    instance.StudyInstanceUID, instance.SeriesInstanceUID = f"{ROOT_UID}.{study}", f"{ROOT_UID}.{study}.1"
    instance.StudyID, instance.SeriesNumber, instance.InstanceNumber = "S1", 2, number
    instance.ImagePositionPatient = ["-180.5", "-180.5", f"{-400 + number * 1.5:.1f}"]
    instance.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    instance.SliceLocation = f"{-400 + number * 1.5:.1f}"
    instance.Rows = instance.Columns = 512
    instance.PixelSpacing, instance.BitsAllocated, instance.BitsStored = ["0.7", "0.7"], 16, 12
    block = instance.private_block(0x0029, "ACME HEADER", create=True)
    for element in range(ELEMENTS - len(instance)):
        block.add_new(element, "LO", f"value {element} of many")
    return instance


def make_files(folder: Path, studies: int, instances: int) -> None:
    """Write the files; each study in a folder of its own."""
    for study in range(1, studies + 1):
        place = folder / f"study{study:05d}"
        place.mkdir(parents=True, exist_ok=True)
        for number in range(1, instances + 1):
            instance = an_instance(study, number)
            instance.file_meta = FileMetaDataset()
            instance.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            path = place / f"IM{number:05d}.dcm"
            instance.save_as(path, enforce_file_format=True)
            with path.open("ab") as file:
                pixels = FILE_SIZE - file.tell() - 12
                file.write(struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, pixels))
                file.truncate(FILE_SIZE)


def multiply(folder: Path, target: Path, studies: int) -> None:
    """Write more studies like the first of a folder: its heads with other UIDs, and pixels that take no room on the disk."""
    for study in range(2, studies + 2):
        place = target / f"study{study:05d}"
        place.mkdir(parents=True)
        # The UIDs keep their length, so nothing else of the head changes.
        swap = (f"{ROOT_UID}.1".encode(), f"{ROOT_UID[:-2]}{study:02d}.1".encode())
        for path in sorted((folder / "study00001").iterdir()):
            with path.open("rb") as file, (place / path.name).open("wb") as copy:
                copy.write(file.read(HEAD).replace(*swap))
                copy.truncate(FILE_SIZE)


def as_json(studies: int, instances: int) -> Iterator[dict[str, Any]]:
    """The same as DICOM JSON, one made from the last: cheap enough for a hundred thousand."""
    for study in range(1, studies + 1):
        shape = an_instance(study, 1).to_json_dict()
        for number in range(1, instances + 1):
            uid, time = f"{ROOT_UID}.{study}.1.{number}", f"1033{number // 20 % 60:02d}.{number % 20 * 5:06d}"
            yield {
                **shape,
                "00080018": {"vr": "UI", "Value": [uid]},
                "00080032": {"vr": "TM", "Value": [time]},
                "00200013": {"vr": "IS", "Value": [number]},
                "00181151": {"vr": "IS", "Value": [180 + number % 40]},
            }
