"""Findings: counted, ordered, and about nobody."""

from __future__ import annotations

from dicom2fhir import problems
from dicom2fhir.findings import Finding, Findings, Kind, Problem


def three() -> Findings:
    findings = Findings()
    findings.note(problems.INSTANCES_DISAGREE, keyword="StudyDate", study="s1")
    findings.note(problems.FILES["not-dicom"], source="b.txt")
    findings.note(problems.NOT_A_DATE, keyword="StudyDate", count=2)
    return findings


def test_findings_come_by_kind_whatever_order_they_were_noted_in() -> None:
    backwards = Findings()
    for finding in reversed(list(three())):
        backwards.note(
            finding.what,
            keyword=finding.keyword,
            study=finding.study,
            source=finding.source,
            count=finding.count,
        )
    assert list(backwards) == list(three())
    assert [finding.kind for finding in three()] == [Kind.SKIPPED_FILE, Kind.BAD_VALUE, Kind.CONFLICT]


def test_a_finding_says_its_keyword_its_tag_and_how_often_and_not_its_source() -> None:
    assert [str(finding) for finding in three()] == [
        "skipped-file: not-dicom",
        "bad-value: StudyDate (0008,0020): not a date, 2 times",
        "conflict: StudyDate (0008,0020): instances disagree; the first is said",
    ]
    assert "b.txt" not in repr(list(three()))


def test_a_keyword_that_is_not_mapped_has_no_tag() -> None:
    finding = Finding(problems.NOT_A_NUMBER, "PixelData")
    assert finding.tag is None
    assert str(finding) == "bad-value: PixelData: not a number"
    assert finding.to_dict() == {
        "kind": "bad-value",
        "code": "not-a-number",
        "problem": "not a number",
        "keyword": "PixelData",
        "count": 1,
    }


def test_a_finding_as_json_has_its_study_and_its_source() -> None:
    assert [finding.to_dict().keys() - {"kind", "code", "problem", "count"} for finding in three()] == [
        {"source"},
        {"keyword", "tag"},
        {"keyword", "tag", "study"},
    ]


def test_taking_over_names_the_study_of_those_that_name_none() -> None:
    taken = Findings()
    taken.update(three(), study="s2")
    assert [finding.study for finding in taken] == ["s2", "s2", "s1"]


def test_what_is_beyond_is_what_the_other_does_not_hold() -> None:
    more = three()
    more.note(problems.NOT_A_DATE, keyword="StudyDate")
    assert [(finding.keyword, finding.count) for finding in more.beyond(three())] == [("StudyDate", 1)]
    assert not three().beyond(more)
    assert repr(more) == "Findings({'skipped-file': 1, 'bad-value': 3, 'conflict': 1})"


def test_findings_are_counted_by_their_codes() -> None:
    assert three().by_code() == {"instances-disagree": 1, "not-a-date": 2, "not-dicom": 1}


def catalogue() -> list[Problem]:
    named = [value for value in vars(problems).values() if isinstance(value, Problem)]
    return list({*named, *problems.FILES.values()})


def test_no_two_problems_have_one_code_and_every_kind_has_some() -> None:
    codes = [problem.code for problem in catalogue()]
    assert len(set(codes)) == len(codes)
    assert {problem.kind for problem in catalogue()} == set(Kind)
