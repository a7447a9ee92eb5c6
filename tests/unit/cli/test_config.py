"""``dicom2fhir config``, end to end."""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from dicom2fhir.cli import config_files
from dicom2fhir.cli.configuring import EXAMPLES, descriptions
from dicom2fhir.config import OPTIONS, ConvertConfig

if TYPE_CHECKING:
    from pathlib import Path

Run = Any


class _Version(NamedTuple):
    major: int
    minor: int


needs_toml = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the standard library reads TOML since 3.11"
)


def uncommented(text: str) -> str:
    """An example in which every option that is commented out is set."""
    return re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)


def test_every_option_is_described_and_the_empty_ones_have_an_example() -> None:
    assert all(descriptions().values())
    empty = {
        option.name
        for option in OPTIONS
        if not getattr(ConvertConfig(), option.field) and option.name != "id_function"
    }
    flags = {option.name for option in OPTIONS if isinstance(getattr(ConvertConfig(), option.field), bool)}
    assert EXAMPLES.keys() == empty - flags


@needs_toml
def test_the_toml_example_is_the_default_and_names_every_option(here: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("config", "--example")
    assert result.code == 0
    (here / "config.toml").write_text(result.out)
    assert dicom2fhir("config", "--check", "config.toml").code == 0
    assert ConvertConfig.of(config_files.read_settings(here / "config.toml")) == ConvertConfig()
    for option in OPTIONS:
        if option.name != "id_function":
            assert re.search(rf"^(# )?{option.name.rpartition('.')[2]} = ", result.out, flags=re.MULTILINE)


@needs_toml
def test_what_the_toml_example_suggests_can_be_used(here: Path, dicom2fhir: Run) -> None:
    text = uncommented(dicom2fhir("config", "--example").out)
    (here / "config.toml").write_text(
        re.sub(r"^(\w+ = ).*# such as (.*)$", r"\1\2", text, flags=re.MULTILINE)
    )
    (here / "body_sites.csv").write_text("term,code\nRIBS,113197003\n")
    result = dicom2fhir("config", "--check", "config.toml")
    assert result.out == "'config.toml': every option is known and usable\n"
    config = ConvertConfig.of(config_files.read_settings(here / "config.toml"))
    assert config.profile == "mii"
    assert config.include_modalities == {"CT", "MR"}
    assert config.body_sites == str(here / "body_sites.csv")


def test_the_json_example_is_the_default(here: Path, dicom2fhir: Run) -> None:
    result = dicom2fhir("config", "--example", "--json")
    (here / "config.json").write_text(result.out)
    assert ConvertConfig.of(json.loads(result.out)) == ConvertConfig()
    assert dicom2fhir("config", "--check", "config.json").code == 0


def test_a_check_tells_everything_that_is_wrong(here: Path, dicom2fhir: Run) -> None:
    given = {
        "dicom_timezon": "UTC",
        "patient_policy": "maybe",
        "fhir_base_url": "nowhere",
        "generator": {
            "imaging_study": {"add_instancse": True},
            "observation": {"add_vital_signs": "perhaps"},
        },
        "id_function": "a string",
    }
    (here / "config.json").write_text(json.dumps(given))
    result = dicom2fhir("config", "--check", "config.json")
    assert result.code == 2
    for part in (
        "unknown option 'dicom_timezon' is ignored; did you mean 'dicom_timezone'?",
        "patient_policy: 'maybe' is unknown; known: put, create_if_none_exist, reference_only",
        "fhir_base_url: 'nowhere' is not an http(s) address",
        "unknown option 'generator.imaging_study.add_instancse' is ignored; did you mean 'generator.imaging_study.add_instance",
        "generator.observation.add_vital_signs: expected true or false",
        "id_function: expected a function",
        "6 to put right",
    ):
        assert part in result.out


def test_what_looks_doubtful_alone_is_not_doubted_beside_what_makes_it_right(
    here: Path, dicom2fhir: Run
) -> None:
    ours = {"patient_policy": "reference_only", "patient_id_system": "urn:oid:1.2.3"}
    (here / "config.json").write_text(json.dumps(ours))
    assert dicom2fhir("config", "--check", "config.json").code == 0
    (here / "config.json").write_text(json.dumps({**ours, "patient_id_system": "mrn"}))
    result = dicom2fhir("config", "--check", "config.json")
    assert "patient_id_system: 'mrn' is not an absolute URI" in result.out
    assert "set patient_id_system to a URI of your own" in result.out
    assert "2 to put right" in result.out


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("config.json", "{", "'config.json': is not JSON: Expecting property name"),
        ("config.json", "[]", "'config.json': a configuration is an object"),
        ("config.yaml", "a: b", "a configuration is a .toml or a .json file"),
        pytest.param("config.toml", "a b", "'config.toml': is not TOML", marks=needs_toml),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    here: Path, dicom2fhir: Run, name: str, text: str, message: str
) -> None:
    (here / name).write_text(text)
    result = dicom2fhir("config", "--check", name)
    assert result.code == 2
    assert message in result.err


def test_a_file_that_is_not_there_is_told(here: Path, dicom2fhir: Run) -> None:
    del here
    result = dicom2fhir("config", "--check", "nowhere.json")
    assert result.code == 2
    assert "'nowhere.json': cannot be read: No such file or directory" in result.err


def test_an_old_python_says_that_it_reads_no_toml(
    here: Path, dicom2fhir: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "config.toml").write_text("")

    monkeypatch.setattr(config_files, "sys", SimpleNamespace(version_info=_Version(3, 10)))
    result = dicom2fhir("config", "--check", "config.toml")
    assert result.code == 2
    assert "takes Python 3.11 or newer, and this is 3.10; write it as JSON" in result.err


def test_one_must_say_what_to_do(dicom2fhir: Run) -> None:
    result = dicom2fhir("config")
    assert result.code == 2
    assert "one of the arguments --example --check is required" in result.err
