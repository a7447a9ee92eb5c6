"""DICOM text to what FHIR can say: total functions, which answer or say None.

The rules are those of PS3.5 section 6.2 (value representations) on one side and of the FHIR data types on the other.

================  =================================================================================
``texts``         text without padding and without what FHIR forbids; URIs
``uids``          UIDs, and what FHIR takes as an id
``numbers``       decimal and whole numbers (DS, IS)
``dates``         dates, times and both together (DA, TM, DT)
``zones``         offsets from UTC, time zones, and the offset that a zone has at a moment
``person_names``  a person's name split into its groups and components (PN)
================  =================================================================================

>>> from dicom2fhir import values
>>> values.date("19760131"), values.date("19760231")
('1976-01-31', None)
"""

from __future__ import annotations

from dicom2fhir.values.dates import date, date_time, date_time_from_dt, instant, time
from dicom2fhir.values.numbers import UNSIGNED_MAX, decimal, integer, unsigned
from dicom2fhir.values.person_names import PersonName, is_nobody, person_name
from dicom2fhir.values.texts import is_uri, text
from dicom2fhir.values.uids import is_fhir_id, is_legal_uid, uid
from dicom2fhir.values.zones import offset, zone

__all__ = [
    "UNSIGNED_MAX",
    "PersonName",
    "date",
    "date_time",
    "date_time_from_dt",
    "decimal",
    "instant",
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
