"""How long a tracer was in the body when the acquisition began."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, values

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series

__all__ = ["uptake_seconds"]

_DAY: Final = 24 * 60 * 60
_LONGEST: Final = 30 * _DAY  # iodine 131 is looked for after a week, not after months


def uptake_seconds(tracer: DicomJsonProxy, series: Series, context: Context) -> int | None:
    """The whole seconds from the injection to the earliest acquisition of a series.

    An injection with a date is taken by it.  One with a time alone was in the 24 hours before the acquisition,
    which may have been yesterday.

    >>> from dicom2fhir.builders.context import Context
    >>> from dicom2fhir.config import ConvertConfig
    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> acquired = {"00080022": {"Value": ["20240116"]}, "00080032": {"Value": ["001000"]}}
    >>> series = Series("1.2.3", None, DicomJsonProxy({}), 1, acquired=DicomJsonProxy(acquired))
    >>> context = Context(ConvertConfig(), lambda *_: "", lambda _: None, {})
    >>> uptake_seconds(DicomJsonProxy({"00181072": {"vr": "TM", "Value": ["231000"]}}), series, context)
    3600
    """
    acquired = series.acquired
    if acquired is None:
        return None
    zone = _zone(tracer, series, context)
    acquisition = _moment(values.date_time_from_dt(acquired.text("AcquisitionDateTime"), zone)) or _moment(
        values.date_time(acquired.text("AcquisitionDate"), acquired.text("AcquisitionTime"), zone)
    )
    injection = _moment(values.date_time_from_dt(tracer.text("RadiopharmaceuticalStartDateTime"), zone))
    if acquisition and injection:
        return _between(injection, acquisition, tracer)
    start = _seconds(tracer.text("RadiopharmaceuticalStartTime"))
    end = _seconds(f"{acquisition:%H%M%S}" if acquisition else acquired.text("AcquisitionTime"))
    if start is None and tracer.non_empty("RadiopharmaceuticalStartTime"):
        tracer.note(problems.NOT_A_TIME, "RadiopharmaceuticalStartTime")
    return None if start is None or end is None else (end - start) % _DAY


def _zone(tracer: DicomJsonProxy, series: Series, context: Context) -> str | dt.tzinfo:
    """Where the clocks stood: known, or told by one of the moments, or the same place for both, wherever it was."""
    acquired = series.acquired.text("AcquisitionDateTime") if series.acquired else None
    moments = (acquired, tracer.text("RadiopharmaceuticalStartDateTime"))
    offsets = (values.offset(moment[-5:]) for moment in moments if moment)
    known: str | dt.tzinfo | None = series.view.zone(context.config.zone)
    return known or next((offset for offset in offsets if offset), "+00:00")


def _moment(date_time: str | None) -> dt.datetime | None:
    """A FHIR dateTime to the second; None when it has no time."""
    if date_time is None or "T" not in date_time:
        return None
    return dt.datetime.fromisoformat(date_time[:19] + date_time[-6:])


def _seconds(clock: str | None) -> int | None:
    """The seconds since midnight at a TM."""
    time = values.time(clock)
    if time is None:
        return None
    hours, minutes, seconds = time[:8].split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + int(seconds)


def _between(injection: dt.datetime, acquisition: dt.datetime, tracer: DicomJsonProxy) -> int | None:
    seconds = int((acquisition - injection).total_seconds())
    if 0 <= seconds <= _LONGEST:
        return seconds
    tracer.note(problems.INJECTED_AT_ANOTHER_TIME, "RadiopharmaceuticalStartDateTime")
    return None
