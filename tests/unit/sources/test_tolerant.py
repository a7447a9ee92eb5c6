"""What is out of the ordinary: strays, sequences without end in depth, and implicit VR where none is expected."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from dicom2fhir.sources.header import HeaderReader
from tests.real.reader_samples import (
    WANTED,
    an_instance,
    an_item,
    bare,
    file_of,
    parts_of,
    tolerant_reader,
    with_undefined_lengths,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xE000, 0xE00D, 0xE0DD
PATIENT_ID = 0x00100020


def order_of(syntax: str) -> str:
    return ">" if syntax == ExplicitVRBigEndian else "<"


def delimiter(element: int, syntax: str, length: int = 0) -> bytes:
    return struct.pack(f"{order_of(syntax)}HHI", 0xFFFE, element, length)


def written(data_set: Dataset, syntax: str) -> bytes:
    return bare(data_set, implicit=syntax == ImplicitVRLittleEndian, little_endian=order_of(syntax) == "<")


def with_bytes_before(tag: int, extra: bytes, syntax: str) -> bytes:
    """An instance with something put in before one of its elements."""
    instance = an_instance()
    start, elements = parts_of(instance, syntax)
    at = [int(element.tag) for element in instance].index(tag)
    return start + b"".join([*elements[:at], extra, *elements[at:]])


def both(data: bytes, wanted: frozenset[str] = WANTED) -> dict[str, object]:
    """The header as the quick reader gives it, or whom it asks, and as the tolerant reader gives it."""
    quick, tolerant = HeaderReader(wanted), tolerant_reader(wanted)
    header = quick.parse(data)
    assert tolerant.parse(data) == header
    assert not quick.is_cut_short
    assert not tolerant.is_cut_short
    return header


def plain(syntax: str) -> dict[str, object]:
    return HeaderReader(WANTED).parse(file_of(an_instance(), syntax))


# -- what is left of a sequence whose own element was taken away ---------------------------------------------------------


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("tag", [0x00080005, 0x00080016, PATIENT_ID, 0x0020000D])
def test_stray_items_are_passed_over_with_their_content(syntax: str, tag: int) -> None:
    content = an_item(PatientID="another", StudyInstanceUID="9.9")
    content.ReferencedStudySequence = [an_item(ReferencedSOPInstanceUID="9.9.9")]
    for item in (content, with_undefined_lengths(content)):
        inside = written(item, syntax)
        defined = delimiter(ITEM, syntax, len(inside)) + inside
        undefined = delimiter(ITEM, syntax, UNDEFINED) + inside + delimiter(ITEM_END, syntax)
        empty = delimiter(ITEM, syntax)
        for strays in (
            defined,
            undefined,
            empty,
            defined + undefined + delimiter(SEQUENCE_END, syntax),
            delimiter(SEQUENCE_END, syntax) + delimiter(ITEM_END, syntax),
        ):
            assert both(with_bytes_before(tag, strays, syntax)) == plain(syntax)


def test_a_series_of_files_with_stray_items_is_read_as_each_by_itself() -> None:
    reader = HeaderReader(WANTED)
    for number in range(6):
        start, elements = parts_of(an_instance(number))
        data = start + b"".join([*elements[:3], delimiter(ITEM, "", 8), bytes([number] * 8), *elements[3:]])
        assert reader.parse(data) == HeaderReader(WANTED).parse(data)
        assert reader.parse(data)["00200013"]["Value"] == [str(number)]


def test_a_stray_item_that_the_file_ends_in_is_told() -> None:
    for length in (100, UNDEFINED):
        start, elements = parts_of(an_instance())
        data = start + b"".join(elements[:20]) + delimiter(ITEM, "", length) + bytes(50)
        for reader in (HeaderReader(WANTED), tolerant_reader()):
            reader.parse(data)
            assert reader.is_cut_short


# -- depth ---------------------------------------------------------------------------------------------------------------


def nested(depth: int, syntax: str, tag: int = 0x00091001) -> bytes:
    """Sequences of undefined length, that deep."""
    vr = b"" if syntax == ImplicitVRLittleEndian else b"SQ\0\0"
    order = order_of(syntax)
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF) + vr + struct.pack(f"{order}I", UNDEFINED)
    start = head + delimiter(ITEM, syntax, UNDEFINED)
    return start * depth + (delimiter(ITEM_END, syntax) + delimiter(SEQUENCE_END, syntax)) * depth


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("depth", [100, 1000, 10_000])
def test_what_nobody_wants_is_passed_over_however_deep_it_is(syntax: str, depth: int) -> None:
    data = with_bytes_before(PATIENT_ID, nested(depth, syntax), syntax)
    assert both(data) == plain(syntax)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_in_an_item_that_is_wanted_too(syntax: str) -> None:
    code = written(an_item(CodeValue="1"), syntax)
    inside = code + nested(1000, syntax)
    item = delimiter(ITEM, syntax, UNDEFINED) + inside + delimiter(ITEM_END, syntax)
    sequence = nested(1, syntax, 0x00081032)
    end = delimiter(SEQUENCE_END, syntax)
    head = sequence[: sequence.index(delimiter(ITEM, syntax, UNDEFINED))]
    header = both(with_bytes_before(PATIENT_ID, head + item + item + end, syntax))
    assert header["00081032"] == {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["1"]}}] * 2}
    assert header["00100020"] == plain(syntax)["00100020"]


# -- UN of undefined length: implicit VR little endian, whatever is around it (PS3.5 6.2.2) ------------------------------


def unknown(tag: int, content: bytes, syntax: str) -> bytes:
    """An element of VR UN and undefined length."""
    head = struct.pack(f"{order_of(syntax)}HH2sHI", tag >> 16, tag & 0xFFFF, b"UN", 0, UNDEFINED)
    return head + content


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("inside", SYNTAXES)
def test_a_sequence_of_unknown_vr_and_undefined_length_is_read(syntax: str, inside: str) -> None:
    if {syntax, inside} == {ExplicitVRLittleEndian, ExplicitVRBigEndian}:
        return  # that nobody has seen, and no rule allows
    item = an_item(CodeValue="1", CodeMeaning="skin")
    item.EquivalentCodeSequence = [an_item(CodeValue="2")]
    expected = {
        "vr": "SQ",
        "Value": [
            {
                "00080100": {"vr": "SH", "Value": ["1"]},
                "00080104": {"vr": "LO", "Value": ["skin"]},
                "00080121": {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["2"]}}]},
            }
        ],
    }
    for each in (item, with_undefined_lengths(item)):
        content = written(each, inside)
        defined = delimiter(ITEM, inside, len(content)) + content
        undefined = delimiter(ITEM, inside, UNDEFINED) + content + delimiter(ITEM_END, inside)
        for items in (defined, undefined):
            sequence = items + delimiter(SEQUENCE_END, inside)
            wanted = with_bytes_before(PATIENT_ID, unknown(0x00081032, sequence, syntax), syntax)
            assert both(wanted) == {**plain(syntax), "00081032": expected}
            unwanted = with_bytes_before(PATIENT_ID, unknown(0x00091001, sequence, syntax), syntax)
            assert both(unwanted) == plain(syntax)


# -- damage --------------------------------------------------------------------------------------------------------------


def test_a_value_of_undefined_length_that_is_no_sequence_ends_at_its_delimiter() -> None:
    text = struct.pack("<HH2sHI", 0x0008, 0x1190, b"UR", 0, UNDEFINED) + b"https://example.org "
    text += delimiter(SEQUENCE_END, "")
    header = both(with_bytes_before(PATIENT_ID, text, ExplicitVRLittleEndian))
    assert header["00081190"] == {"vr": "UR", "Value": ["https://example.org"]}


def test_of_a_sequence_that_cannot_be_followed_what_came_before_is_kept_and_it_is_told() -> None:
    code = bare(an_item(CodeValue="1"))
    item = delimiter(ITEM, "", len(code)) + code
    broken = item + b"\x10\x00" + item
    sequence = struct.pack("<HH2sHI", 0x0008, 0x1032, b"SQ", 0, len(broken)) + broken
    reader = HeaderReader(WANTED)
    header = reader.parse(with_bytes_before(PATIENT_ID, sequence, ExplicitVRLittleEndian))
    assert header["00081032"]["Value"] == [{"00080100": {"vr": "SH", "Value": ["1"]}}]
    assert header["00100020"] == plain(ExplicitVRLittleEndian)["00100020"]
    assert reader.is_cut_short
