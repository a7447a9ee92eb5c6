"""Offsets from UTC and time zones, and which offset a zone has at a moment.

Names are looked up as pytz knows them, which has its tables with it.  Offsets come from the standard library's ``zoneinfo``: pytz has
none before 1901-12-13 and none after 2037, which data with shifted dates reach.  Where ``zoneinfo`` has no data (Windows, small
images without ``tzdata``), those of pytz are used.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from dicom2fhir.values.texts import text

__all__ = ["offset", "offset_at", "zone"]

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_HOURS_WEST, _HOURS_EAST = -12 * 60, 14 * 60


def offset(value: object) -> str | None:
    """A UTC offset, ``&ZZXX`` or with a colon, as FHIR writes it.

    >>> offset("-0500"), offset("+01:00"), offset("Z"), offset("+1500"), offset("Berlin")
    ('-05:00', '+01:00', '+00:00', None, None)
    """
    written = text(value)
    if written in {"Z", "z"}:
        return "+00:00"
    match = _OFFSET.fullmatch(written) if written else None
    if not match or int(match[3]) > 59:  # noqa: PLR2004 - minutes
        return None
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return _written(minutes) if _HOURS_WEST <= minutes <= _HOURS_EAST else None


@lru_cache(maxsize=64)
def zone(name: str) -> str | dt.tzinfo | None:
    """A time zone by its IANA name or its offset; None when it is neither.

    >>> zone("+0100"), zone("Mars/Olympus") is None, str(zone("Europe/Berlin"))
    ('+01:00', True, 'Europe/Berlin')
    """
    fixed = offset(name)
    if fixed:
        return fixed
    import pytz  # with zoneinfo 10 ms, which only a conversion with a named zone pays

    try:
        named = pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, ValueError, OSError):  # OSError: a name such as "." that is a folder
        return None
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(str(named))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return named


def offset_at(moment: dt.datetime, place: dt.tzinfo) -> str | None:
    """The offset of a zone at a local time, to the minute as FHIR writes it.

    Where clocks were set back the first of the two moments is meant; where they were set forward, the hour that is not there
    is counted with the offset that comes.  Before zones were agreed on, a place had its mean solar time, of which the nearest
    minute is said; and None where that is further from UTC than FHIR allows.

    >>> berlin = zone("Europe/Berlin")
    >>> [offset_at(dt.datetime(year, 7, 1, 12), berlin) for year in (1880, 1950, 2024)]
    ['+00:53', '+01:00', '+02:00']
    """
    try:
        seconds = max(_seconds(moment, place, fold) for fold in (0, 1))
    except (
        OverflowError
    ):  # older pytz, on the first or last day of the calendar: somebody's "unknown" or "for ever"
        return None
    minutes = (seconds + 30) // 60
    return _written(minutes) if -_HOURS_EAST <= minutes <= _HOURS_EAST else None


def _seconds(moment: dt.datetime, place: dt.tzinfo, fold: int) -> int:
    """The offset at the first or the second of the moments that a local time may be."""
    if hasattr(place, "localize"):  # a zone of pytz
        moment = place.localize(moment, is_dst=not fold)
    else:
        moment = moment.replace(tzinfo=place, fold=fold)
    difference = moment.utcoffset() or dt.timedelta(0)
    return round(difference.total_seconds())


def _written(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
