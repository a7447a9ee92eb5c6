"""Whatever is wrong with files: one Bundle, a Bundle for each study and the command say the same of every study."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.cli import main
from dicom2fhir.dicom2fhir import collect_directory, json_bundles_from_directory
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings
from tests.factories import config_of
from tests.properties.strategies import examples
from tests.real import reader_samples as samples

if TYPE_CHECKING:
    from tests.factories import Json

CONFIG = config_of(add_instances=True)
EARLY = b"\x28\x00\x04\x00CS\x0c\x00MONOCHROME2 "  # (0028,0004), which stands behind all UIDs in order
STRAY = b"\xfe\xff\x00\xe0\x04\x00\x00\x00abcd"  # an Item that belongs to no sequence


def a_file(study: int, number: int) -> bytes:
    uid = f"1.2.3.{study}"
    return samples.file_of(
        samples.an_instance(
            number,
            StudyInstanceUID=uid,
            SeriesInstanceUID=f"{uid}.1",
            SOPInstanceUID=f"{uid}.1.{number}",
            AccessionNumber=f"A-{study}",
        )
    )


@st.composite
def files(draw: st.DrawFn) -> dict[str, bytes]:
    """Files of some studies by their names, some of them damaged, with elements out of order, or cut short."""
    made: dict[str, bytes] = {}
    for place in range(draw(st.integers(2, 7))):
        data = a_file(draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        start = data.index(b"\x08\x00\x08\x00CS")  # Image Type, near the beginning of the data set
        harm = draw(st.sampled_from(["none", "early", "stray", "cut", "flip", "twice"]))
        at = draw(st.integers(start, len(data) - 1))
        if harm in {"early", "stray"}:
            data = data[:start] + (EARLY if harm == "early" else STRAY) + data[start:]
        elif harm == "cut":
            data = data[:at]
        elif harm == "flip":
            data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
        elif harm == "twice":  # the study twice, and differently
            uid = data.index(b"\x20\x00\x0d\x00UI")
            length = 8 + data[uid + 6]
            data = data[:uid] + data[uid : uid + length].replace(b"1.2.3.", b"1.2.4.") + data[uid:]
        made[f"{draw(st.sampled_from('abc'))}{place}.dcm"] = data
    return made


def by_study(bundles: list[Json]) -> Counter[str]:
    """The ImagingStudies of some Bundles, each as text."""
    return Counter(
        json.dumps(entry["resource"], sort_keys=True)
        for bundle in bundles
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "ImagingStudy"
    )


async def whole(folder: Path, report: Findings, workers: int) -> list[Json]:
    try:
        return [(await collect_directory(folder, CONFIG, report=report, workers=workers)).to_dict()]
    except EmptyStudyError:
        return []


async def each(folder: Path, report: Findings, workers: int) -> list[Json]:
    bundles = json_bundles_from_directory(folder, CONFIG, report=report, workers=workers)
    try:
        return [json.loads(bundle) async for bundle in bundles]
    except EmptyStudyError:
        return []


def by_command(folder: Path, workers: int, form: str, output: Path) -> list[Json]:
    arguments = ["convert", str(folder), "--instances", "--format", form, "-o", str(output)]
    code = main([*arguments, "--workers", str(workers)])
    assert code in {0, 1, 3}
    if form == "per-study":
        return [json.loads(path.read_bytes()) for path in output.glob("*.json")]
    return [json.loads(line) for line in output.read_bytes().splitlines()] if output.exists() else []


def assert_all_say_the_same(made: dict[str, bytes], workers: int) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "scans"
        folder.mkdir()
        for name, data in made.items():
            (folder / name).write_bytes(data)
        report, report_of_each = Findings(), Findings()
        expected = by_study(asyncio.run(whole(folder, report, 1)))
        assert by_study(asyncio.run(each(folder, report_of_each, workers))) == expected
        assert list(report_of_each) == list(report)
        for form in ("per-study", "ndjson"):
            output = Path(place) / f"{form}.ndjson"
            assert by_study(by_command(folder, workers, form, output)) == expected


@examples(60)
@given(files())
def test_every_way_says_the_same_of_every_study(made: dict[str, bytes]) -> None:
    assert_all_say_the_same(made, 1)


@examples(5)
@given(files())
def test_every_way_says_the_same_of_every_study_read_by_processes(made: dict[str, bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dicom2fhir.sources.processes.WORTHWHILE", 0)
        assert_all_say_the_same(made, 2)
