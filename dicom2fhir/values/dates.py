"""Dates, times and both together (DA, TM, DT), as precise as they were written."""

from __future__ import annotations

import datetime as dt
import re

from dicom2fhir.values.texts import text
from dicom2fhir.values.zones import offset, offset_at

__all__ = ["date", "date_time", "date_time_from_dt", "instant", "time"]

_DATE = re.compile(r"([0-9]{4})(?:([.-]?)([0-9]{2})(?:\2([0-9]{2}))?)?")
_TIME = re.compile(r"([0-9]{2})(?:(:?)([0-9]{2})(?:\2([0-9]{2})(?:\.([0-9]{1,6}))?)?)?")
_DT = re.compile(r"([0-9]{4,8})([0-9.]*)([+-][0-9]{4})?")


def date(value: object) -> str | None:
    """A DA as a FHIR date, as precise as it was given.

    >>> date("19760131"), date("1976.01.31"), date("197601"), date("1976"), date("19760231")
    ('1976-01-31', '1976-01-31', '1976-01', '1976', None)
    """
    written = text(value)
    match = _DATE.fullmatch(written) if written else None
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
    written = text(value)
    match = _TIME.fullmatch(written) if written else None
    if not match:
        return None
    hours, minutes, seconds, fraction = match[1], match[3] or "00", match[4] or "00", match[5]
    if seconds == "60":
        seconds = "59"  # a leap second: FHIR's pattern takes it, most runtimes do not
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:  # noqa: PLR2004 - the clock
        return None
    return f"{hours}:{minutes}:{seconds}" + (f".{fraction}" if fraction else "")


def date_time(day: object, clock: object, place: str | dt.tzinfo | None) -> str | None:
    """A DA and a TM as a FHIR dateTime: with the time only when it is valid and its zone is known.

    >>> date_time("20240115", "103015", "-05:00"), date_time("20240115", "1030", None)
    ('2024-01-15T10:30:15-05:00', '2024-01-15')
    >>> from dicom2fhir.values import zone
    >>> date_time("20240715", "10", zone("Europe/Berlin"))
    '2024-07-15T10:00:00+02:00'
    """
    date_part, time_part = date(day), time(clock)
    if date_part is None or time_part is None or place is None or len(date_part) < len("YYYY-MM-DD"):
        return date_part
    if isinstance(place, str):
        suffix: str | None = place
    else:
        suffix = offset_at(dt.datetime.fromisoformat(f"{date_part}T{time_part[:8]}"), place)
    return f"{date_part}T{time_part}{suffix}" if suffix else date_part


def date_time_from_dt(value: object, place: str | dt.tzinfo | None) -> str | None:
    """A DT as a FHIR dateTime; its own offset wins over the given zone.

    >>> date_time_from_dt("20240115103015.25-0500", "+01:00"), date_time_from_dt("202401", None)
    ('2024-01-15T10:30:15.25-05:00', '2024-01')
    """
    written = text(value)
    match = _DT.fullmatch(written) if written else None
    if not match:
        return None
    return date_time(match[1], match[2], offset(match[3]) or place if match[3] else place)


def instant(moment: str) -> dt.datetime:
    """When a FHIR dateTime was, to the microsecond: 23:00-05:00 is later than 01:00+02:00 of the next day.

    A date has no offset and is taken for its midnight in UTC.

    >>> instant("2024-01-15T23:00:00-05:00") > instant("2024-01-16T01:00:00+02:00")
    True
    """
    whole = moment if "T" in moment else f"{moment}T00:00:00+00:00"
    seconds, _, fraction = whole[: -len("+00:00")].partition(".")
    return dt.datetime.fromisoformat(f"{seconds}.{fraction:0<6}{whole[-len('+00:00') :]}")
