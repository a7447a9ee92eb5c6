"""The user's own body sites: mapping, JSON, CSV and function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.body_sites import body_sites
from dicom2fhir.config import ConvertConfig
from dicom2fhir.errors import ConfigError
from dicom2fhir.terminology import SCT, Term
from tests.factories import an_instance, at, converted, the

if TYPE_CHECKING:
    from pathlib import Path

RIB = Term(SCT, "113197003", "Rib")


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("113197003", Term(SCT, "113197003", "RIBS")),
        (("113197003", "Rib"), RIB),
        (["urn:own", "R", "Rib"], Term("urn:own", "R", "Rib")),
        ((None, "113197003", "Rib"), RIB),
        ({"code": "113197003", "display": "Rib"}, RIB),
        ({"system": "urn:own", "code": "R"}, Term("urn:own", "R", "RIBS")),
        (RIB, RIB),
        (None, None),
    ],
)
def test_a_site_is_written_as_a_code_a_tuple_or_a_mapping(value: Any, right: Term | None) -> None:
    assert body_sites(ConvertConfig(body_sites={"ribs ": value}))("RIBS") == right
    assert body_sites(ConvertConfig(body_sites=lambda _term: value))("RIBS") == right


@pytest.mark.parametrize("value", ["", (), ("a", "b", "c", "d"), {"display": "Rib"}, 7, ("", "Rib")])
def test_a_site_without_a_code_is_a_mistake_that_is_told_at_once(value: Any) -> None:
    with pytest.raises(ConfigError, match="body_sites: expected a code"):
        body_sites(ConvertConfig(body_sites={"RIBS": value}))


def test_the_built_in_table_stands_behind_unless_it_is_replaced() -> None:
    own = {"RIBS": ("113197003", "Rib")}
    assert body_sites(ConvertConfig(body_sites=own))("CHEST") == Term(SCT, "43799004", "Chest")
    assert body_sites(ConvertConfig(body_sites=own, body_sites_replace=True))("CHEST") is None


def test_sites_are_read_from_json(tmp_path: Path) -> None:
    path = tmp_path / "sites.JSON"
    path.write_text(json.dumps({"ribs": ["113197003", "Rib"]}), "utf-8")
    assert body_sites(ConvertConfig(body_sites=path))("RIBS") == RIB
    assert body_sites(ConvertConfig(body_sites=str(path)))("RIBS") == RIB


@pytest.mark.parametrize(
    "content",
    [
        "term,code,display\nRIBS,113197003,Rib\nNONE,,nothing\n",
        "\ufeffTerm , SCT_Code,Meaning,system\nribs,113197003,Rib,\n",
        "dicom,code,display,other\nRIBS,113197003,Rib,x\n",
    ],
)
def test_sites_are_read_from_csv_by_the_names_of_its_columns(content: str, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(content, "utf-8")
    ask = body_sites(ConvertConfig(body_sites=path, body_sites_replace=True))
    assert ask("RIBS") == RIB
    assert ask("NONE") is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sites.csv", b"part,number\nRIBS,1\n", "needs the columns term and code"),
        ("sites.csv", b"", "needs the columns term and code"),
        ("sites.csv", b"\xff\xfe", "cannot be read: UnicodeDecodeError"),
        ("sites.json", b"{", "is not JSON"),
        ("sites.json", b"[]", "holds no JSON object"),
    ],
)
def test_an_unusable_file_is_an_error_that_names_it(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        body_sites(ConvertConfig(body_sites=path))
    assert name in str(caught.value)


def test_a_missing_file_and_a_thing_that_is_no_table_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: FileNotFoundError"):
        body_sites(ConvertConfig(body_sites=tmp_path / "missing.csv"))
    with pytest.raises(ConfigError, match="expected a mapping, a file or a function, got int"):
        body_sites(ConvertConfig(body_sites=7))  # type: ignore[arg-type]  # that is the point


def test_a_function_is_asked_for_every_body_part() -> None:
    asked: list[str] = []

    def ask(term: str) -> tuple[str, str] | None:
        asked.append(term)
        return ("113197003", "Rib") if term == "RIBS" else None

    bundle = converted(an_instance(BodyPartExamined="RIBS"), body_sites=ask)
    assert at(the(bundle, "ImagingStudy"), "series[0].bodySite.code") == "113197003"
    assert asked == ["RIBS"]
