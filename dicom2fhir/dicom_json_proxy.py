"""One DICOM data set in DICOM JSON (PS3.18 Annex F), asked by keyword; what is empty is absent.

>>> proxy = DicomJsonProxy({"00100020": {"vr": "LO", "Value": ["P1 "]}, "00080060": {"vr": "CS"}})
>>> proxy.PatientID, "Modality" in proxy, proxy.get("Modality", "OT")
('P1', False, 'OT')
>>> proxy
<DicomJsonProxy: 2 elements>
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from dicom2fhir import problems, values
from dicom2fhir.attributes import known_key
from dicom2fhir.errors import InputTypeError

if TYPE_CHECKING:
    from decimal import Decimal

    from dicom2fhir.findings import Findings, Problem

__all__ = ["DicomJsonProxy", "element_values", "first_number", "first_text", "normalized", "tag_key"]

_Value = TypeVar("_Value")
_KEY_LENGTH = 8
_PN_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


def normalized(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same elements under keys of 8 upper-case hex digits; the mapping itself when it has them already.

    >>> normalized({"(0008,0020)": 1, "0020000d": 2})
    {'00080020': 1, '0020000D': 2}
    """
    try:
        keys = "".join(raw)  # one look at all keys together costs a tenth of a look at each
    except TypeError:
        keys = ""  # some are no strings
    if len(keys) == _KEY_LENGTH * len(raw) and keys == keys.upper():
        return raw
    return {
        str(key).strip("() ").replace(",", "").replace(" ", "").upper(): value for key, value in raw.items()
    }


def element_values(element: Any) -> list[Any]:
    """The values of an element, blank ones left out.

    >>> element_values({"vr": "LO", "Value": ["A", None, " "]}), element_values({"vr": "LO"})
    (['A'], [])
    """
    if element is None or not isinstance(element, (dict, Mapping)):  # a dict is one at a glance
        return []
    return [value for value in _listed(element) if not _is_blank(value)]


def _listed(element: Mapping[str, Any]) -> list[Any]:
    """All values in their places, blank ones too."""
    value = element.get("Value")
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def _is_blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip(" \0\t\r\n")
    if isinstance(value, Mapping):
        return not value or (
            all(group in _PN_GROUPS for group in value) and all(map(_is_blank, value.values()))
        )
    return value is None or value != value  # noqa: PLR0124 - only NaN differs from itself


def first_text(element: Any) -> str | None:
    """The first value of an element as a string without padding.

    >>> first_text({"vr": "CS", "Value": ["CT "]})
    'CT'
    """
    try:
        listed = element["Value"]
        value = listed[0] if type(listed) is list else None
    except (KeyError, IndexError, TypeError):
        value = None
    if type(value) is str and value.isprintable() and value.isascii():  # nearly always: no list to be made
        bare = value.strip()
        if bare:
            return bare
    return next(map(values.text, element_values(element)), None)


def first_number(element: Any) -> int | str | None:
    """The first value of an element that should hold whole numbers: one as it is, anything else as text.

    >>> first_number({"vr": "IS", "Value": [7]}), first_number({"vr": "IS", "Value": ["7 "]})
    (7, '7')
    """
    try:
        value = element["Value"][0]
    except (KeyError, IndexError, TypeError):
        value = None
    return value if type(value) is int else first_text(element)


@lru_cache(maxsize=4096)
def tag_key(name: str) -> str | None:
    """The key of a keyword or of a tag in any spelling.

    >>> tag_key("StudyDate"), tag_key("(0008,0020)"), tag_key("NoSuchThing")
    ('00080020', '00080020', None)
    """
    known = known_key(name)
    if known:
        return known
    bare = name.strip("() ").replace(",", "").upper()
    if len(bare) == _KEY_LENGTH and all(digit in "0123456789ABCDEF" for digit in bare):
        return bare
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(name)
    return None if tag is None else f"{tag:08X}"


def _answer(answers: list[Any]) -> Any:
    """The items of a sequence, or the first of other values."""
    items = [item for item in answers if isinstance(item, DicomJsonProxy)]
    return items or answers[0]


class DicomJsonProxy:
    """A read-only view of one data set.

    ``proxy.Keyword`` answers the first value (a list of proxies for a sequence; for a person's name the DICOM string), None for an
    attribute that is there and empty, and raises ``AttributeError`` for one that is not there.  To ``get``, ``in``, ``non_empty`` and
    ``proxy[tag]`` an empty attribute is as one that is not there.  The lower-case methods answer typed values, and note a finding when
    a value is present and unusable.

    >>> proxy = DicomJsonProxy({"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^John"}]}, "00180060": {"vr": "DS"}})
    >>> proxy.PatientName, proxy.KVP, "KVP" in proxy
    ('Doe^John', None, False)
    """

    __slots__ = ("_findings", "_noted", "_place", "_raw")

    def __init__(
        self,
        dicom_json: Mapping[str, Any],
        findings: Findings | None = None,
    ) -> None:
        if not isinstance(dicom_json, Mapping):
            raise InputTypeError(f"Expected a dict. Got: {type(dicom_json).__name__}")
        self._raw = normalized(dicom_json)
        self._findings = findings
        self._place = id(dicom_json)
        self._noted: set[tuple[int, str, str | None]] = set()

    @property
    def elements(self) -> Mapping[str, Any]:
        """The DICOM JSON below; not to be changed."""
        return self._raw

    def __repr__(self) -> str:
        return f"<DicomJsonProxy: {len(self._raw)} elements>"

    def __getattr__(self, name: str) -> Any:
        key = None if name.startswith("_") else tag_key(name)
        if key is None:
            raise AttributeError(f"Unknown DICOM keyword: {name}")
        answers = self._all(key)
        if not answers and key not in self._raw:
            raise AttributeError(f"No such DICOM attribute: {name}")
        return _answer(answers) if answers else None

    def __getitem__(self, tag: str | int) -> Any:
        key = self._key_of_tag(tag)
        answers = self._all(key) if key else []
        if not answers:
            raise KeyError("tag not found in DICOM JSON")
        return _answer(answers)

    def __contains__(self, tag_or_keyword: object) -> bool:
        key = self._key_of_tag(tag_or_keyword)
        return key is not None and bool(element_values(self._raw.get(key)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    @staticmethod
    def _key_of_tag(tag: object) -> str | None:
        if isinstance(tag, str):
            return tag_key(tag)
        return f"{tag:08X}" if isinstance(tag, int) and not isinstance(tag, bool) else None

    def _all(self, key: str) -> list[Any]:
        element = self._raw.get(key)
        vr = element.get("vr") if isinstance(element, Mapping) else None
        return [self._native(value, vr) for value in element_values(element)]

    def _native(self, value: Any, vr: Any) -> Any:
        if isinstance(value, Mapping):
            if value and all(group in _PN_GROUPS for group in value):
                return "=".join(str(value.get(group) or "") for group in _PN_GROUPS).rstrip("=")
            return self._item(value)
        if isinstance(value, str):
            number = values.integer(value) if vr == "IS" else values.decimal(value) if vr == "DS" else None
            if number is not None:
                return number if isinstance(number, int) else float(number)
            return values.text(value) or ""
        return value

    def _item(self, raw: Mapping[str, Any]) -> DicomJsonProxy:
        item = DicomJsonProxy(raw, self._findings)
        item._noted = self._noted
        return item

    def get(self, name: str, default: Any = None) -> Any:
        """The first value of an attribute, or the default.

        >>> DicomJsonProxy({}).get("PatientID", "?")
        '?'
        """
        key = None if name.startswith("_") else tag_key(name)
        answers = self._all(key) if key else []
        return _answer(answers) if answers else default

    def get_list(self, name: str) -> list[Any]:
        """All values of an attribute; items of a sequence as proxies.

        >>> DicomJsonProxy({"00080008": {"vr": "CS", "Value": ["ORIGINAL", "PRIMARY"]}}).get_list("ImageType")
        ['ORIGINAL', 'PRIMARY']
        """
        key = tag_key(name)
        if key is None:
            raise AttributeError(f"Unknown DICOM keyword: {name}")
        return self._all(key)

    def non_empty(self, name: str) -> bool:
        """Whether an attribute says something.

        >>> DicomJsonProxy({"00100020": {"vr": "LO", "Value": [" "]}}).non_empty("PatientID")
        False
        """
        return name in self

    # -- typed questions, for the builders ---------------------------------------------------------------------------

    def raw_values(self, keyword: str) -> list[Any]:
        """The raw values of an attribute, blank ones left out.

        >>> DicomJsonProxy({"00080060": {"vr": "CS", "Value": ["CT "]}}).raw_values("Modality")
        ['CT ']
        """
        key = tag_key(keyword)
        return element_values(self._raw.get(key)) if key else []

    def values_in_place(self, keyword: str) -> list[Any]:
        """The raw values of an attribute with the blank ones, which keep the places of two lists that belong together.

        >>> DicomJsonProxy({"00181201": {"vr": "TM", "Value": [None, "10"]}}).values_in_place("TimeOfLastCalibration")
        [None, '10']
        """
        element = self._raw.get(tag_key(keyword) or "")
        return _listed(element) if isinstance(element, Mapping) else []

    def text(self, keyword: str) -> str | None:
        """The first value as a string without padding.

        >>> DicomJsonProxy({"00080060": {"vr": "CS", "Value": ["CT "]}}).text("Modality")
        'CT'
        """
        return next(iter(self.texts(keyword)), None)

    def texts(self, keyword: str) -> list[str]:
        """All values as strings without padding.

        >>> DicomJsonProxy({"00181020": {"vr": "LO", "Value": ["1.0", None, "2.0 "]}}).texts("SoftwareVersions")
        ['1.0', '2.0']
        """
        raw_values = self.raw_values(keyword)
        texts = [text for text in map(values.text, raw_values) if text]
        if raw_values and not texts:
            self.note(problems.NOT_TEXT, keyword)
        return texts

    def decimal(self, keyword: str) -> Decimal | None:
        """The first value as a number.

        >>> DicomJsonProxy({"00101030": {"vr": "DS", "Value": ["70.50"]}}).decimal("PatientWeight")
        Decimal('70.50')
        """
        return self._usable(keyword, values.decimal, problems.NOT_A_NUMBER)

    def unsigned(self, keyword: str) -> int | None:
        """The first value as a whole number from 0 to 2147483647.

        >>> DicomJsonProxy({"00200011": {"vr": "IS", "Value": ["-1"]}}).unsigned("SeriesNumber") is None
        True
        """
        return self._usable(keyword, values.unsigned, problems.NOT_AN_UNSIGNED)

    def date(self, keyword: str) -> str | None:
        """The first value as a FHIR date.

        >>> DicomJsonProxy({"00100030": {"vr": "DA", "Value": ["19760131"]}}).date("PatientBirthDate")
        '1976-01-31'
        """
        return self._usable(keyword, values.date, problems.NOT_A_DATE)

    def uid(self, keyword: str) -> str | None:
        """The first value as a UID."""
        return self._usable(keyword, values.uid, problems.NOT_A_UID)

    def item(self, raw: Any) -> DicomJsonProxy:
        """The view of one raw item of a sequence; an empty one of what is no item."""
        return self._item(raw if isinstance(raw, Mapping) else {})

    def items(self, keyword: str) -> list[DicomJsonProxy]:
        """The items of a sequence.

        >>> DicomJsonProxy({"00081032": {"vr": "SQ", "Value": [{}, {"00080100": {}}]}}).items("ProcedureCodeSequence")
        [<DicomJsonProxy: 1 elements>]
        """
        raw_values = self.raw_values(keyword)
        items = [self._item(value) for value in raw_values if isinstance(value, Mapping)]
        if raw_values and not items:
            self.note(problems.NOT_A_SEQUENCE, keyword)
        return items

    def names(self, keyword: str) -> list[dict[str, values.PersonName]]:
        """The persons' names, each by its way of writing.

        >>> proxy = DicomJsonProxy({"00081070": {"vr": "PN", "Value": [{"Alphabetic": "Doe"}, {}]}})
        >>> [name["Alphabetic"].family for name in proxy.names("OperatorsName")]
        ['Doe']
        """
        raw_values = [value for value in self.raw_values(keyword) if not values.is_nobody(value)]
        names = [name for name in map(values.person_name, raw_values) if name]
        if len(names) < len(raw_values):
            self.note(problems.NOT_A_NAME, keyword)
        return names

    def date_time(self, day: str, clock: str, zone: Any) -> str | None:
        """Two attributes as a FHIR dateTime, in the data set's own zone or else the given one.

        >>> proxy = DicomJsonProxy({"00080020": {"vr": "DA", "Value": ["20240115"]}, "00080030": {"vr": "TM", "Value": ["10"]}})
        >>> proxy.date_time("StudyDate", "StudyTime", "+01:00")
        '2024-01-15T10:00:00+01:00'
        """
        self.date(day)
        time = self._usable(clock, values.time, problems.NOT_A_TIME)
        return values.date_time(self.text(day), time, self.zone(zone))

    def zone(self, default: Any) -> Any:
        """The data set's own offset from UTC, or the default.

        >>> DicomJsonProxy({"00080201": {"vr": "SH", "Value": ["-0500"]}}).zone("+01:00")
        '-05:00'
        """
        return self._usable("TimezoneOffsetFromUTC", values.offset, problems.NOT_AN_OFFSET) or default

    def _usable(self, keyword: str, read: Callable[[Any], _Value | None], problem: Problem) -> _Value | None:
        for value in self.raw_values(keyword):
            usable = read(value)
            if usable is None:
                self.note(problem, keyword)
            return usable
        return None

    def note(self, problem: Problem, keyword: str | None = None) -> None:
        """Note a problem of this data set, once however often it is asked, when somebody collects findings."""
        what = (self._place, problem.code, keyword)
        if self._findings is not None and what not in self._noted:
            self._noted.add(what)
            self._findings.note(problem, keyword=keyword)
