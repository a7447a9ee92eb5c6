"""``dicom2fhir validate``, end to end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

Run = Any
PATIENT = {"resourceType": "Patient", "id": "7"}


def a_bundle(*resources: Any) -> str:
    return json.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {"resource": resource, "request": {"method": "PUT", "url": f"Patient/{place}"}}
                for place, resource in enumerate(resources)
            ],
        }
    )


def test_what_the_command_converts_is_valid(scans: Path, dicom2fhir: Run) -> None:
    dicom2fhir("convert", scans, "-o", "bundle.json", "--instances")
    dicom2fhir("convert", scans, "-o", "bundles.ndjson", "--profile", "mii")
    result = dicom2fhir("validate", "bundle.json", "bundles.ndjson")
    assert result.code == 0
    assert result.out == "3 bundles: all valid\n"


def test_each_error_is_told_with_its_path_and_without_its_value(here: Path, dicom2fhir: Run) -> None:
    bad = {
        "resourceType": "Patient",
        "id": "no SECRET id!",
        "birthDate": "SECRET",
        "name": [{"given": ["ok", 5]}],
        "gender": {"text": "SECRET"},
        "unheardOf": "SECRET",
    }
    (here / "bundle.json").write_text(a_bundle(PATIENT, bad))
    result = dicom2fhir("validate", "bundle.json")
    assert result.code == 1
    paths = {line.split(": ")[1] for line in result.out.splitlines()[:-1]}
    assert paths == {
        "$.entry[1].resource.id",
        "$.entry[1].resource.birthDate",
        "$.entry[1].resource.name[0].given[1]",
        "$.entry[1].resource.gender",
        "$.entry[1].resource.unheardOf",
    }
    assert "SECRET" not in result.out + result.err
    assert result.out.splitlines()[-1] == "1 bundle: 5 errors in 1 of them"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "$: a Bundle is a JSON object"),
        ('{"resourceType": "Patient"}', "$.resourceType: a Bundle was expected"),
        (a_bundle({"id": "7"}), "$.entry[0].resource.resourceType: is missing"),
        (
            a_bundle({"resourceType": "SECRET"}),
            "$.entry[0].resource.resourceType: is not a type of resource of FHIR R4B",
        ),
        (a_bundle({"resourceType": 7}), "$.entry[0].resource.resourceType: is missing"),
        (a_bundle({"resourceType": "HumanName"}), "$.entry[0].resource.resourceType: is not a type"),
        (
            a_bundle({"resourceType": "Patient", "contained": [PATIENT, {"resourceType": "SECRET"}]}),
            "$.entry[0].resource.contained[1].resourceType: is not a type",
        ),
        ('{"resourceType": "Bundle", "type": "transaction", "entry": ["SECRET"]}', "$.entry[0]: "),
        ('{"resourceType": "Bundle"', "line 1, column 26: is not JSON"),
        ("[" * 100_000, "$: is nested too deeply"),
        ("Dear Mrs SECRET", "line 1, column 1: is not JSON"),
        ("", "line 1, column 1: is not JSON"),
    ],
)
def test_what_is_no_bundle_is_told(here: Path, dicom2fhir: Run, text: str, message: str) -> None:
    (here / "bundle.json").write_text(text)
    result = dicom2fhir("validate", "bundle.json")
    assert result.code == 1
    assert result.out.startswith(f"bundle.json: {message}")
    assert "SECRET" not in result.out + result.err


def test_a_line_is_named_by_its_number(here: Path, dicom2fhir: Run) -> None:
    (here / "in.ndjson").write_text("\n".join([a_bundle(PATIENT), "", a_bundle({"resourceType": "Nothing"})]))
    result = dicom2fhir("validate", "in.ndjson")
    assert result.code == 1
    assert result.out.startswith("in.ndjson:3: $.entry[0].resource")
    assert result.out.endswith("2 bundles: 1 error in 1 of them\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json"], "'nowhere.json': there is no such file"),
        (["."], "'.': there is no such file"),
        (["empty.ndjson"], "there is no Bundle in what was named"),
        (["latin.json"], "'latin.json': is not UTF-8 text"),
        ([], "the following arguments are required: FILE"),
    ],
)
def test_a_wrong_use_is_told_with_what_would_do(
    here: Path, dicom2fhir: Run, arguments: list[str], message: str
) -> None:
    (here / "empty.ndjson").write_text("\n")
    (here / "latin.json").write_bytes(b"\xff\xfe")
    result = dicom2fhir("validate", *arguments)
    assert result.code == 2
    assert message in result.err
