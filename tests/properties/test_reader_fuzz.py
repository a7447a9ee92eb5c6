"""Damaged files of every kind: the reader answers or says a SourceError, soon, and the same each time."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from dicom2fhir.errors import SourceError
from dicom2fhir.sources import blocks
from dicom2fhir.sources.header import HeaderReader
from tests.real.reader_samples import (
    WANTED,
    all_kinds,
    an_instance,
    an_item,
    bare,
    file_of,
    parts_of,
    tolerant_reader,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = all_kinds()
# What hurts: undefined and huge lengths, delimiters, escape characters, headers of sequences, a DICOMDIR, pixel data.
THORNS = [
    bytes.fromhex(thorn)
    for thorn in [
        "ffffffff",
        "feffffff",
        "00000080",
        "ffff",
        "0000",
        "feff00e0ffffffff",
        "feff0de000000000",
        "feffdde000000000",
        "fffee000ffffffff",
        "53510000ffffffff",
        "554e0000ffffffff",
        "1b2442",
        "1b2429431b2842",
        "5c5c5c5c5c5c5c5c",
        "04002012",
        "e07f1000",
        "080005004353020041",
    ]
]
fuzz = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> bytes:
    """A file with a few bytes changed, put in, taken out or cut off."""
    data = bytearray(KINDS[draw(st.sampled_from(kinds))])
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["byte", "thorn", "insert", "delete", "cut", "splice"])):
            case "byte":
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "thorn":
                thorn = draw(st.sampled_from(THORNS))
                data[at : at + len(thorn)] = thorn
            case "insert":
                data[at:at] = draw(st.sampled_from(THORNS) | st.binary(min_size=1, max_size=12))
            case "delete":
                del data[at : at + draw(st.integers(1, 40))]
            case "cut":
                del data[max(at, 1) :]
            case "splice":
                other = KINDS[draw(st.sampled_from(kinds))]
                start = draw(st.integers(0, len(other) - 1))
                data[at:at] = other[start : start + draw(st.integers(1, 200))]
    return bytes(data)


def outcome(reader: HeaderReader, data: bytes | Path, *, force: bool = False) -> dict[str, Any] | str:
    """The header, or the name of the error; nothing else may come."""
    try:
        return reader.parse(data, force=force) if isinstance(data, bytes) else reader.read(data, force=force)
    except SourceError as error:
        return type(error).__name__


def answer(reader: HeaderReader, data: bytes | Path) -> tuple[dict[str, Any] | str, bool]:
    """The outcome, and whether the file is told to be cut short."""
    return outcome(reader, data), reader.is_cut_short


def answer_alone(data: bytes) -> tuple[dict[str, Any] | str, bool]:
    """The answer of a reader that has seen nothing else."""
    return answer(HeaderReader(WANTED), data)


def alone(data: bytes, *, force: bool = False) -> dict[str, Any] | str:
    """The outcome with a reader that has seen nothing else."""
    return outcome(HeaderReader(WANTED), data, force=force)


SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
SEVERAL_SERIES = [
    file_of(an_instance(number, SeriesInstanceUID=uid), syntax)
    for number in range(3)
    for syntax, uid in [
        (ExplicitVRLittleEndian, "1.2.276.0.7230010.3.1.3"),
        (ImplicitVRLittleEndian, "1.2.1"),
        (ExplicitVRLittleEndian, "1.2.2"),
    ]
]
PARTS = {syntax: parts_of(an_instance(), syntax) for syntax in SYNTAXES}


@st.composite
def reordered(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """What comes before a data set, and its elements: in another order, some lost, some twice, no pixel data."""
    start, elements = PARTS[draw(st.sampled_from(SYNTAXES))]
    first, *others = elements[:-1]
    return start, [first, *draw(st.lists(st.sampled_from(others), min_size=2, max_size=40))]


@fuzz
@given(damaged(), st.booleans())
def test_a_damaged_file_gives_json_or_a_source_error_and_soon(data: bytes, force: bool) -> None:  # noqa: FBT001 - drawn
    started = time.process_time()
    elements = alone(data, force=force)
    assert time.process_time() - started < 2
    assert len(json.dumps(elements, allow_nan=False)) < 20 * len(data) + 1000


@fuzz
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_json_or_a_source_error(data: bytes, force: bool) -> None:  # noqa: FBT001 - drawn
    for each in (data, bytes(128) + b"DICM" + data, KINDS["explicit"][:300] + data):
        alone(each, force=force)


@fuzz
@given(st.lists(damaged(("explicit", "implicit", "explicit, undefined lengths")), min_size=1, max_size=6))
def test_what_a_reader_remembers_changes_nothing(files: list[bytes]) -> None:
    reader = HeaderReader(WANTED)
    for name in ("explicit", "implicit", "explicit"):
        reader.parse(KINDS[name])
    for data in [each for damaged_file in files for each in (damaged_file, damaged_file, KINDS["explicit"])]:
        assert answer(reader, data) == answer_alone(data)


@fuzz
@given(
    damaged(tuple(name for name in KINDS if name != "deflated")),
    st.sampled_from([1, 16, 60, 300]),
    st.integers(140, 600),
)
def test_how_much_is_read_at_a_time_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, chunk: int, first: int
) -> None:
    path = _written(tmp_path_factory, data)
    reader = HeaderReader(WANTED, first_read=first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "CHUNK", chunk)
        bit_by_bit = answer(reader, path)
    assert bit_by_bit == answer_alone(data)


@fuzz
@given(
    st.lists(damaged() | reordered().map(lambda parts: parts[0] + b"".join(parts[1])), min_size=1, max_size=4)
)
def test_the_same_bytes_give_the_same_in_a_file_after_others_and_in_memory(
    tmp_path_factory: pytest.TempPathFactory, files: list[bytes]
) -> None:
    reader = HeaderReader(WANTED)
    for data in SEVERAL_SERIES:
        reader.parse(data)
    for data in [*files, *files]:
        assert answer(reader, _written(tmp_path_factory, data)) == answer(reader, data) == answer_alone(data)


@fuzz
@given(damaged() | reordered().map(lambda parts: parts[0] + b"".join(parts[1])))
def test_the_quick_reader_and_the_tolerant_one_say_the_same(data: bytes) -> None:
    assert answer_alone(data) == answer(tolerant_reader(), data)


@fuzz
@given(reordered(), st.floats(0, 1))
def test_a_cut_inside_an_element_is_told_and_a_cut_at_its_end_is_not(
    parts: tuple[bytes, list[bytes]], place: float
) -> None:
    start, elements = parts
    whole = start + b"".join(elements)
    ends = {len(start) + sum(map(len, elements[:count])) for count in range(1, len(elements) + 1)}
    for size in {min(ends) + round(place * (len(whole) - min(ends))), *ends}:
        rest = whole[max(end for end in ends if end <= size) : size]
        header, is_cut_short = answer_alone(whole[:size])
        assert isinstance(header, dict)
        assert is_cut_short == bool(rest.strip(b"\0"))


def _written(factory: pytest.TempPathFactory, data: bytes) -> Path:
    path = factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", KINDS)
def test_a_thorn_anywhere_does_no_harm(name: str) -> None:
    for number, thorn in enumerate(THORNS):
        for at in range(128 + number, len(KINDS[name]), 37):
            data = KINDS[name][:at] + thorn + KINDS[name][at + len(thorn) :]
            alone(data)


@pytest.mark.parametrize("name", ["explicit", "implicit", "big-endian", "deflated"])
def test_no_damage_takes_more_memory_than_the_file_explains(name: str) -> None:
    reader = HeaderReader(WANTED)
    reader.parse(KINDS[name])  # what is loaded once is loaded now
    tracemalloc.start()
    try:
        for thorn in THORNS[:5]:
            for at in range(132, len(KINDS[name]), 11):
                data = KINDS[name][:at] + thorn + KINDS[name][at + len(thorn) :]
                alone(data)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


# -- found by fuzzing --------------------------------------------------------------------------------------------------


def test_half_a_header_at_the_end_makes_no_dicomdir() -> None:
    data = KINDS["explicit"][: KINDS["explicit"].index(b"\xe0\x7f\x10\x00")]
    assert HeaderReader(WANTED).parse(data + bytes.fromhex("04002012")) == HeaderReader(WANTED).parse(data)


def test_half_a_header_alone_is_no_data_set() -> None:
    empty = file_of(an_item())
    assert alone(empty + b"\x08\x00\x16\x00\x00\x55") == "TruncatedError"


def test_a_series_that_changes_its_encoding_twice_is_still_learnt() -> None:
    reader = HeaderReader(WANTED)
    explicit, implicit = (KINDS[name] for name in ("explicit", "implicit"))
    for data in (explicit, implicit, implicit, explicit, implicit, explicit, explicit, explicit):
        assert outcome(reader, data) == alone(data)


def test_a_series_of_meta_information_alone_is_never_taken_for_granted() -> None:
    reader = HeaderReader(WANTED)
    mark = bytes.fromhex("20000e00") + (4).to_bytes(4, "little") + b"1.2\0"
    for number in range(6):
        tag = (0x0009 if number < 5 else 0x7FE1).to_bytes(2, "little") + b"\1\x10"
        data = file_of(an_item(SOPInstanceUID="1.2"), ImplicitVRLittleEndian)
        data = (
            data[: data.index(b"\x08\x00\x18\x00")]
            + tag
            + (20).to_bytes(4, "little")
            + mark
            + bytes([number] * 8)
        )
        assert outcome(reader, data) == alone(data)


def test_a_stream_that_holds_back_its_last_bytes_is_inflated_to_the_end() -> None:
    text = "x" * 200_000  # more than one step of inflation out of very few bytes
    data = file_of(an_instance(SelectorUTValue=text), "1.2.840.10008.1.2.1.99")
    assert HeaderReader(WANTED).parse(data)["00720070"]["Value"] == [text]


def test_a_data_set_of_tags_beyond_the_last_wanted_one_is_left_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long"
    path.write_bytes(
        bare(an_item(SOPInstanceUID="1.2"), little_endian=False)
        + b"\x60\x00\x00\x10US\x00\x02\x00\x01" * 100_000
    )
    read, amounts = os.read, []

    def counted(descriptor: int, amount: int) -> bytes:
        data = read(descriptor, amount)
        amounts.append(len(data))
        return data

    monkeypatch.setattr(os, "read", counted)
    assert HeaderReader(WANTED).read(path)["00080018"]["Value"] == ["1.2"]
    assert 0 < sum(amounts) < 200_000 < path.stat().st_size


def test_a_wanted_tag_of_the_meta_information_may_call_itself_a_sequence() -> None:
    data = KINDS["explicit"]
    start = data.index(b"\x02\x00\x02\x00UI")
    data = data[:start] + b"\x02\x00\x02\x00SQ\0\0\x05\0\0\0false" + data[start + 8 + data[start + 6] :]
    assert outcome(HeaderReader(WANTED), data) == alone(data)
    assert "00080018" in alone(data)
