"""Small DICOM files made on the spot: every way to write a data set, synthetic people only."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    RLELossless,
)

from dicom2fhir.conversion import Conversion
from dicom2fhir.errors import StudyError
from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.whole_header import WholeHeaderReader

if TYPE_CHECKING:
    from collections.abc import Iterable

# What the mapping wants, and tags of the VRs it does without: of everything one.
EXTRA = {
    "RetrieveURL": "https://example.org/a\\b ",
    "FrameIncrementPointer": [Tag(0x00181063), Tag(0x00181065)],
    "PatientComments": "  two lines \r\n and a \\ backslash",
    "TableSpeed": 46.1,
    "RecommendedDisplayFrameRateInFloat": 0.1,
    "ReferencePixelX0": -70_000,
    "SimpleFrameList": [1, 70_000],
    "SelectorSSValue": [-1, 2],
    "SelectorUSValue": 65_535,
    "SelectorSVValue": -(1 << 40),
    "SelectorUVValue": 1 << 63,
    "SelectorUTValue": "so much text",
    "SelectorUCValue": ["one", "", "three"],
    "ReferencedSOPSequence": [],
}
WANTED = Conversion({"profile": "mii"}).wanted | {f"{tag_for_keyword(keyword):08X}" for keyword in EXTRA}

SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big-endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "jpeg": JPEGLosslessSV1,
    "rle": RLELossless,
}


def an_item(**elements: Any) -> Dataset:
    """One data set or item, by keyword."""
    item = Dataset()
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item


def an_instance(number: int = 1, *, charset: str | list[str] = "ISO_IR 192", **elements: Any) -> Dataset:
    """An instance with a bit of everything; ``elements`` replace or add."""
    code = an_item(CodeValue="169069000", CodingSchemeDesignator="SCT", CodeMeaning="CT of chest")
    inner = an_item(CodeValue="T-D3000", CodingSchemeDesignator="SRT", CodeMeaning="Brust")
    code.EquivalentCodeSequence = [inner]
    instance = an_item(
        SpecificCharacterSet=charset,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        SOPClassUID=CTImageStorage,
        SOPInstanceUID=f"1.2.276.0.7230010.3.1.4.{number}",
        StudyDate="20240115",
        ContentTime=f"1015{number % 60:02d}.250",
        AccessionNumber="A-1",
        Modality="CT",
        Manufacturer="ACME ",
        ReferringPhysicianName="DOE^REF^^Dr.",
        StudyDescription="Thorax",
        ProcedureCodeSequence=[code, an_item(CodeValue="2", CodeMeaning="zwei"), Dataset()],
        PatientName="DOE^JANE",
        PatientID="P-1",
        PatientBirthDate="19700101",
        PatientSex="F",
        PatientWeight="61.50",
        SliceThickness="0.6000",
        KVP="120",
        StudyInstanceUID="1.2.276.0.7230010.3.1.2",
        SeriesInstanceUID="1.2.276.0.7230010.3.1.3",
        SeriesNumber="2",
        InstanceNumber=str(number),
        ImagePositionPatient=["-190.5", "-190.50", str(number)],
        Rows=2,
        Columns=2,
        PixelSpacing=["0.7421875", "0.7"],
        BitsAllocated=16,
        RequestAttributesSequence=[an_item(ReasonForTheRequestedProcedure="pain", RequestedProcedureID="R1")],
        PixelData=bytes(8),
    )
    for keyword, value in (EXTRA | elements).items():
        setattr(instance, keyword, value)
    block = instance.private_block(0x0029, "ACME 1.0", create=True)
    block.add_new(0x01, "OB", bytes(range(64)))
    block.add_new(0x02, "LO", "private")
    block.add_new(0x03, "SQ", [an_item(CodeValue="hidden")])
    return instance


def with_undefined_lengths(data_set: Dataset) -> Dataset:
    """The same, with every sequence and item ended by a delimiter."""
    for element in data_set:
        if element.VR == "SQ":
            element.is_undefined_length = True
            assert isinstance(element.value, Sequence)
            for item in element.value:
                item.is_undefined_length_sequence_item = True
                with_undefined_lengths(item)
    return data_set


def file_of(data_set: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A whole DICOM file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data_set.get("SOPClassUID", CTImageStorage)
    meta.MediaStorageSOPInstanceUID = data_set.get("SOPInstanceUID", "1.2.3")
    meta.TransferSyntaxUID = UID(syntax)
    data_set.file_meta = meta
    if "PixelData" in data_set:
        encapsulated = meta.TransferSyntaxUID.is_encapsulated
        data_set["PixelData"].VR = "OB" if encapsulated else "OW"
        data_set["PixelData"].is_undefined_length = encapsulated
        if encapsulated:
            data_set.PixelData = encapsulate([bytes(8)])
    out = BytesIO()
    dcmwrite(out, data_set, enforce_file_format=True)
    return out.getvalue()


def bare(data_set: Dataset, *, implicit: bool = False, little_endian: bool = True) -> bytes:
    """A data set alone, without preamble and meta information."""
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = implicit, little_endian
    if hasattr(data_set, "file_meta"):
        del data_set.file_meta
    write_dataset(out, data_set)
    return out.getvalue()


def all_kinds() -> dict[str, bytes]:
    """One file of every kind."""
    kinds = {name: file_of(an_instance(), syntax) for name, syntax in SYNTAXES.items()}
    kinds |= {
        f"{name}, undefined lengths": file_of(with_undefined_lengths(an_instance()), SYNTAXES[name])
        for name in ("explicit", "implicit", "big-endian")
    }
    kinds["bare explicit"] = bare(an_instance())
    kinds["bare implicit"] = bare(an_instance(), implicit=True)
    kinds["bare big-endian"] = bare(an_instance(), little_endian=False)
    kinds["without a transfer syntax"] = _without_syntax(kinds["explicit"])
    kinds["Japanese"] = file_of(
        an_instance(charset=["", "ISO 2022 IR 87"], PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう")
    )
    kinds["Greek"] = file_of(
        an_instance(charset="ISO_IR 126", PatientName="Διονυσιος", StudyDescription="Θώραξ")
    )
    return kinds


def _without_syntax(data: bytes) -> bytes:
    """The file with its Transfer Syntax UID (0002,0010) cut out of the meta information."""
    start = data.index(b"\x02\x00\x10\x00UI")
    return data[:start] + data[start + 8 + data[start + 6] :]


def headers_of(labelled: Iterable[tuple[dict[str, Any], str | None]]) -> list[dict[str, Any]]:
    """The headers themselves: something for whoever reads files to make of them, from a module that a reading process can import."""
    return [header for header, _ in labelled]


def tolerant_reader(wanted: frozenset[str] = WANTED) -> HeaderReader:
    """A reader to which every data set is an unusual one."""

    return HeaderReader(wanted, whole=WholeHeaderReader(wanted, quickly=False))


def parts_of(data_set: Dataset, syntax: str = ExplicitVRLittleEndian) -> tuple[bytes, list[bytes]]:
    """All of a file before its first element, and then each element by itself."""
    data = file_of(data_set, syntax)
    encoding = {"implicit": syntax == ImplicitVRLittleEndian, "little_endian": syntax != ExplicitVRBigEndian}
    elements = []
    for element in data_set:
        alone = Dataset()
        alone.add(element)
        elements.append(bare(alone, **encoding))
    start = len(data) - sum(map(len, elements))
    assert data[start:] == b"".join(elements)
    return data[:start], elements


def before_the_data_set(data: bytes) -> bytes:
    """The preamble and the meta information of a file, by the length (0002,0000) that it gives itself."""
    start = data.index(b"\x02\x00\x00\x00UL")
    return data[: start + 12 + int.from_bytes(data[start + 8 : start + 12], "little")]


def count(headers: Iterable[Any]) -> int:
    """How many there are."""
    return sum(1 for _ in headers)


def shout(headers: Iterable[Any]) -> int:
    """The same, but it writes where the answers of a reading process go."""
    os.write(1, b"aloud")
    return count(headers)


def instance_numbers(headers: Iterable[Any]) -> list[int]:
    """The InstanceNumber of each."""
    return [int(header["00200013"]["Value"][0]) for header in headers]


def numbers_made(labelled: Iterable[tuple[dict[str, Any], str | None]]) -> list[int]:
    """The same, as something to make of what is read."""
    return instance_numbers(headers_of(labelled))


def blab(headers: Iterable[Any]) -> Any:
    """Something that fails and quotes a patient."""
    raise ValueError(f"DOE^JANE {count(headers)}")


def refuse(headers: Iterable[Any]) -> Any:
    """Something that cannot be done."""
    message = f"{count(headers)} refused"
    raise StudyError(message)
