"""Every file of pydicom's own test data: it converts when it has its UIDs, and says what pydicom reads."""

from __future__ import annotations

import importlib.util
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from dicom2fhir.dicom2fhir import collect_directory, from_directory
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

CONFIG = {"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}}
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
NOT_FILES = {".py", ".pyc", ".txt", ".md", ".rst", ".json", ".toml", ".gz", ".zip"}


def folders() -> list[Path]:
    """The test data in pydicom's wheel and in pydicom-data, where they are installed."""
    paths = [Path(str(pydicom.__file__)).parent / "data"]
    spec = importlib.util.find_spec("data_store")
    assert spec is not None, "pydicom-data is part of the dev extra"
    assert spec.submodule_search_locations is not None
    return [*paths, *map(Path, spec.submodule_search_locations)]


FILES = sorted(
    path
    for folder in folders()
    for path in folder.rglob("*")
    if path.is_file() and path.suffix not in NOT_FILES and "__pycache__" not in path.parts
)


def by_pydicom(path: Path) -> Dataset | None:
    """What pydicom reads; None when it cannot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pydicom.dcmread(path, stop_before_pixels=True, force=True)
        except (
            InvalidDicomError,
            OSError,
            EOFError,
            ValueError,
            KeyError,
            AttributeError,
            NotImplementedError,
            TypeError,
        ):
            return None


def text(dataset: Dataset, keyword: str) -> str | None:
    """An element as pydicom reads it, without padding; None when it is empty or unusable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = dataset.get(keyword)
        except (ValueError, TypeError, LookupError):
            return None
    if value is None or isinstance(value, (list, pydicom.multival.MultiValue)):
        value = value[0] if value else None
    return str(value).strip(" \0") or None if value is not None else None


def converted(path: Path) -> dict[str, Any] | None:
    from dicom2fhir.attributes import wanted
    from dicom2fhir.errors import SourceError
    from dicom2fhir.sources.header import read_header

    bundle = Dicom2FHIRBundle(CONFIG, unidentified=False)
    try:
        bundle.add(read_header(path, wanted()))
        return bundle.to_dict()
    except (SourceError, EmptyStudyError):
        return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_with_its_uids_converts_and_agrees_with_pydicom(path: Path) -> None:
    dataset, bundle = by_pydicom(path), converted(path)
    has_uids = dataset is not None and all(text(dataset, keyword) for keyword in UIDS)
    is_directory = dataset is not None and "DirectoryRecordSequence" in dataset
    assert (bundle is not None) == (has_uids and not is_directory)
    if dataset is None or bundle is None:
        return
    resources = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    assert facts_of(resources) == {
        name: fact for name, fact in facts_by_pydicom(dataset).items() if fact is not None
    }


def facts_of(resources: dict[str, Any]) -> dict[str, Any]:
    """The facts that are compared, as the Bundle says them."""
    study, patient = resources["ImagingStudy"], resources["Patient"]
    series = study["series"][0]
    instance = series.get("instance", [{}])[0]
    identifiers = {
        identifier.get("system", identifier.get("use")): identifier["value"]
        for identifier in study["identifier"]
    }
    main = [
        identifier["value"] for identifier in patient.get("identifier", []) if identifier["use"] == "usual"
    ]
    actors = (performer["actor"] for performer in series.get("performer", []))
    named = (
        actor["display"] for actor in actors if actor.get("type") == "Device"
    )  # by nothing but the maker
    facts = {
        "study": identifiers["urn:dicom:uid"].removeprefix("urn:oid:"),
        "series": series["uid"],
        "instance": instance.get("uid"),
        "class": instance.get("sopClass", {}).get("code", "").removeprefix("urn:oid:") or None,
        "modality": series["modality"]["code"],
        "number": series.get("number"),
        "series description": series.get("description"),
        "description": study.get("description"),
        "started": study.get("started", "")[:10] or None,
        "patient": next(iter(main), None),
        "birth date": patient.get("birthDate"),
        "gender": patient.get("gender"),
        "manufacturer": resources.get("Device", {}).get("manufacturer") or next(named, None),
        "instances": study["numberOfInstances"],
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def facts_by_pydicom(dataset: Dataset) -> dict[str, Any]:
    """The same facts, read independently."""
    sex, birth, day = (
        text(dataset, "PatientSex"),
        text(dataset, "PatientBirthDate"),
        text(dataset, "StudyDate"),
    )
    number = text(dataset, "SeriesNumber")
    return {
        "study": text(dataset, "StudyInstanceUID"),
        "series": text(dataset, "SeriesInstanceUID"),
        "instance": text(dataset, "SOPInstanceUID") if sop_class(dataset) else None,
        "class": sop_class(dataset),
        "modality": (text(dataset, "Modality") or "OT").upper(),
        "number": int(number) if number and int(number) >= 0 else None,
        "series description": text(dataset, "SeriesDescription"),
        "description": text(dataset, "StudyDescription"),
        "started": iso(day),
        "patient": text(dataset, "PatientID"),
        "birth date": iso(birth),
        "gender": {"M": "male", "F": "female", "O": "other"}.get(sex.upper(), "unknown") if sex else None,
        "manufacturer": text(dataset, "Manufacturer"),
        "instances": 1,
    }


def sop_class(dataset: Dataset) -> str | None:
    meta = getattr(dataset, "file_meta", None)
    return text(dataset, "SOPClassUID") or (text(meta, "MediaStorageSOPClassUID") if meta else None)


def iso(day: str | None) -> str | None:
    """A whole date, when it is one: 20240115 or 2024.01.15."""
    digits = (day or "").replace(".", "").replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else None


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
async def test_a_whole_folder_of_them_is_one_valid_bundle(folder: Path) -> None:
    findings = Findings()
    bundle = await from_directory(folder, CONFIG, report=findings)
    written = (await collect_directory(folder, CONFIG)).to_json()
    assert len(bundle.entry or []) == len(json.loads(written)["entry"])
    assert findings.by_kind()["skipped-file"] > 0


def test_there_are_many_files() -> None:
    assert len(FILES) > 150
