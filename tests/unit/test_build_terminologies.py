from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.error import URLError

import pydicom
import pytest

import build_terminologies as build

ANNEX_L = """
<html><head><title>L Correspondence</title></head><body>
<p>DICOM PS3.16 2031c - Content Mapping Resource</p>
<table class="nav"><tr><td>Prev</td><td>Next</td></tr></table>
<div class="table"><p>Table L-1.</p><table>
<thead><tr valign="top">
 <th><p>Coding&nbsp;Scheme Designator</p></th><th><p>Code Value</p></th><th><p>Code Meaning</p></th>
 <th><p>Body Part Examined</p></th><th><p>SNOMED-RT ID</p></th>
</tr></thead>
<tbody>
<tr><td rowspan="2">SCT</td><td>818981001</td><td>Abdomen</td><td>ABDOMEN</td><td>T-D4000</td></tr>
<tr><td>70258002</td><td>Ankle&nbsp;joint</td><td>AN&#8203;KLE</td><td>T-15750</td></tr>
<tr><td>SRT</td><td>T-D3000</td><td>Chest<a href="#ftn.1"><sup>[1]</sup></a></td><td>CHEST</td><td></td></tr>
<tr><td>UMLS</td><td>C0934520</td><td>Fetal arm</td><td>FETALARM</td><td>&nbsp;</td></tr>
<tr><td>SCT</td><td>&nbsp;</td><td>Fetal leg</td><td>FETALLEG</td><td></td></tr>
<tr><td>SCT</td><td>nan</td><td>Fetal pole</td><td>FETALPOLE</td><td></td></tr>
<tr><td>SCT</td><td>362875007</td><td>Toe of right foot</td><td></td><td></td></tr>
<tr><td colspan="5">Note: terms may be used by others.</td></tr>
<tr><td>SCT</td></tr>
</tbody></table></div>
<table>
<tr><th>Coding Scheme Designator</th><th>Code Value</th><th>Code Meaning</th><th>Body Part Examined</th></tr>
<tr><td>SCT</td><td>43799004</td><td>Thorax of the animal</td><td>ABDOMEN</td></tr>
<tr><td>SCT</td><td>30315005</td><td>Small intestine</td><td>TAIL</td></tr>
</table>
</body></html>
"""

GROUP = """
<p>DICOM PS3.16 2031c - Content Mapping Resource</p><table>
<tr><th>Coding Scheme Designator</th><th>Code Value</th><th>Code Meaning</th><th>UMLS</th></tr>
{rows}</table>
"""


def page_of(cid: int, context: dict[tuple[str, str], str], include: int | None = None) -> str:
    """Write the page of a context group, with an optional row that includes another one."""
    cells = "".join(f"<tr><td>{s}</td><td>{c}</td><td>{m}</td><td/></tr>" for (s, c), m in context.items())
    line = f'<tr><td colspan="4">Include <a href="x">CID {include} "Other"</a></td></tr>' if include else ""
    return f"<!-- {cid} -->" + GROUP.format(rows=line + cells)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Copy the tables somewhere they may be changed."""
    return Path(shutil.copytree(build.TABLES, tmp_path / "tables"))


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Put the standard on a web of our own, filled from pydicom and the present body parts."""
    known = build.PydicomDictionaries(build.load(build.TABLES)["body_sites"])
    groups = {cid: known.context_group(cid) for cid in (18, 25, 29, 33, 84, 85, 4010, 4014, 4020, 4021)}
    pages = {f"sect_CID_{cid}.html": page_of(cid, context) for cid, context in groups.items()}
    only_33 = {concept: meaning for concept, meaning in groups[33].items() if concept not in groups[29]}
    pages["sect_CID_33.html"] = page_of(33, only_33, include=29)
    only_84 = {concept: meaning for concept, meaning in groups[84].items() if concept not in groups[85]}
    pages["sect_CID_84.html"] = page_of(84, only_84, include=85)
    body = "".join(
        f"<tr><td>SCT</td><td>{code or ''}</td><td>{meaning}</td><td>{term}</td></tr>"
        for term, (code, meaning) in known.body_parts().rows.items()
    )
    pages["chapter_L.html"] = GROUP.replace("UMLS", "Body Part Examined").format(rows=body)
    monkeypatch.setattr(build, "fetch", lambda url: pages[url.removeprefix(build.PART16)])
    return pages


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cut the network, and count who tries it."""
    tried: list[str] = []

    def fail(url: str) -> str:
        tried.append(url)
        raise URLError(url)

    monkeypatch.setattr(build, "fetch", fail)
    return tried


def edit(path: Path, key: str, row: object) -> None:
    """Change one row of a table, or take it out with None."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    if row is None:
        del entries[key]
    else:
        entries[key] = row
    path.write_text(json.dumps(entries), encoding="utf-8")


def built_with_this_pydicom() -> bool:
    return f"(pydicom {pydicom.__version__})" in build.load(build.TABLES)["snomed_from_srt"].note


# ------------------------------------------------------------------------------------- the tables we ship


@pytest.mark.skipif(not built_with_this_pydicom(), reason="the tables were built with another pydicom")
def test_the_tables_are_what_the_script_rebuilds_offline(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--check", "--offline"]) == 0, capsys.readouterr().out


def test_the_script_builds_every_table_there_is() -> None:
    present = build.load(build.TABLES)
    assert build.build_tables(build.PydicomDictionaries(present["body_sites"])).keys() == present.keys()


@pytest.mark.skipif(not built_with_this_pydicom(), reason="the tables were built with another pydicom")
def test_a_rebuild_into_an_empty_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    assert build.main(["--offline", "--output", str(tmp_path / "new")]) == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert written == {path.name: path.read_bytes() for path in build.TABLES.iterdir()}


def test_chest_is_pinned_to_the_code_that_is_stored_everywhere() -> None:
    assert build.PINNED_BODY_PARTS["CHEST"] == ["43799004", "Chest"]


# ------------------------------------------------------------------------------------------ reading pages


def test_annex_l_is_read_with_spans_footnotes_and_odd_blanks() -> None:
    rows = build.parse_body_parts(ANNEX_L)
    assert rows["ABDOMEN"] == ["818981001", "Abdomen"]
    assert rows["ANKLE"] == ["70258002", "Ankle joint"]
    assert rows["CHEST"] == ["51185008", "Chest"]


def test_a_body_part_without_a_snomed_code_keeps_its_meaning_only() -> None:
    rows = build.parse_body_parts(ANNEX_L)
    assert rows["FETALARM"] == [None, "Fetal arm"]
    assert rows["FETALLEG"] == [None, "Fetal leg"]
    assert rows["FETALPOLE"] == [None, "Fetal pole"]


def test_a_region_without_a_body_part_term_is_left_out() -> None:
    assert build.parse_body_parts(ANNEX_L).keys() == {
        "ABDOMEN",
        "ANKLE",
        "CHEST",
        "FETALARM",
        "FETALLEG",
        "FETALPOLE",
        "TAIL",
    }


def test_a_term_for_animals_does_not_replace_the_one_for_humans() -> None:
    rows = build.parse_body_parts(ANNEX_L)
    assert rows["ABDOMEN"][0] == "818981001"
    assert rows["TAIL"] == ["30315005", "Small intestine"]


def test_a_context_group_is_read_with_what_it_includes() -> None:
    context = {("SRT", "T-D3000"): "Chest", ("DCM", "CT"): "Computed Tomography", ("SNM3", "T-00000"): "Gone"}
    own, included = build.parse_context_group(page_of(33, context, include=29))
    assert own == {("SCT", "51185008"): "Chest", ("DCM", "CT"): "Computed Tomography"}
    assert included == [29]


def test_the_older_way_to_include_is_understood() -> None:
    page = GROUP.format(rows='<tr><td colspan="4">Include DCID (29)</td></tr>')
    assert build.parse_context_group(page) == ({}, [29])


def test_a_span_over_rows_and_columns_covers_both() -> None:
    reader = build.TableReader()
    reader.feed(
        '<table><tr><td rowspan="3" colspan="2">a</td><td>b</td></tr>'
        "<tr><td>c</td></tr><tr></tr><tr><td>d<td>e</tr></table>"
    )
    assert reader.tables == [[["a", "a", "b"], ["a", "a", "c"], ["a", "a"], ["d", "e"]]]


@pytest.mark.parametrize(
    "page", ["", "<table></table>", "<td>x</td>", "<table><td>x</td></table>", "<p>Not found"]
)
def test_a_page_without_the_table_has_no_rows(page: str) -> None:
    assert build.parse_body_parts(page) == {}
    assert build.parse_context_group(page) == ({}, [])


# ------------------------------------------------------------------------------------ online and offline


@pytest.mark.usefixtures("online")
def test_the_pages_of_the_standard_give_the_tables_and_their_edition(tables: Path) -> None:
    assert build.main(["--check", "--output", str(tables)]) == 0
    assert build.main(["--output", str(tables / "new")]) == 0
    notes = {name: table.note for name, table in build.load(tables / "new").items()}
    assert all("(edition 2031c)" in text for name, text in notes.items() if name != "snomed_from_srt")
    assert "(pydicom " in notes["snomed_from_srt"]


def test_a_code_that_the_standard_changed_is_shown_and_written(
    online: dict[str, str], tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    online["chapter_L.html"] = online["chapter_L.html"].replace("<td>69536005</td>", "<td>302548004</td>")
    assert build.main(["--output", str(tables)]) == 0
    assert "body_sites: 322 rows, 0 added, 0 removed, 1 changed" in capsys.readouterr().out
    assert build.load(tables)["body_sites"].rows["HEAD"] == ["302548004", "Head"]


def test_chest_stays_when_the_standard_changes_it(online: dict[str, str], tables: Path) -> None:
    online["chapter_L.html"] = online["chapter_L.html"].replace("43799004", "816094009")
    assert build.main(["--output", str(tables)]) == 0
    rows = build.load(tables)["body_sites"].rows
    assert rows["CHEST"] == ["43799004", "Chest"]
    assert rows["THORAX"] == ["816094009", "Thorax"]


@pytest.mark.parametrize("name", ["chapter_L.html", "sect_CID_29.html"])
def test_a_page_that_is_not_understood_changes_nothing(
    name: str, online: dict[str, str], tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    online[name] = "<html>We moved.</html>"
    before = {path.name: path.read_bytes() for path in tables.iterdir()}
    assert build.main(["--output", str(tables)]) == 2
    assert name in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == before


@pytest.mark.usefixtures("online")
def test_what_the_standard_gave_is_not_taken_back_offline(
    tables: Path, online: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    online["sect_CID_29.html"] = online["sect_CID_29.html"].replace(
        "</table>", "<tr><td>DCM</td><td>NEW</td><td>New Scanner</td><td/></tr></table>"
    )
    assert build.main(["--output", str(tables)]) == 0
    assert build.main(["--check", "--offline", "--output", str(tables)]) == 0
    assert "modalities: kept" in capsys.readouterr().out
    assert build.load(tables)["modalities"].rows["NEW"] == ["New Scanner", "acquisition"]


def test_without_the_network_the_script_says_so_and_goes_on(
    unreachable: list[str], tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["--output", str(tables)]) == 0
    assert len(unreachable) == 1
    assert "dicom.nema.org cannot be reached" in capsys.readouterr().err


def test_offline_nobody_asks_the_network(unreachable: list[str], tables: Path) -> None:
    assert build.main(["--offline", "--output", str(tables)]) == 0
    assert unreachable == []


def test_fetch_reads_a_page_as_utf_8(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>\u00c5ngstr\u00f6m</p>", encoding="utf-8")
    assert build.fetch(page.as_uri()) == "<p>\u00c5ngstr\u00f6m</p>"


# ------------------------------------------------------------------------------------------- the command


def test_check_exits_1_and_writes_nothing_when_a_table_was_edited(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(tables / "modalities.json", "CT", ["Cat Scan", "acquisition"])
    edit(tables / "modalities.json", "XX", ["Invented", "other"])
    edit(tables / "modalities.json", "MR", None)
    before = (tables / "modalities.json").read_bytes()
    assert build.main(["--check", "--offline", "--output", str(tables)]) == 1
    printed = capsys.readouterr().out
    assert "modalities: 74 rows, 1 added, 1 removed, 1 changed" in printed
    assert re.search(
        r"^  \+ MR: .*^  - XX: .*^  ~ CT: .*Cat Scan.* -> .*Computed Tomography",
        printed,
        re.MULTILINE | re.DOTALL,
    )
    assert (tables / "modalities.json").read_bytes() == before


def test_check_exits_1_when_a_table_is_missing_or_nobody_builds_it(tables: Path) -> None:
    (tables / "pet_units.json").rename(tables / "pet_unit.json")
    assert build.main(["--check", "--offline", "--output", str(tables)]) == 1
    (tables / "pet_unit.json").rename(tables / "pet_units.json")
    assert build.main(["--check", "--offline", "--output", str(tables)]) == 0
    (tables / "extra.json").write_text("{}", encoding="utf-8")
    assert build.main(["--check", "--offline", "--output", str(tables)]) == 1


def test_a_long_list_of_changes_is_cut(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "modalities.json").unlink()
    assert build.main(["--offline", "--output", str(tables)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("  ...") == 1
    assert sum(line.startswith("  + ") for line in lines) == build.SHOWN


@pytest.mark.parametrize("code", ["", "nan", "null", "None", " ", "C0934520"])
def test_a_csv_row_without_a_real_code_becomes_no_code(code: str, tables: Path, tmp_path: Path) -> None:
    source = tmp_path / "parts.csv"
    source.write_text(
        f'body_part_examined,sct_code,meaning\nFETALARM,{code},"Fetal, arm"\n', encoding="utf-8"
    )
    assert build.main(["--offline", "--body-parts", str(source), "--output", str(tables)]) == 0
    table = build.load(tables)["body_sites"]
    assert table.rows == {"FETALARM": [None, "Fetal, arm"], "CHEST": ["43799004", "Chest"]}
    assert "(parts.csv)" in table.note


@pytest.mark.usefixtures("online")
def test_a_csv_given_online_replaces_annex_l(tables: Path, tmp_path: Path) -> None:
    source = tmp_path / "parts.csv"
    source.write_text("body_part_examined,sct_code,meaning\nHEAD,69536005,Head\n", encoding="utf-8")
    assert build.main(["--body-parts", str(source), "--output", str(tables)]) == 0
    assert build.load(tables)["body_sites"].rows.keys() == {"HEAD", "CHEST"}


@pytest.mark.parametrize("text", ["", "term,code\nHEAD,1\n"])
def test_a_csv_with_other_columns_is_refused(
    text: str, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "parts.csv"
    source.write_text(text, encoding="utf-8")
    assert build.main(["--offline", "--body-parts", str(source), "--output", str(tables)]) == 2
    assert "cannot rebuild" in capsys.readouterr().err


def test_a_missing_csv_is_refused(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--offline", "--body-parts", "no.csv", "--output", str(tables)]) == 2
    assert "no.csv" in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        build.main(["--help"])
    printed = capsys.readouterr().out
    assert all(
        option in printed for option in ("--check", "--offline", "--body-parts", "--output", "Exit status")
    )
