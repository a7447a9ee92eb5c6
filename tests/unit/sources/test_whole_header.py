"""Whether a file ends in the middle of an element, whichever way it is read."""

from __future__ import annotations

import zlib

import pytest
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.header import HeaderReader
from tests.real.reader_samples import (
    WANTED,
    all_kinds,
    an_instance,
    bare,
    before_the_data_set,
    file_of,
    parts_of,
    tolerant_reader,
)

KINDS = all_kinds()
SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
UNWANTED = 0x00091001


def is_cut_short(data: bytes, reader: HeaderReader | None = None) -> bool:
    reader = reader or HeaderReader(WANTED)
    reader.parse(data)
    return reader.is_cut_short


@pytest.mark.parametrize("name", KINDS)
def test_a_whole_file_is_not_cut_short(name: str) -> None:
    assert not is_cut_short(KINDS[name])
    assert not is_cut_short(KINDS[name], tolerant_reader())


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_file_that_ends_inside_an_element_is_and_at_its_end_is_not(syntax: str) -> None:
    start, elements = parts_of(an_instance(), syntax)
    *elements, _pixels = elements
    ends = {len(start) + sum(map(len, elements[:count])) for count in range(len(elements) + 1)}
    whole = start + b"".join(elements)
    for reader in (HeaderReader(WANTED), tolerant_reader()):
        for size in range(len(start) + len(elements[0]) + 1, len(whole) + 1):
            rest_is_zeros = not whole[max(end for end in ends if end <= size) : size].strip(b"\0")
            assert is_cut_short(whole[:size], reader) == (not rest_is_zeros), size
            assert (size in ends) <= rest_is_zeros


def test_a_file_of_a_remembered_series_may_be_cut_short() -> None:
    for reader in (HeaderReader(WANTED), tolerant_reader()):
        start, elements = parts_of(an_instance(9))
        for number in range(4):
            assert not is_cut_short(file_of(an_instance(number)), reader)
        assert is_cut_short((start + b"".join(elements[:-1]))[:-1], reader)
        assert not is_cut_short(start + b"".join(elements[:-1]), reader)
        assert not is_cut_short(start + b"".join(elements), reader)


def test_a_series_of_files_that_are_all_cut_short_is_told_file_by_file() -> None:
    reader = HeaderReader(WANTED)
    for number in range(6):
        assert is_cut_short(file_of(an_instance(number))[:-30], reader)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("size", [40, 40_000])
def test_an_element_that_nobody_wants_may_be_what_is_cut(syntax: str, size: int) -> None:
    instance = an_instance()
    instance.add_new(UNWANTED, "OB", bytes(size))
    start, elements = parts_of(instance, syntax)
    last = next(at for at, element in enumerate(elements) if len(element) > size)
    data = start + b"".join(elements[: last + 1])
    for reader in (HeaderReader(WANTED), tolerant_reader()):
        assert not is_cut_short(data, reader)
        assert is_cut_short(data[:-1], reader)
        assert is_cut_short(data[:-39], reader)


def test_a_file_that_is_read_bit_by_bit_is_told_as_one_in_memory(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("cut") / "file"
    instance = an_instance()
    instance.add_new(UNWANTED, "OB", bytes(40_000))
    whole = file_of(instance)
    reader = HeaderReader(WANTED)
    for size in (len(whole), 40_000, 20_000, 1000):
        path.write_bytes(whole[:size])
        reader.read(path)
        assert reader.is_cut_short == (size < len(whole))


def test_what_follows_the_last_wanted_tag_is_not_looked_at() -> None:
    whole = file_of(an_instance(PixelData=bytes(1000)))
    assert not is_cut_short(whole[:-500])
    assert is_cut_short(whole[: whole.index(b"\xe0\x7f\x10\x00") + 5])


@pytest.mark.parametrize(
    "padding", [b"\0", bytes(7), bytes(512), bytes.fromhex("fcfffcff") + b"OB\0\0\4\0\0\0\0\0\0\0"]
)
def test_padding_is_no_element(padding: bytes) -> None:
    start, elements = parts_of(an_instance())
    data = start + b"".join(elements[:-1]) + padding
    for reader in (HeaderReader(WANTED), tolerant_reader()):
        assert not is_cut_short(data, reader)


def test_a_sequence_without_its_end_is_cut_short() -> None:
    for name in ("explicit", "implicit", "big-endian"):
        data = KINDS[f"{name}, undefined lengths"]
        sequence_end = bytes.fromhex("fffee0dd" if name == "big-endian" else "feffdde0")
        assert is_cut_short(data[: data.rindex(sequence_end)])


def test_a_deflated_file_that_is_cut_is_told_unless_its_header_is_whole() -> None:
    whole = KINDS["deflated"]
    header = HeaderReader(WANTED).parse(whole)
    reader = HeaderReader(WANTED)
    cuts = set()
    for size in range(len(whole) - 300, len(whole)):
        same = reader.parse(whole[:size]) == header
        assert reader.is_cut_short or same
        cuts.add(reader.is_cut_short)
    assert cuts == {True, False}


@pytest.mark.parametrize(
    ("ending", "is_noted"), [("its end", False), ("none", True), ("damage", True)], ids=str
)
def test_a_deflated_stream_has_to_come_to_its_own_end(ending: str, *, is_noted: bool) -> None:
    _, elements = parts_of(an_instance())
    squeezed = zlib.compressobj(wbits=-15)
    stream = squeezed.compress(b"".join(elements[:-1])) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    stream += {"its end": squeezed.flush(), "none": b"", "damage": b"\xff" * 40}[ending]
    assert is_cut_short(before_the_data_set(KINDS["deflated"]) + stream) == is_noted


def test_a_failure_says_nothing_of_the_file_before() -> None:
    reader = HeaderReader(WANTED)
    assert is_cut_short(KINDS["explicit"][:-30], reader)
    with pytest.raises(SourceError):
        reader.parse(b"Dear diary")
    assert not reader.is_cut_short


def test_a_data_set_without_preamble_may_be_cut_short() -> None:
    data = bare(an_instance())
    assert not is_cut_short(data)
    assert is_cut_short(data[:-30])
