"""Values, one by one: what the documentation of a function does not show."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir import values

if TYPE_CHECKING:
    from collections.abc import Iterator

ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()) | st.binary()
)


@given(ANYTHING)
def test_every_reader_answers_or_says_none_and_never_raises(value: Any) -> None:
    for read in (
        values.text,
        values.uid,
        values.decimal,
        values.integer,
        values.unsigned,
        values.date,
        values.time,
        values.offset,
    ):
        read(value)
    values.date_time(value, value, "+01:00")
    values.date_time_from_dt(value, None)
    assert isinstance(values.person_name(value), dict)
    assert values.is_nobody(value) in {True, False}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_decimal_keeps_the_precision_it_was_written_with(number: Decimal) -> None:
    assert values.decimal(str(number)) == number
    if number:
        assert str(values.decimal(f"{number:f}")) == f"{number:f}"


@given(st.dates())
def test_every_date_is_read_as_it_was_written(day: Any) -> None:
    assert values.date(day.strftime("%Y%m%d").rjust(8, "0")) == day.isoformat()


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("A\x1b(BB", "A(BB"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("\xa0A\xa0B\xa0", "A B"),
        ("\u3000山田\u3000", "山田"),
        ("\ud83d", None),
        ("\ufffe", None),
        (True, None),
        (1.0, "1.0"),
        (b"A", None),
        (["A"], None),
    ],
)
def test_text_is_free_of_padding_and_of_characters_that_fhir_forbids(written: Any, right: Any) -> None:
    assert values.text(written) == right


@pytest.mark.parametrize(
    "written",
    ["1e19", "1e-19", "1e999", "0x10", "1_000", "٣", "1,5", "--1", "", True, float("inf"), float("nan")],
)
def test_what_is_no_finite_number_of_ordinary_size_is_no_decimal(written: Any) -> None:
    assert values.decimal(written) is None


@pytest.mark.parametrize(
    "written", ["1e17", "999999999999999999.5", "-1e17", "1e-18", "0.000000000000000001"]
)
def test_a_number_of_eighteen_digits_before_or_behind_the_point_is_a_decimal(written: str) -> None:
    assert values.decimal(written) == Decimal(written)


@pytest.mark.parametrize("written", ["1e18", "1000000000000000000", "-1e18", "1e-19"])
def test_a_number_of_a_digit_more_is_no_decimal_and_no_integer(written: str) -> None:
    assert values.decimal(written) is None
    assert values.integer(written) is None


@pytest.mark.parametrize("written", ["0", "-0", "0.000", "0e999", ".0"])
def test_zero_is_a_decimal_however_it_is_written(written: str) -> None:
    assert str(values.decimal(written)) == "0"


@pytest.mark.parametrize(("written", "right"), [("0", 0), ("-0", 0), ("2147483647", 2147483647), (0, 0)])
def test_the_bounds_of_an_unsigned_integer_are_in_it(written: Any, right: int) -> None:
    assert values.unsigned(written) == right


@pytest.mark.parametrize("written", ["1.2.0", "0.1", "1.0.3", "2.999.1", "1.2." + "3" * 60])
def test_an_arc_of_a_uid_may_be_zero_and_a_uid_may_have_64_characters(written: str) -> None:
    assert len(written) <= 64
    assert values.is_legal_uid(written)


@pytest.mark.parametrize("root", range(3, 10))
def test_a_uid_whose_first_arc_is_3_to_9_is_not_legal(root: int) -> None:
    assert not values.is_legal_uid(f"{root}.2.840")


@pytest.mark.parametrize(
    "written",
    ["1.2.00", "1.00.2", "1.2.01", "1.2.", ".1.2", "1..2", "1.2.a", "1.2.٣", "1", "1.2." + "3" * 61],
)
def test_what_has_an_empty_arc_a_leading_zero_or_65_characters_is_no_legal_uid(written: str) -> None:
    assert not values.is_legal_uid(written)


@pytest.mark.parametrize(
    "written", ["2024.01", "2024-", "20240115-20240116", "2024-0115", "0000", "20241301", "٢٠٢٤"]
)
def test_a_range_an_impossible_or_a_half_written_date_is_no_date(written: str) -> None:
    assert values.date(written) is None


@pytest.mark.parametrize("written", ["000000", "235959", "23:59:59", "235960"])
def test_the_first_and_the_last_second_of_a_day_are_times(written: str) -> None:
    assert values.time(written) in {"00:00:00", "23:59:59"}


@pytest.mark.parametrize(
    "written", ["1", "10301", "10:3015", "103015.", "103015.1234567", "106015", "100061", "-10"]
)
def test_what_is_no_time_of_day_is_no_time(written: str) -> None:
    assert values.time(written) is None


@pytest.mark.parametrize("written", ["+1401", "-1201", "+0160", "0100", "Europe/Berlin", None])
def test_what_is_no_offset_on_earth_is_no_offset(written: Any) -> None:
    assert values.offset(written) is None


@pytest.mark.parametrize(
    ("written", "right"),
    [("+1400", "+14:00"), ("-1200", "-12:00"), ("+0059", "+00:59"), ("-0330", "-03:30"), ("+0545", "+05:45")],
)
def test_an_offset_from_12_hours_west_to_14_hours_east_is_one(written: str, right: str) -> None:
    assert values.offset(written) == right


def test_an_offset_of_zero_has_no_minus() -> None:
    assert values.offset("-0000") == values.offset("+00:00") == "+00:00"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/etc/passwd", "Europe/../Europe/Berlin", "Mars/Olympus", "Bérlin"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert values.zone(name) is None


@pytest.mark.parametrize(
    ("time", "right"),
    [("0130", "02:00"), ("0230", "02:00"), ("0330", "01:00")],
)
def test_where_clocks_are_set_back_the_first_of_two_moments_is_meant(time: str, right: str) -> None:
    assert values.date_time("20241027", time, values.zone("Europe/Berlin"))[-5:] == right  # type: ignore[index]  # it is a date


class OlderZone:
    """A zone of a pytz that cannot look beyond the edge of the calendar."""

    def localize(self, *_: Any, **__: Any) -> Any:
        raise OverflowError


@pytest.mark.parametrize("day", ["00010101", "99991231"])
def test_a_date_at_the_edge_of_the_calendar_is_said_at_least_without_a_time(day: str) -> None:
    assert str(values.date_time(day, "1030", values.zone("Asia/Tokyo"))).startswith(str(values.date(day)))
    older: Any = OlderZone()
    assert values.date_time(day, "1030", older) == values.date(day)


BEYOND_PYTZ = [
    ("Europe/Berlin", "20400701", "+02:00"),
    ("Europe/Berlin", "20400115", "+01:00"),
    ("Europe/Berlin", "18950701", "+01:00"),
]


@pytest.mark.parametrize(("name", "day", "right"), BEYOND_PYTZ)
def test_a_zone_has_its_offsets_before_1901_and_after_2037_too(name: str, day: str, right: str) -> None:
    zone = values.zone(name)
    if hasattr(zone, "localize"):
        pytest.skip("this machine has no time zone data but those of pytz, which end there")
    assert str(values.date_time(day, "1200", zone))[-6:] == right


@pytest.mark.parametrize(
    ("name", "right"),
    [("Europe/Berlin", "+00:53"), ("America/New_York", "-04:56"), ("Asia/Tokyo", "+09:19")],
)
def test_a_mean_solar_time_is_said_to_the_nearest_minute(name: str, right: str) -> None:
    assert values.date_time("18800701", "1200", values.zone(name)) == f"1880-07-01T12:00:00{right}"


def test_an_offset_further_from_utc_than_fhir_allows_costs_the_time() -> None:
    assert values.date_time("18400701", "1200", values.zone("Asia/Manila")) == "1840-07-01"


@pytest.fixture
def only_pytz(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which only pytz has time zone data."""

    def no_data(name: str) -> Any:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    values.zone.cache_clear()
    monkeypatch.setattr(zoneinfo, "ZoneInfo", no_data)
    yield
    values.zone.cache_clear()


@pytest.mark.usefixtures("only_pytz")
@pytest.mark.parametrize(
    ("day", "time", "right"),
    [
        ("20240115", "12", "+01:00"),
        ("20240715", "12", "+02:00"),
        ("20241027", "0230", "+02:00"),
        ("20240331", "0230", "+02:00"),
        ("18800701", "12", "+00:53"),
    ],
)
def test_without_other_data_the_offsets_are_those_of_pytz(day: str, time: str, right: str) -> None:
    assert str(values.date_time(day, time, values.zone("Europe/Berlin")))[-6:] == right


def test_an_hour_that_clocks_pass_over_has_the_offset_that_comes() -> None:
    assert values.date_time("20240331", "0230", values.zone("Europe/Berlin")) == "2024-03-31T02:30:00+02:00"


@pytest.mark.parametrize("zone", [dt.timezone(dt.timedelta(hours=5, minutes=30)), dt.timezone.utc])
def test_any_zone_of_python_has_an_offset(zone: dt.tzinfo) -> None:
    right = "+05:30" if zone is not dt.timezone.utc else "+00:00"
    assert values.date_time("20240115", "12", zone) == f"2024-01-15T12:00:00{right}"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("2024", "2024"),
        ("20240115", "2024-01-15"),
        ("2024011510", "2024-01-15T10:00:00+01:00"),
        ("20240115103015.123456+0530", "2024-01-15T10:30:15.123456+05:30"),
        ("20240115103015+9999", "2024-01-15T10:30:15+01:00"),
        ("2024011599", "2024-01-15"),
        ("2024-01-15", None),
        ("20240115T1030", None),
    ],
)
def test_a_dt_is_as_precise_as_it_was_written_and_its_bad_parts_cost_only_themselves(
    written: str, right: Any
) -> None:
    assert values.date_time_from_dt(written, "+01:00") == right


def test_a_dt_without_any_zone_is_a_date() -> None:
    assert values.date_time_from_dt("20240115103015", None) == "2024-01-15"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Doe^Jane", {"Alphabetic": ("Doe", "Jane", None, None, None)}),
        ("A^B^C^D^E^F", {"Alphabetic": ("A", "B", "C", "D", "E")}),
        ("=山田^太郎", {"Ideographic": ("山田", "太郎", None, None, None)}),
        (
            "A=B=C=D",
            {
                group: (name, None, None, None, None)
                for group, name in zip(("Alphabetic", "Ideographic", "Phonetic"), "ABC", strict=True)
            },
        ),
        (
            {"Alphabetic": "A=", "Ideographic": "I"},
            {"Alphabetic": ("A", None, None, None, None), "Ideographic": ("I", None, None, None, None)},
        ),
        ({"Alphabetic": 7, "Phonetic": ["x"]}, {}),
        (7, {}),
    ],
)
def test_a_name_is_read_by_group_and_component(written: Any, right: Any) -> None:
    assert {group: tuple(name) for group, name in values.person_name(written).items()} == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ({"Alphabetic": "^", "Ideographic": "="}, True),
        ({"Alphabetic": "^", "Ideographic": "山田"}, False),
        ({"Alphabetic": "Yamada", "Ideographic": "^"}, False),
        ({}, True),
        (" ^\0", True),
        ({"Alphabetic": 7}, False),
        (None, False),
    ],
)
def test_nobody_is_who_has_delimiters_alone_in_every_group(written: Any, *, right: bool) -> None:
    assert values.is_nobody(written) == right


@pytest.mark.parametrize("written", ["urn:oid:1.2", "https://example.org", "a+b-c.d:x"])
def test_an_absolute_uri_has_a_scheme_and_no_blank(written: str) -> None:
    assert values.is_uri(written)


@pytest.mark.parametrize("written", ["", "LN", ":x", "1a:x", "a:", "a:b c", "a:b\n"])
def test_what_has_no_scheme_or_a_blank_is_no_absolute_uri(written: str) -> None:
    assert not values.is_uri(written)
