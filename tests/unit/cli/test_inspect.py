"""``dicom2fhir inspect``, end to end."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Run = Any
Make = Any

IDENTITIES = [
    "SECRET-1",
    "Secret^Sally",
    "1970-01-31",
    "1.2.826.0.1.3680043.10.511.3.1",
    "Secret thorax",
    "letter.txt",
]


@pytest.fixture
def mixed(scans: Path, an_instance: Make, write_file: Make) -> Path:
    """Two patients; one of the studies disagrees with itself, and a file is none of DICOM."""
    write_file(an_instance(2, 1, 9, PatientID="SECRET-9", InstanceNumber="-1"), scans / "odd.dcm")
    (scans / "letter.txt").write_text("Dear Mrs Secret")
    return scans


def test_the_tree_shows_patients_studies_series_and_counts(mixed: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("inspect", mixed)
    assert result.code == 3
    lines = result.out.splitlines()
    assert lines[0] == "2 patients, 2 studies, 4 series, 9 instances"
    assert lines[2] == "patient 1"
    assert lines[3].startswith("└─ 2024-02-07  CT, MR  2 series, 4 instances  ImagingStudy ")
    assert lines[4] == "   ├─   1  CT   2 instances"
    assert lines[5] == "   └─   2  MR   2 instances"
    assert any("! conflict: PatientID (0010,0020)" in line for line in lines)
    assert any("! bad-value: InstanceNumber (0020,0013)" in line for line in lines)
    assert "would be skipped: 1 not-dicom  (--identities names them)" in lines


def test_no_patient_is_named_unless_asked_for(mixed: Path, dicom2fhir: Run) -> None:
    plain = dicom2fhir("inspect", mixed, "--html", "plain.html")
    named = dicom2fhir("inspect", mixed, "--html", "named.html", "--identities")
    for secret in IDENTITIES:
        assert secret in named.out
        assert secret in Path("named.html").read_text()
    for text in (plain.out, plain.err, Path("plain.html").read_text()):
        assert "secret" not in text.lower()
        assert "1970" not in text
        assert "letter.txt" not in text
        assert "1.2.826" not in text


def without_and_with_identities(dicom2fhir: Run, *sources: str) -> tuple[Any, str, Any, str]:
    """What is printed of some sources, and their page, without identities and with them."""
    plain = dicom2fhir("inspect", *sources, "--html", "plain.html")
    named = dicom2fhir("inspect", *sources, "--html", "named.html", "--identities")
    return plain, Path("plain.html").read_text(), named, Path("named.html").read_text()


def test_a_body_site_without_a_code_is_free_text_and_shown_with_the_identities_only(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    write_file(an_instance(1, 1, BodyPartExamined="CHEST"), here / "IM1")
    write_file(an_instance(1, 2, BodyPartExamined="KNEE SALLY"), here / "IM2")
    plain, plain_page, named, named_page = without_and_with_identities(dicom2fhir, "IM1", "IM2")
    assert "├─   1  CT   1 instance  Chest" in plain.out
    assert "└─   2  MR   1 instance  uncoded" in plain.out
    assert "└─   2  MR   1 instance  KNEE SALLY" in named.out
    assert "<td>Chest</td>" in plain_page
    assert "<td>uncoded</td>" in plain_page
    assert "<td>KNEE SALLY</td>" in named_page
    assert "SALLY" not in (plain.out + plain.err + plain_page).upper()


def test_a_modality_without_a_code_is_free_text_and_shown_with_the_identities_only(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    write_file(an_instance(1, 1, Modality="CT SALLY"), here / "IM1")
    write_file(an_instance(1, 2), here / "IM2")
    plain, plain_page, named, named_page = without_and_with_identities(dicom2fhir, "IM1", "IM2")
    assert "uncoded, MR  2 series, 2 instances" in plain.out
    assert "├─   1  uncoded  1 instance" in plain.out
    assert "├─   1  CT SALLY  1 instance" in named.out
    assert "<td>uncoded</td>" in plain_page
    assert "<td>CT SALLY</td>" in named_page
    assert "SALLY" not in (plain.out + plain.err + plain_page).upper()


def test_a_skipped_instance_is_named_by_its_file_as_a_skipped_file_is(
    scans: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    (scans / "letter.txt").write_text("Dear Mrs Secret")
    write_file(an_instance(3, SeriesInstanceUID=""), scans / "SALLY" / "IM1")
    plain, plain_page, named, named_page = without_and_with_identities(dicom2fhir, "scans")
    lines = named.out.splitlines()
    assert "would be skipped: 1 not-dicom, 1 SeriesInstanceUID missing or not a UID" in lines
    assert "  scans/letter.txt: not-dicom" in lines
    assert "  scans/SALLY/IM1: SeriesInstanceUID missing or not a UID" in lines
    assert "<td><code>scans/letter.txt</code></td><td>not-dicom</td>" in named_page
    assert (
        "<td><code>scans/SALLY/IM1</code></td><td>SeriesInstanceUID missing or not a UID</td>" in named_page
    )
    assert "SALLY" not in (plain.out + plain.err + plain_page)


def test_several_studies_of_a_patient_hang_below_him_in_the_order_of_time(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    for study, day in ((1, "20240301"), (2, "20230301"), (3, "")):
        write_file(an_instance(study, PatientID="P1", StudyDate=day), here / f"IM{study}")
    result = dicom2fhir("inspect", "IM1", "IM2", "IM3")
    assert result.code == 0
    days = [line[3:13].strip() for line in result.out.splitlines() if line[:1] in "├└"]
    assert [day for day in days if day] == ["2023-03-01", "2024-03-01", "no date  C"]


def test_all_that_can_be_converted_is_exit_code_zero(scans: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("inspect", scans)
    assert result.code == 0
    assert "nothing would be skipped" in result.out


def test_a_folder_without_dicom_is_told(here: Path, dicom2fhir: Run) -> None:
    (here / "empty").mkdir()
    result = dicom2fhir("inspect", "empty", "--html", "page.html")
    assert result.code == 1
    assert "no DICOM instance was found in 'empty'" in result.err
    assert "No DICOM instance was found." in Path("page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no such file or folder"),
        (["scans", "--html", "nowhere/page.html"], "cannot write 'nowhere/page.html'"),
        (["scans", "--identies"], "did you mean '--identities'?"),
    ],
)
def test_a_wrong_use_is_told_with_what_would_do(
    scans: Path, dicom2fhir: Run, arguments: list[str], message: str
) -> None:
    del scans
    result = dicom2fhir("inspect", *arguments)
    assert result.code == 2
    assert message in result.err


def test_the_configuration_filters_what_is_shown(scans: Path, dicom2fhir: Run) -> None:
    Path("config.json").write_text('{"include_modalities": ["MR"], "patient_policy": "reference_only"}')
    result = dicom2fhir("inspect", scans, "--config", "config.json", "--timezone", "+01:00")
    assert result.out.startswith("2 patients, 2 studies, 2 series, 4 instances")
    assert "2024-02-07T10:30:15+01:00" in result.out


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, and whether they are closed."""

    VOID = ("meta", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(mixed: Path, dicom2fhir: Run) -> None:
    dicom2fhir("inspect", mixed, "--html", "page.html", "--identities")
    text = Path("page.html").read_text()
    page = Page(text)
    assert page.open == []
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "a"}
    assert not re.search(r"https?:|url\(|@import|src=|href=", text)
    policy = [
        attributes["content"] for tag, attributes in page.tags if tag == "meta" and "http-equiv" in attributes
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_has_charts_that_can_be_read_aloud_and_tables_beside_them(
    mixed: Path, dicom2fhir: Run
) -> None:
    dicom2fhir("inspect", mixed, "--html", "page.html")
    page = Page(Path("page.html").read_text())
    labels = [attributes["aria-label"] or "" for tag, attributes in page.tags if tag == "svg"]
    assert any(label.startswith("Instances by modality: CT, 5 instances, 2 series") for label in labels)
    assert any("conflict, " in label for label in labels)
    assert any(label.startswith("Studies over time: ") for label in labels)
    assert sum(tag == "table" for tag, _ in page.tags) >= 4
    assert ("html", {"lang": "en"}) in page.tags
    assert any(attributes.get("name") == "viewport" for tag, attributes in page.tags if tag == "meta")


def test_nothing_in_a_data_set_becomes_markup(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    keywords = {
        "PatientName": evil,
        "PatientID": evil,
        "StudyDescription": evil,
        "SeriesDescription": evil,
        "BodyPartExamined": "<IMG SRC=X>",
        "Modality": "<B>",
    }
    write_file(an_instance(1, **keywords), here / "IM1")
    (here / "<script>.txt").write_text("Dear Mrs Secret")
    dicom2fhir("inspect", "IM1", "<script>.txt", "--html", "page.html", "--identities")
    text = Path("page.html").read_text()
    assert "<img" not in text.lower()
    assert "<script" not in text
    assert "<b>" not in text.split("<h2>Patients")[1].lower()
    assert Page(text).open == []


def test_a_name_cannot_steer_the_terminal(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    write_file(an_instance(1), here / "IM1")
    (here / "a\x1b[2Jb.txt").write_text("Dear Mrs Secret")
    assert "\x1b" not in dicom2fhir("inspect", "IM1", here / "a\x1b[2Jb.txt", "--identities").out


def test_a_page_of_many_studies_shows_them_folded_up(
    here: Path, dicom2fhir: Run, an_instance: Make, write_file: Make
) -> None:
    for study in range(1, 26):
        write_file(an_instance(study), here / "scans" / f"IM{study}")
    dicom2fhir("inspect", "scans", "--html", "page.html")
    assert "<details open>" not in Path("page.html").read_text()
