"""The view of one data set: spelling, blanks, and each finding once."""

from __future__ import annotations

from collections import UserDict
from types import MappingProxyType
from typing import Any

import pytest

from dicom2fhir.dicom_json_proxy import DicomJsonProxy, element_values, first_text, normalized, tag_key
from dicom2fhir.findings import Findings
from tests.factories import an_item


def test_a_mapping_with_ordinary_keys_is_itself() -> None:
    ordinary = {"00080020": 1, "0020000D": 2}
    assert normalized(ordinary) is ordinary
    assert normalized({}) == {}


@pytest.mark.parametrize("key", ["0020000d", "(0020,000d)", "0020,000D", "(0020, 000D)", " 0020000D "])
def test_a_key_is_understood_in_every_spelling(key: str) -> None:
    proxy = DicomJsonProxy({key: {"vr": "UI", "Value": ["1.2"]}, "00080020": {"vr": "DA"}})
    assert proxy.StudyInstanceUID == "1.2"
    assert "StudyInstanceUID" in proxy
    assert "0020000D" in list(proxy)


def test_a_key_that_is_no_text_is_no_attribute() -> None:
    assert list(DicomJsonProxy({0x0020000D: 1, None: 2})) == ["2097165", "NONE"]  # type: ignore[dict-item]  # that is the point


@pytest.mark.parametrize(
    "kind", [dict, UserDict, MappingProxyType, lambda elements: DicomJsonProxy(elements).elements]
)
def test_any_mapping_is_a_data_set(kind: Any) -> None:
    assert DicomJsonProxy(kind({"00100020": {"vr": "LO", "Value": ["P1"]}})).PatientID == "P1"


@pytest.mark.parametrize(
    "element",
    [
        None,
        "text",
        7,
        [],
        {},
        {"vr": "LO"},
        {"vr": "LO", "Value": None},
        {"vr": "LO", "Value": []},
        {"vr": "LO", "Value": [None]},
        {"vr": "LO", "Value": [" \0\t\r\n"]},
        {"vr": "PN", "Value": [{}]},
        {"vr": "PN", "Value": [{"Alphabetic": "", "Ideographic": None}]},
        {"vr": "FD", "Value": [float("nan")]},
        {"vr": "SQ", "Value": [{}]},
        {"vr": "OB", "InlineBinary": "QQ=="},
        {"vr": "OB", "BulkDataURI": "https://pacs.example.org/1"},
    ],
)
def test_what_is_empty_is_absent(element: Any) -> None:
    proxy = DicomJsonProxy({"00100020": element})
    assert element_values(element) == []
    assert first_text(element) is None
    assert "PatientID" not in proxy
    assert not proxy.non_empty("PatientID")
    assert proxy.get("PatientID") is None
    assert proxy.get_list("PatientID") == []
    assert proxy.text("PatientID") is None


def test_what_is_there_and_empty_is_answered_none_and_what_is_not_there_is_an_error() -> None:
    proxy = DicomJsonProxy(an_item(KVP=None, ProcedureCodeSequence=[{}], AccessionNumber=" "))
    assert proxy.KVP is proxy.ProcedureCodeSequence is proxy.AccessionNumber is None
    assert proxy.get("KVP", "?") == "?"
    assert "KVP" not in proxy
    with pytest.raises(AttributeError, match="No such DICOM attribute: PatientID"):
        _ = proxy.PatientID
    with pytest.raises(KeyError):
        _ = proxy["KVP"]


@pytest.mark.parametrize("value", ["1.2.3", ("1.2.3",), ["1.2.3 "], [None, "1.2.3"], ["", "\x001.2.3"]])
def test_the_first_text_is_that_of_the_first_value_that_says_something(value: Any) -> None:
    assert first_text({"vr": "UI", "Value": value}) == "1.2.3"


@pytest.mark.parametrize(
    ("vr", "value", "right"),
    [
        ("IS", "007", 7),
        ("IS", "abc", "abc"),
        ("DS", "1.50", 1.5),
        ("DS", "1,5", "1,5"),
        ("DS", 1.5, 1.5),
        ("LO", "7 ", "7"),
        ("PN", {"Alphabetic": "A^B", "Phonetic": "C"}, "A^B==C"),
        ("PN", "A^B", "A^B"),
        ("US", 0, 0),
        ("CS", "\x01", ""),
    ],
)
def test_a_value_is_answered_as_python_has_it(vr: str, value: Any, right: Any) -> None:
    proxy = DicomJsonProxy({"00100020": {"vr": vr, "Value": [value]}})
    assert proxy.PatientID == right
    assert proxy["00100020"] == right
    assert proxy.get_list("PatientID") == [right]


def test_a_tag_may_be_a_number_and_nothing_else_is_a_tag() -> None:
    proxy = DicomJsonProxy({"00100020": {"vr": "LO", "Value": ["P1"]}})
    assert proxy[0x00100020] == proxy["(0010,0020)"] == "P1"
    assert True not in proxy
    assert 1.5 not in proxy
    with pytest.raises(KeyError):
        _ = proxy[True]
    with pytest.raises(AttributeError):
        proxy.get_list("NoSuchThing")


def test_a_keyword_that_is_not_mapped_is_found_in_the_dictionary() -> None:
    assert tag_key("RequestingService") == "00321033"
    assert tag_key("12345678") == "12345678"
    assert tag_key("1234567G") is None
    assert DicomJsonProxy({"00321033": {"vr": "LO", "Value": ["ER"]}}).RequestingService == "ER"


def test_a_name_with_an_underscore_is_no_keyword() -> None:
    with pytest.raises(AttributeError, match="Unknown DICOM keyword: _secret"):
        _ = DicomJsonProxy({})._secret


def test_items_are_views_too_and_what_is_no_item_is_passed_over() -> None:
    proxy = DicomJsonProxy(an_item(ProcedureCodeSequence=[an_item(CodeMeaning="CT"), "junk", None, {}]))
    assert [item.text("CodeMeaning") for item in proxy.items("ProcedureCodeSequence")] == ["CT"]
    assert [item.CodeMeaning for item in proxy["00081032"]] == ["CT"]


@pytest.mark.parametrize(
    ("keyword", "ask", "problem"),
    [
        ("StudyDate", "date", "not a date"),
        ("PatientWeight", "decimal", "not a number"),
        ("SeriesNumber", "unsigned", "not a number from 0 to 2147483647"),
        ("StudyInstanceUID", "uid", "not a UID"),
        ("StudyID", "text", "not text"),
        ("ProcedureCodeSequence", "items", "not a sequence"),
        ("OperatorsName", "names", "not a name"),
    ],
)
def test_a_bad_value_is_noted_once_however_often_it_is_asked_for(
    keyword: str, ask: str, problem: str
) -> None:
    findings = Findings()
    bad: Any = {"junk": 1} if ask == "text" else [7] if ask in {"items", "names"} else "junk junk"
    proxy = DicomJsonProxy(an_item(**{keyword: bad}), findings)
    for _ in range(3):
        assert not getattr(proxy, ask)(keyword)
    assert [(finding.keyword, finding.problem, finding.count) for finding in findings] == [
        (keyword, problem, 1)
    ]


def test_two_bad_items_are_noted_twice() -> None:
    findings = Findings()
    bad = [an_item(UniversalEntityID=[{"x": 1}]), an_item(UniversalEntityID=[{"x": 1}])]
    proxy = DicomJsonProxy(an_item(IssuerOfPatientIDQualifiersSequence=bad), findings)
    for _ in range(2):
        for item in proxy.items("IssuerOfPatientIDQualifiersSequence"):
            assert item.text("UniversalEntityID") is None
    assert [finding.count for finding in findings] == [2]


def test_values_in_place_keep_the_blank_ones() -> None:
    proxy = DicomJsonProxy(an_item(OperatorsName=["", "Doe"]))
    assert proxy.values_in_place("OperatorsName") == [{"Alphabetic": ""}, {"Alphabetic": "Doe"}]
    assert proxy.values_in_place("PatientID") == proxy.values_in_place("NoSuchThing") == []
    assert proxy.item("junk").elements == {}
