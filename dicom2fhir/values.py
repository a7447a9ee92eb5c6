"""DICOM text to what FHIR can say: total functions, which answer or say None.

The rules are those of PS3.5 section 6.2 (value representations) on one side and of the FHIR data types on the other.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

import pytz

__all__ = [
    "UNSIGNED_MAX",
    "PersonName",
    "date",
    "date_time",
    "date_time_from_dt",
    "decimal",
    "integer",
    "is_fhir_id",
    "is_legal_uid",
    "is_nobody",
    "is_uri",
    "offset",
    "person_name",
    "text",
    "time",
    "uid",
    "unsigned",
    "zone",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_UID_ROOT = re.compile(r"[0-2](?:\.(?:[1-9][0-9]*|0))*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_DATE = re.compile(r"([0-9]{4})(?:([.-]?)([0-9]{2})(?:\2([0-9]{2}))?)?")
_TIME = re.compile(r"([0-9]{2})(?:(:?)([0-9]{2})(?:\2([0-9]{2})(?:\.([0-9]{1,6}))?)?)?")
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_DT = re.compile(r"([0-9]{4,8})([0-9.]*)([+-][0-9]{4})?")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
UNSIGNED_MAX = 2147483647
_DIGITS_MAX = 18  # FHIR: applications need not keep more than 18 significant digits
_HOURS_WEST, _HOURS_EAST = -12 * 60, 14 * 60


def text(value: object) -> str | None:
    r"""One DICOM string without padding and without characters that FHIR forbids.

    >>> text(" A1\0 "), text("  "), text(7), text({"vr": "LO"})
    ('A1', None, '7', None)
    """
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            return None
        value = str(value)
    if not (value.isascii() and value.isprintable()):
        value = _SURROGATE.sub("", _CONTROL.sub("", value)).replace("\xa0", " ")
    return value.strip() or None


def uid(value: object) -> str | None:
    r"""A UID that FHIR can carry as an id; leading zeros and other small sins are kept.

    >>> uid("1.2.3\0"), uid("1.02.3"), uid("1.2 3"), uid("1." + "2" * 70)
    ('1.2.3', '1.02.3', None, None)
    """
    found = text(value)
    return found if found and is_fhir_id(found) else None


def is_legal_uid(value: str) -> bool:
    """Whether PS3.5 section 9.1 allows it.

    >>> is_legal_uid("1.2.840"), is_legal_uid("1.02")
    (True, False)
    """
    root, _, last = value.rpartition(".")
    return (
        len(value) <= 64  # noqa: PLR2004 - PS3.5: 64 characters
        and last.isdigit()
        and last.isascii()
        and (last == "0" or not last.startswith("0"))
        and _is_legal_root(root)
    )


@lru_cache(maxsize=64)
def _is_legal_root(root: str) -> bool:
    """The instances of a series mostly share it, and the expression takes as long as all else about one UID."""
    return _UID_ROOT.fullmatch(root) is not None


def is_fhir_id(value: object) -> bool:
    """Whether FHIR takes it as the id of a resource.

    >>> is_fhir_id("a-1"), is_fhir_id("a_1"), is_fhir_id("")
    (True, False, False)
    """
    return isinstance(value, str) and _FHIR_ID.fullmatch(value) is not None


def is_uri(value: str) -> bool:
    """Whether it is an absolute URI.

    >>> is_uri("urn:oid:1.2.3"), is_uri("LN"), is_uri("https://example.org/a b")
    (True, False, False)
    """
    return _URI.fullmatch(value) is not None


def decimal(value: object) -> Decimal | None:
    """A finite number, with the precision that was written.

    >>> decimal(" +1.20 "), decimal("1.2E+02"), decimal("nan"), decimal("3,0"), decimal(0.1)
    (Decimal('1.20'), Decimal('120'), None, None, Decimal('0.1'))
    """
    found = text(value)
    if found is None or not _DECIMAL.fullmatch(found):
        return None
    try:
        number = Decimal(found)
    except InvalidOperation:  # pragma: no cover - the pattern above lets nothing through that Decimal refuses
        return None
    if not number:
        return Decimal(0)
    if number.adjusted() >= _DIGITS_MAX or number.adjusted() < -_DIGITS_MAX:
        return None
    return Decimal(format(number, "f"))


def integer(value: object) -> int | None:
    """A whole number; "1.0" is one, "1.5" is none.

    >>> integer("007"), integer(" 5 "), integer("1.0"), integer(1.5), integer("abc")
    (7, 5, 1, None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = text(value)
    if found is not None and len(found) <= _DIGITS_MAX and found.isascii() and found.isdigit():
        return int(found)  # nearly always
    number = decimal(found)
    return int(number) if number is not None and number == number.to_integral_value() else None


def unsigned(value: object) -> int | None:
    """A FHIR unsignedInt: 0 to 2147483647, both included.

    >>> unsigned("2147483647"), unsigned("2147483648"), unsigned(-1)
    (2147483647, None, None)
    """
    number = integer(value)
    return number if number is not None and 0 <= number <= UNSIGNED_MAX else None


def date(value: object) -> str | None:
    """A DA as a FHIR date, as precise as it was given.

    >>> date("19760131"), date("1976.01.31"), date("197601"), date("1976"), date("19760231")
    ('1976-01-31', '1976-01-31', '1976-01', '1976', None)
    """
    found = text(value)
    match = _DATE.fullmatch(found) if found else None
    if not match:
        return None
    year, month, day = match[1], match[3], match[4]
    if day is None and match[2] == "." and month is not None:
        return None
    try:
        dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part is not None)


def time(value: object) -> str | None:
    """A TM as a FHIR time; minutes and seconds that were not given are 00.

    >>> time("103015.5"), time("1030"), time("10"), time("10:30:15"), time("235960"), time("240000")
    ('10:30:15.5', '10:30:00', '10:00:00', '10:30:15', '23:59:59', None)
    """
    found = text(value)
    match = _TIME.fullmatch(found) if found else None
    if not match:
        return None
    hours, minutes, seconds, fraction = match[1], match[3] or "00", match[4] or "00", match[5]
    if seconds == "60":
        seconds = "59"  # a leap second: FHIR's pattern takes it, most runtimes do not
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:  # noqa: PLR2004 - the clock
        return None
    return f"{hours}:{minutes}:{seconds}" + (f".{fraction}" if fraction else "")


def offset(value: object) -> str | None:
    """A UTC offset, ``&ZZXX`` or with a colon, as FHIR writes it.

    >>> offset("-0500"), offset("+01:00"), offset("Z"), offset("+1500"), offset("Berlin")
    ('-05:00', '+01:00', '+00:00', None, None)
    """
    found = text(value)
    if found in {"Z", "z"}:
        return "+00:00"
    match = _OFFSET.fullmatch(found) if found else None
    if not match or int(match[3]) > 59:  # noqa: PLR2004 - minutes
        return None
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    if not _HOURS_WEST <= minutes <= _HOURS_EAST:
        return None
    return f"{match[1] if minutes else '+'}{match[2]}:{match[3]}"


@lru_cache(maxsize=64)
def zone(name: str) -> str | dt.tzinfo | None:
    """A time zone by its IANA name or its offset; None when it is neither.

    >>> zone("+0100"), zone("Mars/Olympus") is None, str(zone("Europe/Berlin"))
    ('+01:00', True, 'Europe/Berlin')
    """
    fixed = offset(name)
    if fixed:
        return fixed
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, ValueError, OSError):  # OSError: a name such as "." that is a folder
        return None


def date_time(day: object, clock: object, place: str | dt.tzinfo | None) -> str | None:
    """A DA and a TM as a FHIR dateTime: with the time only when it is valid and its zone is known.

    >>> date_time("20240115", "103015", "-05:00"), date_time("20240115", "1030", None)
    ('2024-01-15T10:30:15-05:00', '2024-01-15')
    >>> date_time("20240715", "10", zone("Europe/Berlin"))
    '2024-07-15T10:00:00+02:00'
    """
    day_said, clock_said = date(day), time(clock)
    if day_said is None or clock_said is None or place is None or len(day_said) < len("YYYY-MM-DD"):
        return day_said
    suffix = place if isinstance(place, str) else _offset_at(f"{day_said}T{clock_said[:8]}", place)
    return f"{day_said}T{clock_said}{suffix}" if suffix else day_said


def _offset_at(moment: str, place: dt.tzinfo) -> str | None:
    """The offset of a zone at a local time; the first of two where clocks were set back."""
    localize = place.localize  # type: ignore[attr-defined]  # pytz zones have it, tzinfo does not say so
    try:
        return str(localize(dt.datetime.fromisoformat(moment), is_dst=True).isoformat()[-6:])
    except (
        OverflowError
    ):  # older pytz, on the first or last day of the calendar: somebody's "unknown" or "for ever"
        return None


def date_time_from_dt(value: object, place: str | dt.tzinfo | None) -> str | None:
    """A DT as a FHIR dateTime; its own offset wins over the given zone.

    >>> date_time_from_dt("20240115103015.25-0500", "+01:00"), date_time_from_dt("202401", None)
    ('2024-01-15T10:30:15.25-05:00', '2024-01')
    """
    found = text(value)
    match = _DT.fullmatch(found) if found else None
    if not match:
        return None
    return date_time(match[1], match[2], offset(match[3]) or place if match[3] else place)


class PersonName(NamedTuple):
    """One representation of a person's name, by component.

    >>> PersonName("Doe", "Jane").family
    'Doe'
    """

    family: str | None = None
    given: str | None = None
    middle: str | None = None
    prefix: str | None = None
    suffix: str | None = None

    def spoken(self) -> str:
        """The name as one line: prefix, given, middle, family, suffix.

        >>> PersonName("Doe", "Jane", None, "Dr.").spoken()
        'Dr. Jane Doe'
        """
        parts = (self.prefix, self.given, self.middle, self.family, self.suffix)
        return " ".join(part for part in parts if part)


_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


def person_name(value: Any) -> dict[str, PersonName]:
    """The groups of a PN that say something; a plain string and ``A=I=P`` are understood.

    >>> person_name({"Alphabetic": "Doe^John"})
    {'Alphabetic': PersonName(family='Doe', given='John', middle=None, prefix=None, suffix=None)}
    >>> person_name("^^^^"), person_name({})
    ({}, {})
    """
    if isinstance(value, str):
        value = {"Alphabetic": value}
    if not isinstance(value, dict):
        return {}
    texts = {group: value.get(group) for group in _GROUPS}
    first = texts["Alphabetic"]
    if isinstance(first, str) and "=" in first:
        split = dict(zip(_GROUPS, first.split("="), strict=False))
        texts = {
            **texts,
            **{group: said for group, said in split.items() if said},
            "Alphabetic": split["Alphabetic"],
        }
    names = {group: _components(said) for group, said in texts.items() if isinstance(said, str)}
    return {group: name for group, name in names.items() if any(name)}


def is_nobody(value: Any) -> bool:
    """Whether a PN consists of delimiters alone, as anonymizers leave it: then it is empty.

    >>> is_nobody("^^^^"), is_nobody({"Alphabetic": "^"}), is_nobody("Doe")
    (True, True, False)
    """
    groups = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(said, str) and not said.strip("^= \0") for said in groups)


def _components(said: str) -> PersonName:
    return PersonName(*(text(part) for part in said.split("^")[:5]))
