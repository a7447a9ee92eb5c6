"""One file at a time: every way to write it, every way to break it."""

from __future__ import annotations

import os
import struct
import traceback
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from dicom2fhir.errors import MediaDirectoryError, NotDicomError, SourceError
from dicom2fhir.sources.cutting import Heads
from dicom2fhir.sources.header import HeaderReader, parse_header, read_header
from dicom2fhir.sources.problems import TruncatedError
from tests.real.reader_samples import (
    WANTED,
    all_kinds,
    an_instance,
    an_item,
    bare,
    before_the_data_set,
    file_of,
    tolerant_reader,
    with_undefined_lengths,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = all_kinds()
EXPLICIT = KINDS["explicit"]
UIDS = frozenset({"00080018", "0020000D"})


def outcome(reader: HeaderReader, data: bytes) -> dict[str, Any] | str:
    try:
        return reader.parse(data)
    except SourceError as error:
        return type(error).__name__


def cut_before_pixels(data: bytes) -> bytes:
    return data[: data.index(b"\xe0\x7f\x10\x00")]


@pytest.mark.parametrize("name", KINDS)
def test_every_way_to_write_an_instance_gives_the_same(name: str) -> None:
    left_out = {"Japanese": {"00080005", "00100010"}, "Greek": {"00080005", "00100010", "00081030"}}
    without = left_out.get(name, {"00020002"} if name.startswith("bare") else set())
    expected = {key: element for key, element in parse_header(EXPLICIT, WANTED).items() if key not in without}
    elements = {
        key: element for key, element in parse_header(KINDS[name], WANTED).items() if key not in without
    }
    assert elements == expected


@pytest.mark.parametrize("name", KINDS)
def test_the_tolerant_reader_gives_the_same(name: str) -> None:
    assert tolerant_reader().parse(KINDS[name]) == parse_header(KINDS[name], WANTED)


@pytest.mark.parametrize("name", KINDS)
def test_a_file_and_its_bytes_give_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(KINDS[name])
    assert read_header(path, WANTED) == read_header(str(path), WANTED) == parse_header(KINDS[name], WANTED)


def test_only_what_is_wanted_is_given_at_every_level() -> None:
    wanted = frozenset({"00081032", "00080104", "00100020"})
    assert parse_header(KINDS["explicit, undefined lengths"], wanted) == {
        "00081032": {
            "vr": "SQ",
            "Value": [
                {"00080104": {"vr": "LO", "Value": ["CT of chest"]}},
                {"00080104": {"vr": "LO", "Value": ["zwei"]}},
                {},
            ],
        },
        "00100020": {"vr": "LO", "Value": ["P-1"]},
    }


def test_the_meta_information_is_given_when_it_is_wanted() -> None:
    header = parse_header(EXPLICIT, frozenset({"00020002", "00020003", "00020010"}))
    assert header["00020003"] == {"vr": "UI", "Value": ["1.2.276.0.7230010.3.1.4.1"]}
    assert header["00020010"]["Value"] == [ExplicitVRLittleEndian]


def test_what_is_empty_is_left_out() -> None:
    instance = an_item(SOPInstanceUID="1.2", PatientID="", PatientName="", ProcedureCodeSequence=[])
    assert parse_header(file_of(instance), WANTED | {"00100020"}).keys() == {"00020002", "00080018"}


def test_an_item_has_its_own_character_set_and_hands_it_down() -> None:
    code = an_item(SpecificCharacterSet="ISO_IR 192", CodeMeaning="Schädel")
    code.EquivalentCodeSequence = [an_item(CodeMeaning="Kalotte ä")]
    other = an_item(CodeMeaning="Schädel")
    data_set = an_item(
        SpecificCharacterSet="ISO_IR 100", SOPInstanceUID="1.2", ProcedureCodeSequence=[code, other]
    )
    for data in (file_of(data_set), file_of(with_undefined_lengths(data_set), ImplicitVRLittleEndian)):
        for reader in (HeaderReader(WANTED), tolerant_reader()):
            items = reader.parse(data)["00081032"]["Value"]
            assert [item["00080104"]["Value"] for item in items] == [["Schädel"], ["Schädel"]]
            assert items[0]["00080121"]["Value"][0]["00080104"]["Value"] == ["Kalotte ä"]


def test_a_character_set_that_comes_late_counts_from_the_start() -> None:
    early = bytes.fromhex("08000500") + b"CS" + struct.pack("<H", 10) + b"ISO_IR 192"
    late = EXPLICIT.replace(early, b"").replace(
        b"\x10\x00\x10\x00PN\x08\x00DOE^JANE", b"\x10\x00\x10\x00PN\x08\x00D\xc3\xb6E^JAN" + early
    )
    assert parse_header(late, WANTED)["00100010"]["Value"] == [{"Alphabetic": "DöE^JAN"}]


def test_of_two_elements_with_one_tag_the_last_one_counts() -> None:
    modality = b"\x08\x00\x60\x00CS\x02\x00"
    data = EXPLICIT.replace(modality + b"CT", modality + b"MR" + modality + b"CT")
    assert parse_header(data, WANTED)["00080060"]["Value"] == ["CT"]
    assert tolerant_reader().parse(data)["00080060"]["Value"] == ["CT"]


def test_a_known_tag_that_calls_itself_unknown_is_read_by_the_dictionary() -> None:
    data = EXPLICIT.replace(b"\x08\x00\x60\x00CS\x02\x00CT", b"\x08\x00\x60\x00UN\x00\x00\x02\x00\x00\x00CT")
    assert parse_header(data, WANTED)["00080060"] == {"vr": "CS", "Value": ["CT"]}


@pytest.mark.parametrize("length", ["defined", "undefined"])
def test_a_sequence_that_calls_itself_unknown_is_read_all_the_same(length: str) -> None:
    item = (
        bytes.fromhex("feff00e0")
        + struct.pack("<I", 12)
        + b"\x08\x00\x04\x01"
        + struct.pack("<I", 4)
        + b"skin"
    )
    end = bytes.fromhex("feffdde000000000")
    size, content = (len(item), item) if length == "defined" else (0xFFFFFFFF, item + end)
    start = EXPLICIT.index(b"\x08\x00\x32\x10SQ")
    data = (
        EXPLICIT[:start]
        + b"\x08\x00\x32\x10UN\0\0"
        + struct.pack("<I", size)
        + content
        + EXPLICIT[EXPLICIT.index(b"\x08\x00\x61\x11UL") :]
    )
    header = parse_header(data, WANTED)
    assert header["00081032"]["Value"] == [{"00080104": {"vr": "LO", "Value": ["skin"]}}]
    assert header["00100020"]["Value"] == ["P-1"]


def test_a_wanted_tag_with_an_unknown_representation_is_read_by_the_dictionary() -> None:
    data = EXPLICIT.replace(b"\x08\x00\x60\x00CS\x02\x00CT", b"\x08\x00\x60\x00ZZ\x02\x00CT")
    assert parse_header(data, WANTED) == parse_header(EXPLICIT, WANTED)


def test_what_comes_before_an_unreadable_element_is_kept() -> None:
    data = EXPLICIT.replace(b"\x08\x00\x60\x00CS\x02\x00CT", b"\x08\x00\x60\x00\0\0\x02\x00CT")
    header = parse_header(data, WANTED)
    assert header.keys() == {key for key in parse_header(EXPLICIT, WANTED) if key < "00080060"}


def test_implicit_vr_is_recognised_whatever_the_transfer_syntax_says() -> None:
    explicit, implicit = KINDS["explicit"], KINDS["implicit"]
    start = {data: data.index(b"\x08\x00\x05\x00") for data in (explicit, implicit)}
    expected = parse_header(explicit, WANTED)
    assert parse_header(explicit[: start[explicit]] + implicit[start[implicit] :], WANTED) == expected
    assert parse_header(implicit[: start[implicit]] + explicit[start[explicit] :], WANTED) == expected


def test_meta_information_in_implicit_vr_is_read() -> None:
    data_set = bare(an_instance(), implicit=True)
    meta = an_item(MediaStorageSOPClassUID="1.2.3", TransferSyntaxUID=ImplicitVRLittleEndian)
    data = bytes(128) + b"DICM" + bare(meta, implicit=True) + data_set
    assert parse_header(data, WANTED) == parse_header(data_set, WANTED) | {
        "00020002": {"vr": "UI", "Value": ["1.2.3"]}
    }


def counted_reads(patch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that are asked for from now on."""
    sizes: list[int] = []
    read = os.read

    def counted(file: int, count: int) -> bytes:
        sizes.append(count)
        return read(file, count)

    patch.setattr(os, "read", counted)
    return sizes


def test_pixel_data_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.dcm"
    path.write_bytes(file_of(an_instance(Rows=4096, Columns=4096, PixelData=bytes(1 << 25))))
    sizes = counted_reads(monkeypatch)
    assert read_header(path, WANTED | {"00280010"})["00280010"]["Value"] == [4096]
    assert sum(sizes) <= 1 << 17


def test_a_long_element_in_the_way_is_stepped_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = an_instance()
    instance.add_new(0x00091001, "OB", bytes(1 << 25))
    instance.add_new(0x00091002, "SQ", [an_item(CodeValue="x" * 16) for _ in range(5000)])
    path = tmp_path / "big.dcm"
    for each in (instance, with_undefined_lengths(instance)):
        path.write_bytes(file_of(each))
        with monkeypatch.context() as patch:
            sizes = counted_reads(patch)
            assert read_header(path, WANTED) == parse_header(EXPLICIT, WANTED)
        assert sum(sizes) < 1 << 21


def test_a_wanted_element_longer_than_the_first_read_is_read_in_full(tmp_path: Path) -> None:
    text = "word " * 50_000
    path = tmp_path / "long.dcm"
    for syntax in (
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        ExplicitVRBigEndian,
    ):
        path.write_bytes(file_of(an_instance(SelectorUTValue=text), syntax))
        assert read_header(path, WANTED)["00720070"]["Value"] == [text.rstrip()]


def test_of_a_deflated_file_only_the_header_is_inflated() -> None:
    data = file_of(
        an_instance(Rows=4096, Columns=4096, PixelData=bytes(1 << 28)), DeflatedExplicitVRLittleEndian
    )
    assert len(data) < 1 << 19
    assert parse_header(data, WANTED) == parse_header(KINDS["deflated"], WANTED)


# -- what is no instance -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"Dear diary,\n",
        b"{}",
        bytes(4096),
        bytes(range(256)) * 8,
        b"\x08\x00",
        b"\x08\x00\x05\x00CS",
    ],
    ids=["empty", "one byte", "text", "JSON", "zeros", "all bytes", "half a tag", "half a header"],
)
def test_what_is_no_data_set_is_no_dicom(data: bytes) -> None:
    for force in (False, True):
        with pytest.raises(NotDicomError):
            HeaderReader(WANTED).parse(data, force=force)


def test_a_data_set_without_preamble_has_to_name_an_instance_or_a_study() -> None:
    with pytest.raises(NotDicomError):
        parse_header(bare(an_item(Modality="CT", PatientID="1")), WANTED)
    data = bare(an_item(Modality="CT", PatientID="1", StudyInstanceUID="1.2"))
    assert parse_header(data, frozenset({"00100020"}))["00100020"]["Value"] == ["1"]


def test_a_data_set_that_begins_elsewhere_is_read_when_it_must() -> None:
    data = bare(an_item(PatientID="1", StudyInstanceUID="1.2"))
    with pytest.raises(NotDicomError):
        HeaderReader(WANTED).parse(data)
    assert HeaderReader(WANTED).parse(data, force=True)["00100020"]["Value"] == ["1"]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_dicomdir_is_told_by_its_records_and_by_its_class(syntax: str) -> None:
    records = an_item(FileSetID="X", DirectoryRecordSequence=[an_item(DirectoryRecordType="PATIENT")])
    by_class = an_item(SOPClassUID=MediaStorageDirectoryStorage, SOPInstanceUID="1.2", FileSetID="X")
    for data_set in (records, by_class):
        with pytest.raises(MediaDirectoryError):
            parse_header(file_of(data_set, syntax), WANTED)


def test_a_file_that_cannot_be_opened_is_named_by_nobody(tmp_path: Path) -> None:
    for path in (tmp_path / "DOE_JANE", tmp_path):
        with pytest.raises(SourceError) as caught:
            read_header(path, WANTED)
        assert str(path) not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError):
        read_header(tmp_path / "pipe", WANTED)


def test_no_trouble_repeats_what_is_in_the_file() -> None:
    for cut in range(0, len(EXPLICIT), 7):
        for data in (EXPLICIT[:cut], EXPLICIT[:cut] + b"\xff" + EXPLICIT[cut + 1 :]):
            assert "DOE" not in trouble(data)


def trouble(data: bytes) -> str:
    """All that a failure shows, the errors behind it included."""
    try:
        parse_header(data, WANTED)
    except SourceError as error:
        return "".join(traceback.format_exception(error))
    return ""


# -- what is broken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["explicit", "implicit", "big-endian", "explicit, undefined lengths"])
def test_a_file_that_ends_early_gives_what_was_whole(name: str) -> None:
    data = cut_before_pixels(KINDS[name]) if name != "big-endian" else KINDS[name]
    whole = parse_header(data, WANTED)
    seen = 0
    for size in range(132, len(data)):
        elements = outcome(HeaderReader(WANTED), data[:size])
        if isinstance(elements, str):
            assert elements == "TruncatedError"
            continue
        assert elements.items() <= whole.items()
        assert len(elements) >= seen
        seen = len(elements)
    assert seen >= len(whole) - 1


def test_a_file_that_ends_before_its_first_element_is_truncated() -> None:
    for size in (132, 140, 200):
        with pytest.raises(TruncatedError):
            parse_header(EXPLICIT[:size], WANTED)


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x10000])
@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big-endian", "deflated"])
def test_a_length_beyond_the_end_costs_no_memory(length: int, syntax: str) -> None:
    order = ">" if syntax == "big-endian" else "<"
    head = struct.pack(f"{order}HH", 8, 0x1190) + (b"" if syntax == "implicit" else b"UR\0\0")
    data_set = bare(an_item(SOPInstanceUID="1.2"), implicit=syntax == "implicit", little_endian=order == "<")
    data_set += head + struct.pack(f"{order}I", length) + b"http"
    meta = before_the_data_set(KINDS[syntax])
    if syntax == "deflated":
        squeezed = zlib.compressobj(wbits=-15)
        data_set = squeezed.compress(data_set) + squeezed.flush()
    assert parse_header(meta + data_set, WANTED)["00080018"]["Value"] == ["1.2"]


def nested(depth: int, *, defined: bool, closed: bool = True) -> bytes:
    """A file whose only sequence is that deep."""
    content = b""
    end = bytes.fromhex("feff0de000000000feffdde000000000") if closed else b""
    for _ in range(depth):
        sizes = (len(content) + 8, len(content)) if defined else (0xFFFFFFFF, 0xFFFFFFFF)
        head = (
            b"\x08\x00\x32\x10SQ\0\0"
            + struct.pack("<I", sizes[0])
            + bytes.fromhex("feff00e0")
            + struct.pack("<I", sizes[1])
        )
        content = head + content + (b"" if defined else end)
    return file_of(an_item(SOPInstanceUID="1.2")) + content


@pytest.mark.parametrize("defined", [True, False])
def test_sequences_may_be_nested_deep_but_not_without_end(*, defined: bool) -> None:
    assert "00081032" in parse_header(nested(60, defined=defined), WANTED)
    with pytest.raises(SourceError, match="nested"):
        parse_header(nested(70, defined=defined), WANTED)
    with pytest.raises(SourceError, match="nested"):
        parse_header(nested(3000, defined=defined), WANTED)


def test_nesting_without_end_does_not_get_past_the_tolerant_reader_either() -> None:
    for data in (nested(3000, defined=True), nested(3000, defined=False)):
        assert outcome(tolerant_reader(), data) == "SourceError"
    assert "00081032" not in outcome(tolerant_reader(), nested(3000, defined=False, closed=False))


@pytest.mark.parametrize("name", ["explicit", "big-endian"])
def test_items_without_end_cost_time_and_memory_in_proportion(name: str) -> None:
    order = ">" if name == "big-endian" else "<"
    items = struct.pack(f"{order}HHI", 0xFFFE, 0xE000, 0) * 500_000
    for tag in (0x00081032, 0x00091001):
        head = struct.pack(f"{order}HH2sHI", tag >> 16, tag & 0xFFFF, b"SQ", 0, 0xFFFFFFFF)
        syntax = ExplicitVRBigEndian if order == ">" else ExplicitVRLittleEndian
        assert parse_header(file_of(an_item(SOPInstanceUID="1.2"), syntax) + head + items, WANTED)["00080018"]


def test_a_deflated_bomb_is_told_so() -> None:
    squeezed = zlib.compressobj(wbits=-15)
    data = squeezed.compress(bare(an_item(SOPInstanceUID="1.2")) + b"\x09\x00\x01\x10OB\0\0\xff\xff\xff\x7f")
    data += b"".join(squeezed.compress(bytes(1 << 20)) for _ in range(80)) + squeezed.flush()
    meta = before_the_data_set(KINDS["deflated"])
    with pytest.raises(SourceError, match="64 MiB"):
        parse_header(meta + data, WANTED)


def test_a_damaged_deflated_stream_gives_what_came_before_the_damage() -> None:
    data = KINDS["deflated"]
    for at in range(len(data) - 200, len(data) - 20, 13):
        elements = outcome(HeaderReader(UIDS), data[:at] + b"\xff\xff\xff" + data[at + 3 :])
        assert isinstance(elements, dict)
        assert "00080018" in elements


# -- many files --------------------------------------------------------------------------------------------------------


def a_series(count: int, **elements: Any) -> list[bytes]:
    return [file_of(an_instance(number + 1, **elements)) for number in range(count)]


@pytest.mark.parametrize(
    "syntax",
    [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian],
)
def test_a_reader_that_remembers_gives_the_same_as_one_that_does_not(syntax: str) -> None:
    reader = HeaderReader(WANTED)
    for number in range(30):
        instance = an_instance(number, StudyDescription="one" if number < 20 else "two")
        if number % 3 == 0:
            instance.ImageComments = "x" * number
        if number % 4 == 0:
            del instance.PatientSex
        if number % 5 == 0:
            instance.ReferencedSOPSequence = [an_item(ReferencedSOPInstanceUID=f"1.2.{number}")]
            with_undefined_lengths(instance)
        data = file_of(instance, syntax)
        assert reader.parse(data) == parse_header(data, WANTED)


def test_files_of_a_series_share_what_they_have_in_common() -> None:
    reader = HeaderReader(WANTED)
    headers = [reader.parse(data) for data in a_series(5)]
    assert headers[3]["00081032"] is headers[4]["00081032"]
    assert headers[3]["00100020"] is headers[4]["00100020"]
    assert headers[3]["00200013"] != headers[4]["00200013"]


def test_series_may_be_interleaved() -> None:
    reader = HeaderReader(WANTED)
    first = a_series(12)
    second = a_series(12, SeriesInstanceUID="1.2.3.99", Modality="MR", charset="ISO_IR 100")
    for pair in zip(first, second, strict=True):
        for data in pair:
            assert reader.parse(data) == parse_header(data, WANTED)


def test_a_character_set_that_changes_within_a_series_is_noticed() -> None:
    reader = HeaderReader(WANTED)
    for number in range(8):
        charset = ["ISO_IR 100", "ISO_IR 192"][number % 2]
        data = file_of(an_instance(number, charset=charset, PatientName="Müller"))
        assert reader.parse(data)["00100010"]["Value"] == [{"Alphabetic": "Müller"}]


def test_a_transfer_syntax_that_changes_within_a_series_is_noticed() -> None:
    reader = HeaderReader(WANTED)
    for number in range(12):
        syntax = [ExplicitVRLittleEndian, ImplicitVRLittleEndian][number // 2 % 2]
        data = file_of(an_instance(number), syntax)
        assert reader.parse(data) == parse_header(data, WANTED)


def test_a_dicomdir_of_a_remembered_series_is_still_a_dicomdir() -> None:
    reader = HeaderReader(WANTED)
    for data in a_series(4):
        reader.parse(data)
    with pytest.raises(MediaDirectoryError):
        reader.parse(file_of(an_instance(5, SOPClassUID=MediaStorageDirectoryStorage)))


def test_a_remembered_series_may_be_cut_short() -> None:
    reader = HeaderReader(WANTED)
    files = [cut_before_pixels(data) for data in a_series(6)]
    for data in files[:4]:
        reader.parse(data)
    for size in range(300, len(files[5]), 11):
        assert outcome(reader, files[5][:size]) == outcome(HeaderReader(WANTED), files[5][:size])


def test_the_heads_of_elements_that_are_remembered_are_bounded() -> None:
    heads = Heads(WANTED, implicit=False)
    kinds = {heads[struct.pack("<HH2s", 0x0009, element, b"CS")] for element in range(1 << 16)}
    assert len(kinds) == 1
    assert len(heads) <= 4096


def test_a_long_header_makes_the_next_first_read_longer_and_a_short_one_shorter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    read = os.read

    def recorded(descriptor: int, size: int) -> bytes:
        sizes.append(size)
        return read(descriptor, size)

    monkeypatch.setattr(os, "read", recorded)
    reader = HeaderReader(WANTED)
    long, short = tmp_path / "long", tmp_path / "short"
    instance = an_instance()
    instance.add_new(0x00091001, "OB", bytes(200_000))
    long.write_bytes(file_of(instance))
    short.write_bytes(EXPLICIT)
    at_once = []
    for path in (long, short, short):
        begun = len(sizes)
        reader.read(path)
        at_once.append(sizes[begun])
    first, after_long, after_short = at_once
    assert after_long > 200_000
    assert after_short == first


def test_an_empty_data_set_says_nothing() -> None:
    with pytest.raises(TruncatedError):
        parse_header(file_of(Dataset()), WANTED)
