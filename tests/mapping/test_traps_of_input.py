"""Traps in how input is handled."""

from __future__ import annotations

import ast
import asyncio
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MediaStorageDirectoryStorage

import dicom2fhir
from dicom2fhir.config import ConfigWarning
from dicom2fhir.dicom2fhir import from_directory, from_generator
from dicom2fhir.findings import Findings, Kind
from tests.factories import CT_CLASS, Json, a_study, an_instance, converted, of_kind, the

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from fhir.resources.R4B.bundle import Bundle


def a_dataset(number: int = 1, **keywords: Any) -> Dataset:
    made = Dataset()
    elements = {
        "SOPClassUID": CT_CLASS,
        "SOPInstanceUID": f"1.2.3.1.{number}",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.1",
        "Modality": "CT",
        **keywords,
    }
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def written(path: Path, number: int = 1, sop_class: str = CT_CLASS, **keywords: Any) -> Path:
    """A file with preamble and meta information."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.1.{number}")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    FileDataset(path, a_dataset(number, **keywords), preamble=bytes(128), file_meta=meta).save_as(path)
    return path


def plain(bundle: Bundle) -> Json:
    read: Json = json.loads(bundle.model_dump_json())
    return read


def counted(bundle: Bundle) -> int:
    return int(the(plain(bundle), "ImagingStudy")["numberOfInstances"])


@pytest.mark.trap("B66")
async def test_a_dicomdir_is_passed_over_and_reported(tmp_path: Path) -> None:
    written(tmp_path / "IMAGES" / "1")
    written(tmp_path / "DICOMDIR", 2, MediaStorageDirectoryStorage)
    report = Findings()
    assert counted(await from_directory(tmp_path, report=report)) == 1
    assert [finding.kind for finding in report] == [Kind.SKIPPED_FILE]


@pytest.mark.trap("B67")
async def test_a_file_with_a_bad_number_costs_that_number_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "1", SliceThickness="9", PatientWeight="70.0", PatientID="P1")
    whole = path.read_bytes()
    assert whole.count(b"70.0") == 1
    path.write_bytes(whole.replace(b"70.0", b"70,a"))
    written(tmp_path / "2", 2)
    report = Findings()
    bundle = await from_directory(tmp_path, report=report)
    assert counted(bundle) == 2
    assert not of_kind(plain(bundle), "Observation")
    assert {(finding.kind, finding.keyword) for finding in report} == {(Kind.BAD_VALUE, "PatientWeight")}


@pytest.mark.trap("B68")
async def test_a_file_without_preamble_counts_when_it_is_dicom_and_a_stray_text_does_not(
    tmp_path: Path,
) -> None:
    written(tmp_path / "1")
    a_dataset(2).save_as(tmp_path / "2", implicit_vr=True, little_endian=True)
    (tmp_path / "readme.txt").write_text("not DICOM at all", "utf-8")
    assert (tmp_path / "2").read_bytes()[128:132] != b"DICM"
    config = {"directory_parser": {"skip_invalid_files": False}}
    report = Findings()
    assert counted(await from_directory(tmp_path, config, report=report)) == 2
    assert [(finding.kind, finding.source) for finding in report] == [(Kind.SKIPPED_FILE, "readme.txt")]
    assert (
        ImplicitVRLittleEndian.is_implicit_VR
    )  # the syntax that is assumed where no meta information names one


@pytest.mark.trap("B69")
def test_an_empty_list_of_values_is_absent() -> None:
    emptied = {key: {**element, "Value": []} for key, element in an_instance(PatientID="P1").items()}
    without = an_instance(StudyDescription="CT")
    assert converted({**emptied, **without}) == converted(without)


@pytest.mark.trap("B70")
@pytest.mark.parametrize("spelling", ["{0}{1}", "{0},{1}", "({0},{1})", "({0}, {1})"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_tag_may_be_spelt_in_lower_case_or_with_a_comma(spelling: str, case: Any) -> None:
    instance = an_instance(AccessionNumber="A1", PatientID="P1")
    respelt = {case(spelling.format(key[:4], key[4:])): element for key, element in instance.items()}
    assert converted(respelt) == converted(instance)


@pytest.mark.trap("B71")
async def test_a_list_of_dicts_is_as_good_as_a_directory() -> None:
    bundle = await from_directory(a_study())
    assert bundle.__resource_type__ == "Bundle"
    assert counted(bundle) == 4


class AsynchronousStream:
    """An async iterator that is no generator."""

    def __init__(self, data_sets: list[Json]) -> None:
        self._left = iter(data_sets)

    def __aiter__(self) -> AsyncIterator[Json]:
        return self

    async def __anext__(self) -> Json:
        await asyncio.sleep(0)
        try:
            return next(self._left)
        except StopIteration:
            raise StopAsyncIteration from None


async def generated(data_sets: list[Json]) -> AsyncGenerator[Json, None]:
    for instance in data_sets:
        yield instance


@pytest.mark.trap("B72")
@pytest.mark.parametrize("stream", [list, tuple, iter, AsynchronousStream, generated])
async def test_a_stream_may_be_a_list_an_iterator_or_an_async_iterator(stream: Any) -> None:
    assert counted(await from_generator(stream(a_study()))) == 4


@pytest.mark.trap("B73")
async def test_the_configuration_is_only_read() -> None:
    config: Json = {"generator": {"imaging_study": {"add_instances": True}}}
    before = copy.deepcopy(config)
    await from_directory([an_instance()], config)
    assert config == before
    later = plain(await from_generator([an_instance()]))
    assert "instance" not in the(later, "ImagingStudy")["series"][0]


@pytest.mark.trap("B74")
def test_the_misspelt_option_of_the_old_readme_works() -> None:
    from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle

    bundle = Dicom2FHIRBundle({"generator": {"imaging_study": {"add_instance": True}}})
    bundle.add(an_instance())
    assert len(the(bundle.to_dict(), "ImagingStudy")["series"][0]["instance"]) == 1
    with pytest.warns(ConfigWarning, match=r"'generator\.imaging_study\.add_instances'"):
        Dicom2FHIRBundle({"generator": {"imaging_study": {"add_instancs": True}}})


@pytest.mark.trap("B75")
def test_the_package_needs_no_pandas_and_prints_nothing() -> None:
    code = "import sys; import dicom2fhir.dicom2fhir, dicom2fhir.helpers; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not {"pandas", "numpy"} & set(loaded)
    for path in Path(str(dicom2fhir.__file__)).parent.rglob("*.py"):
        calls = [
            node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
        ]
        prints = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]
        assert not prints or "cli" in path.parts  # the command talks to its user
