"""The help: it is complete, and what it shows works."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dicom2fhir.cli import help_texts, main
from dicom2fhir.cli.command_line import command_line

Run = Any
TREE = Path(__file__).parents[3]
PARSER, COMMANDS = command_line()
EXAMPLES = [
    line.strip().removeprefix("$ ")
    for epilog in [help_texts.EPILOG, *(command.examples for command in help_texts.COMMANDS.values())]
    for line in epilog.splitlines()
    if line.strip().startswith("$ ")
]


def test_each_command_has_examples() -> None:
    for name, command in help_texts.COMMANDS.items():
        assert f"$ dicom2fhir {name} " in command.examples or f"| dicom2fhir {name}" in command.examples
    assert len(EXAMPLES) > 12


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are for a POSIX shell")
def test_every_example_runs(scans: Path, an_instance: Any, write_file: Any) -> None:
    folder = scans.parent
    write_file(an_instance(3), folder / "more" / "IM0001.dcm")
    lines = json.dumps(an_instance(4).to_json_dict())
    (folder / "study.ndjson").write_text(lines)
    (folder / "study.json").write_text(lines)
    (folder / "dicom2fhir.toml").write_text('dicom_timezone = "UTC"\n')
    (folder / "bin").mkdir()
    command = folder / "bin" / "dicom2fhir"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dicom2fhir "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(TREE)}
    for example in EXAMPLES:
        if sys.version_info < (3, 11) and ".toml" in example and "--example" not in example:
            continue
        done = subprocess.run(  # noqa: S602 - our own examples, pipes and all
            example, shell=True, check=False, cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{example}\n{done.stderr}"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_mentions_all_it_takes(name: str, dicom2fhir: Run) -> None:
    result = dicom2fhir(name, "--help")
    assert result.code == 0
    for argument in COMMANDS[name].arguments:
        assert argument.help
        assert all(option in result.out for option in argument.option_strings)
    assert "examples:" in result.out
    assert "exit codes:" in result.out


def test_the_help_names_every_command(dicom2fhir: Run) -> None:
    result = dicom2fhir("--help")
    assert result.code == 0
    assert all(f"    {name} " in result.out for name in COMMANDS)


def test_the_version_is_told(dicom2fhir: Run) -> None:
    assert dicom2fhir("--version").out.startswith("dicom2fhir ")


def test_without_a_command_the_commands_are_told(dicom2fhir: Run) -> None:
    result = dicom2fhir()
    assert result.code == 2
    assert "say what to do: convert, inspect, validate, config" in result.err


def test_an_unknown_command_is_told(dicom2fhir: Run) -> None:
    result = dicom2fhir("konvert", "scans")
    assert result.code == 2
    assert "invalid choice: 'konvert'" in result.err


def test_abbreviations_are_not_taken(scans: Path, dicom2fhir: Run) -> None:
    assert dicom2fhir("convert", scans, "--inst").code == 2


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dicom2fhir", "--version"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TREE)},
    )
    assert done.stdout.startswith("dicom2fhir ")


def test_a_command_line_is_read_without_loading_the_rest() -> None:
    code = "import sys; from dicom2fhir.cli.command_line import parsed; parsed(['inspect', 'x']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(TREE)},
    )
    assert not {"asyncio", "pydicom", "fhir", "pydantic", "rich"} & set(done.stdout.split())


def test_ctrl_c_outside_the_work_is_told_by_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    del here
    monkeypatch.setattr("dicom2fhir.cli.configuring.run_config", interrupted)
    assert main(["config", "--example"]) == 130
