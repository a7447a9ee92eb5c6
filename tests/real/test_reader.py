"""Every file that comes with pydicom and pydicom-data: the quick reader, the tolerant one and pydicom agree."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pytest
from pydicom.datadict import dictionary_VR, keyword_dict
from pydicom.dataelem import RawDataElement
from pydicom.errors import InvalidDicomError

from dicom2fhir.errors import MediaDirectoryError, NotDicomError, SourceError
from dicom2fhir.sources.cutting import DIRECTORY_RECORDS, PIXELS, UNDEFINED
from dicom2fhir.sources.elements import BULK_VRS
from dicom2fhir.sources.header import HeaderReader
from tests.real.reader_oracle import alike, json_of
from tests.real.reader_samples import WANTED, tolerant_reader

if TYPE_CHECKING:
    from collections.abc import Iterator


def _folders() -> Iterator[Path]:
    for package, below in (("pydicom", "data"), ("data_store", "data")):
        spec = find_spec(package)
        assert spec is not None, f"{package} is not installed"
        assert spec.origin is not None
        yield Path(spec.origin).parent / below


FOLDERS = list(_folders())
FILES = sorted(
    path
    for folder in FOLDERS
    for path in folder.rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc"} and "palettes" not in path.parts
)
NO_DICOM = {
    "FileInfo.txt", "README", "README.txt", "crayons.icc", "hashes.json", "rtplan.dump", "rtstruct.dump", "test1.json",
    "test_PN.json", "urls.json", "zipMR.gz",
    "no_meta.dcm",  # begins with a stray byte, so that every tag is off by one
}  # fmt: skip
PRIVATE_ONLY = {"nested_priv_SQ.dcm", "meta_missing_tsyntax.dcm"}
# All that the dictionary knows and that is neither bulk data nor a choice that depends on the pixels.
EVERYTHING = frozenset(
    f"{tag:08X}"
    for tag in keyword_dict.values()
    if 0x00020002 <= tag < PIXELS
    and len(dictionary_VR(tag)) == 2
    and dictionary_VR(tag) not in BULK_VRS
    and tag != DIRECTORY_RECORDS
)
# Where the second opinion differs, and why ours is kept.
DIFFERS = {
    "rtplan_truncated.dcm": {
        "300A00B0"
    },  # a sequence that the end of the file cuts: we do not give half of it
}


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def _read(path: Path, reader: HeaderReader) -> dict[str, Any] | str:
    try:
        return reader.read(path)
    except SourceError as error:
        return type(error).__name__


# What pydicom, reading all of the file, finds shorter than it should be, in what we read of it.
CUT_SHORT = {"rtplan_truncated.dcm"}
# There it is the pixel data, which we do not read.
CUT_SHORT_LATER = {"MR_truncated.dcm"}


def test_there_is_something_to_read() -> None:
    assert len(FILES) > 200
    assert {path.parent.name for path in FILES} >= {"charset_files", "test_files", "data"}


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_is_read_or_refused_for_a_known_reason(path: Path) -> None:
    if path.name in NO_DICOM:
        with pytest.raises(NotDicomError):
            HeaderReader(WANTED).read(path)
    elif path.name.startswith("DICOMDIR"):
        with pytest.raises(MediaDirectoryError):
            HeaderReader(WANTED).read(path)
    else:
        assert HeaderReader(WANTED).read(path) or path.name in PRIVATE_ONLY


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_the_quick_reader_and_the_tolerant_one_give_the_same(path: Path) -> None:
    quick, tolerant = HeaderReader(EVERYTHING), tolerant_reader(EVERYTHING)
    assert _read(path, quick) == _read(path, tolerant)
    assert quick.is_cut_short == tolerant.is_cut_short == (path.name in CUT_SHORT)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_it_says_what_pydicom_says_of_every_tag_there_is(path: Path) -> None:
    ours = _read(path, HeaderReader(EVERYTHING))
    if isinstance(ours, str):
        return  # which files these may be is another test
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        expected = json_of(theirs, EVERYTHING) | json_of(theirs.file_meta, EVERYTHING)
    different = {key for key in ours.keys() | expected.keys() if not alike(ours.get(key), expected.get(key))}
    assert different == DIFFERS.get(path.name, set())


def _elements_that_lack_bytes(path: Path) -> list[str]:
    """The elements whose value is shorter than their length says, as pydicom reads them, pixel data included."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set = pydicom.dcmread(path, force=True)
    elements = (data_set.get_item(tag) for tag in list(data_set.keys()))
    return [
        f"{element.tag:08X}"
        for element in elements
        if isinstance(element, RawDataElement) and len(element.value or b"") < element.length < UNDEFINED
    ]


def test_pydicom_finds_the_same_files_cut_short() -> None:
    lacking = {path.name: _elements_that_lack_bytes(path) for path in FILES if path.name not in NO_DICOM}
    assert {name for name, elements in lacking.items() if elements} == CUT_SHORT | CUT_SHORT_LATER
    assert {element for name in CUT_SHORT_LATER for element in lacking[name]} == {"7FE00010"}


def test_one_reader_for_all_gives_the_same_as_a_new_one_for_each() -> None:
    shared = HeaderReader(WANTED)
    for path in [*FILES, *reversed(FILES)]:
        assert _read(path, shared) == _read(path, HeaderReader(WANTED)), path.name


def test_what_is_not_read_is_what_pydicom_refuses_too() -> None:
    for path in FILES:
        if _read(path, HeaderReader(WANTED)) == "NotDicomError":
            with pytest.raises(InvalidDicomError):
                pydicom.dcmread(path, stop_before_pixels=True)
