"""The bytes of one value to one element of DICOM JSON."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.sources.charset import charset_of
from dicom2fhir.sources.cutting import EXPLICIT_VRS
from dicom2fhir.sources.elements import decode_element, dictionary_vr

ASCII = charset_of(b"")
VRS = sorted(vr.decode() for vr in EXPLICIT_VRS)


def values(vr: str, raw: bytes, order: str = "<") -> list[Any] | None:
    element = decode_element(vr, raw, ASCII, order)
    return None if element is None else element["Value"]


@pytest.mark.parametrize("vr", ["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "SH", "TM", "UC"])
def test_padding_is_stripped_on_both_sides_of_every_component(vr: str) -> None:
    assert values(vr, b" one \\two \0") == ["one", "two"]


@pytest.mark.parametrize("vr", ["LT", "ST", "UT"])
def test_a_text_keeps_its_backslashes_and_its_leading_spaces(vr: str) -> None:
    assert values(vr, b"  one\\two \0") == ["  one\\two"]


def test_a_url_keeps_its_backslash() -> None:
    assert values("UR", b"file:\\\\host ") == ["file:\\\\host"]


def test_a_uid_loses_its_null() -> None:
    assert values("UI", b"1.2.3\0") == ["1.2.3"]


@pytest.mark.parametrize("vr", ["CS", "DS", "IS", "LO", "LT", "PN", "UI", "UR", "US", "FL", "FD", "AT"])
@pytest.mark.parametrize("raw", [b"", b"  ", b"\0"])
def test_an_empty_value_is_no_element(vr: str, raw: bytes) -> None:
    if vr not in {"US", "FL", "FD", "AT"} or not raw:
        assert values(vr, raw) is None


def test_a_multi_value_of_nothing_is_no_element() -> None:
    assert values("LO", b"\\ \\") is None
    assert values("PN", b"\\=\\") is None


def test_an_empty_component_is_none() -> None:
    assert values("CS", b"ORIGINAL\\\\AXIAL\\") == ["ORIGINAL", None, "AXIAL", None]


def test_a_decimal_string_keeps_all_its_digits() -> None:
    assert values("DS", b"0.500\\+1.20E+01 ") == ["0.500", "+1.20E+01"]


def test_a_name_has_its_groups() -> None:
    assert values("PN", b"DOE^JANE=X^Y=Z") == [
        {"Alphabetic": "DOE^JANE", "Ideographic": "X^Y", "Phonetic": "Z"}
    ]
    assert values("PN", b"==Z") == [{"Phonetic": "Z"}]
    assert values("PN", b"A^B\\\\C=D=E=F ") == [
        {"Alphabetic": "A^B"},
        None,
        {"Alphabetic": "C", "Ideographic": "D", "Phonetic": "E"},
    ]


@pytest.mark.parametrize(
    ("vr", "code", "numbers"),
    [
        ("US", "H", [0, 65_535]),
        ("SS", "h", [-1]),
        ("UL", "I", [1 << 31]),
        ("SL", "i", [-70_000, 2]),
        ("UV", "Q", [1 << 63]),
        ("SV", "q", [-(1 << 62)]),
        ("FD", "d", [0.1, -1e300]),
    ],
)
@pytest.mark.parametrize("order", "<>")
def test_binary_numbers_are_numbers(vr: str, code: str, numbers: list[float], order: str) -> None:
    assert values(vr, struct.pack(f"{order}{len(numbers)}{code}", *numbers), order) == numbers


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_single_is_the_same_single_with_no_more_digits_than_it_needs(number: float) -> None:
    (value,) = values("FL", struct.pack("<f", number)) or [None]
    assert struct.pack("<f", value) == struct.pack("<f", number)
    assert len(repr(value)) <= len(repr(number))


def test_a_single_says_what_was_typed() -> None:
    assert values("FL", struct.pack("<3f", 0.1, 46.3, 16777216)) == [0.1, 46.3, 16777216.0]


@pytest.mark.parametrize(
    "raw", [b"\xff\xff\x7f\x7f", b"\xff\xff\x7f\xff", b"\1\0\0\0", b"\xe7\xff\xff\x50", b"\0\0\0\x80"]
)
def test_the_extreme_singles_survive(raw: bytes) -> None:
    assert struct.pack("<f", *(values("FL", raw) or [])) == raw


def test_singles_in_a_row_survive() -> None:
    singles = range(0x3F800000, 0x3F900000, 97)
    for bits in singles:
        raw = struct.pack("<I", bits)
        assert struct.pack("<f", *(values("FL", raw) or [])) == raw


def test_what_json_cannot_say_is_none() -> None:
    assert values("FD", struct.pack("<3d", 1.0, float("nan"), float("-inf"))) == [1.0, None, None]
    assert values("FL", struct.pack("<f", float("inf"))) is None


@pytest.mark.parametrize(
    ("vr", "raw"), [("US", b"\1"), ("FL", b"123"), ("FD", b"1234"), ("AT", b"\1\0"), ("AT", b"\1\0\2\0\3\0")]
)
def test_a_number_of_the_wrong_length_is_no_element(vr: str, raw: bytes) -> None:
    assert values(vr, raw) is None


def test_a_tag_is_eight_hexadecimal_digits() -> None:
    assert values("AT", bytes.fromhex("18006310")) == ["00181063"]
    assert values("AT", bytes.fromhex("00181063"), ">") == ["00181063"]


@pytest.mark.parametrize("vr", ["OB", "OW", "OF", "OD", "OL", "OV", "UN", "??"])
def test_bulk_data_is_left_out(vr: str) -> None:
    assert values(vr, b"12345678") is None


def test_a_list_beyond_all_measure_is_left_out() -> None:
    assert values("LO", b"\\" * 70_000) is None
    assert values("US", bytes(70_000)) is None
    assert len((values("UT", b"\\" * 70_000) or [""])[0]) == 70_000


@given(
    st.sampled_from(VRS),
    st.binary(),
)
def test_any_bytes_give_an_element_or_nothing(vr: str, raw: bytes) -> None:
    for order in "<>":
        element = decode_element(vr, raw, charset_of(b"\\ISO 2022 IR 87"), order)
        assert element is None or (
            element["vr"] == vr and any(value is not None for value in element["Value"])
        )


def test_the_dictionary_leaves_a_choice_alone() -> None:
    assert dictionary_vr("00080060") == "CS"
    assert dictionary_vr("00280106") is None  # US or SS
    assert dictionary_vr("00090001") is None
