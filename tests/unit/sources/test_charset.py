"""Text under every Specific Character Set, against the examples of the standard (PS3.5 Annexes H to K)."""

from __future__ import annotations

import pytest

from dicom2fhir.sources.charset import charset_of

NAMES = {  # (0008,0005): bytes of a name, and the name
    "german": (b"ISO_IR 100", "Äneas^Rüdiger".encode("latin-1"), "Äneas^Rüdiger"),
    "greek": (b"ISO_IR 126", "Διονυσιος".encode("iso8859-7"), "Διονυσιος"),
    "russian": (b"ISO_IR 144", "Люксембург".encode("iso8859-5"), "Люксембург"),
    "hebrew": (b"ISO_IR 138", "שרון^דבורה".encode("iso8859-8"), "שרון^דבורה"),
    "unicode": (b"ISO_IR 192", "Wang^XiaoDong=王^小東=".encode(), "Wang^XiaoDong=王^小東="),
    "chinese": (b"GB18030", "Wang^XiaoDong=王^小东=".encode("gb18030"), "Wang^XiaoDong=王^小东="),
    "japanese H.3.1": (
        b"\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "japanese H.3.2": (
        b"ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "korean I.2": (
        b"\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    "chinese K.2": (
        b"\\ISO 2022 IR 58",
        b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东=",
    ),
}


@pytest.mark.parametrize(("terms", "raw", "name"), NAMES.values(), ids=NAMES)
def test_a_name_is_read_as_it_was_meant(terms: bytes, raw: bytes, name: str) -> None:
    assert charset_of(terms).decode(raw, name=True) == name


@pytest.mark.parametrize(
    "terms", [b"", b"ISO_IR 6", b"ISO 2022 IR 6", b"ISO_IR 100", b"ISO_IR 192", b"GBK", b"nonsense"]
)
def test_ascii_is_ascii_everywhere(terms: bytes) -> None:
    assert charset_of(terms).decode(b"DOE^JANE") == "DOE^JANE"


@pytest.mark.parametrize(
    "terms", [b"ISO IR 144", b"ISO-IR 144", b"ISO_IR144", b"iso_ir 144 ", b"ISO 2022 IR 144\0"]
)
def test_a_common_misspelling_is_understood(terms: bytes) -> None:
    assert charset_of(terms).decode("Люк".encode("iso8859-5")) == "Люк"


def test_an_unknown_character_set_loses_no_byte() -> None:
    assert charset_of(b"ISO_IR 999").decode(b"M\xfcller").encode("latin-1") == b"M\xfcller"


def test_no_python_codec_can_be_named_by_a_file() -> None:
    assert charset_of(b"idna").decode(b"xn--mller-kva") == "xn--mller-kva"
    assert charset_of(b"utf_16").decode(b"abcd\xff") == "abcd\xff"


def test_what_cannot_be_read_becomes_a_replacement_character() -> None:
    assert charset_of(b"ISO_IR 192").decode(b"M\xfcller") == "M\ufffdller"
    assert "\ufffd" in charset_of(b"\\ISO 2022 IR 87").decode(b"\x1b$B\xff\xfe")


@pytest.mark.parametrize(
    ("terms", "raw", "text"),
    [(b"GB18030", b"\x81\x5c", "乗"), (b"\\ISO 2022 IR 87", b"\x1b$B\x30\x5c\x1b(B", "移")],
)
def test_a_backslash_that_is_half_a_character_separates_nothing(terms: bytes, raw: bytes, text: str) -> None:
    assert b"\\" in raw
    assert charset_of(terms).decode(raw) == text


def test_a_line_end_or_a_separator_brings_the_first_set_back() -> None:
    russian_first = charset_of(b"ISO_IR 144\\ISO 2022 IR 126")
    for separator in ("\\", "\r\n", "\t"):
        raw = b"\x1b-F\xc4" + separator.encode() + b"\xbb"
        assert russian_first.decode(raw) == f"Δ{separator}Л"
    assert russian_first.decode(b"\x1b-F\xc4^\xf0") == "Δ^π"
    assert russian_first.decode(b"\x1b-F\xc4^\xbb", name=True) == "Δ^Л"


def test_with_a_first_set_of_ascii_alone_the_last_one_named_goes_on() -> None:
    raw = b"\x1b$)C\xc8\xab^\xb1\xe6\xb5\xbf"  # not named again after the "^", as it should be
    assert charset_of(b"\\ISO 2022 IR 149").decode(raw, name=True) == "홍^길동"


def test_an_unknown_escape_sequence_is_left_alone() -> None:
    assert charset_of(b"ISO_IR 100").decode(b"a\x1b?b") == "a\x1b?b"
    assert charset_of(b"ISO_IR 100").decode(b"a\x1b") == "a\x1b"


def test_utf8_knows_no_escape_sequences() -> None:
    assert charset_of(b"ISO_IR 192").decode(b"\x1b$Bab") == "\x1b$Bab"


def test_a_character_set_is_made_once() -> None:
    assert charset_of(b"ISO_IR 192") is charset_of(b"ISO_IR 192")
