"""Files that the tests of the command read: synthetic people, written by pydicom."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
    MRImageStorage,
)

from dicom2fhir.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = "1.2.826.0.1.3680043.10.511.3"
TREE = Path(__file__).parents[3]


def an_instance(study: int = 1, series: int = 1, number: int = 1, **keywords: Any) -> Dataset:
    """An instance of a study of nobody in particular."""
    made = Dataset()
    made.StudyInstanceUID = f"{ROOT}.{study}"
    made.SeriesInstanceUID = f"{ROOT}.{study}.{series}"
    made.SOPInstanceUID = f"{ROOT}.{study}.{series}.{number}"
    made.SOPClassUID, made.Modality = (CTImageStorage, "CT") if series == 1 else (MRImageStorage, "MR")
    made.SeriesNumber, made.InstanceNumber = series, number
    made.StudyDate, made.StudyTime, made.StudyID = f"2024{study % 12 + 1:02}07", "103015", "A1"
    made.PatientID, made.PatientName, made.PatientBirthDate = f"SECRET-{study}", "Secret^Sally", "19700131"
    made.PatientWeight, made.StudyDescription = "64.5", "Secret thorax"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what cannot be a value is what some tests are about
        for keyword, value in keywords.items():
            setattr(made, keyword, value)
    return made


def write_file(made: Dataset, path: Path) -> Path:
    """Write an instance as a file."""
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path, enforce_file_format=True)
    return path


def write_studies(folder: Path, *studies: int, instances: int = 2) -> Path:
    """Write studies of a CT and an MR series."""
    for study in studies:
        for series in (1, 2):
            for number in range(1, instances + 1):
                made = an_instance(study, series, number)
                write_file(made, folder / f"study{study:03}" / f"S{series}I{number:03}.dcm")
    return folder


def write_media_directory(folder: Path) -> Path:
    """Write a DICOMDIR, which lists instances and is none."""
    index = Dataset()
    index.FileSetID, index.DirectoryRecordSequence = "DISC", []
    index.file_meta = FileMetaDataset()
    index.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    index.file_meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.99")
    index.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    folder.mkdir()
    index.save_as(folder / "DICOMDIR", enforce_file_format=True)
    return folder


@pytest.fixture(name="an_instance")
def _an_instance() -> Callable[..., Dataset]:
    return an_instance


@pytest.fixture(name="write_file")
def _write_file() -> Callable[[Dataset, Path], Path]:
    return write_file


@pytest.fixture(name="write_studies")
def _write_studies() -> Callable[..., Path]:
    return write_studies


@pytest.fixture(name="write_media_directory")
def _write_media_directory() -> Callable[[Path], Path]:
    return write_media_directory


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command is called in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def scans(here: Path) -> Path:
    """Two studies in a folder ``scans``, and nothing else in it."""
    return write_studies(here / "scans", 1, 2)


class Result:
    """What the command said, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def dicom2fhir(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Call the command in this process."""

    def call(*arguments: str | Path) -> Result:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def start(here: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Call the command in a process of its own."""

    def begin(*arguments: str | Path, **settings: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dicom2fhir", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(TREE)}
        settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": here, **settings}
        return subprocess.Popen(command, env=environment, **settings)

    return begin
