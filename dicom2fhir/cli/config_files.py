"""The options of a conversion, from a TOML or JSON file and from flags, which win."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dicom2fhir.cli.atomic_files import read_text
from dicom2fhir.cli.terminal import UsageError, say
from dicom2fhir.config import ConfigWarning, ConvertConfig
from dicom2fhir.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["problems_of", "read_settings", "settings_of"]


def read_settings(path: Path) -> dict[str, Any]:
    """The nested mapping that a ``.toml`` or ``.json`` file holds.

    >>> read_settings(Path("config.yaml"))
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: 'config.yaml': a configuration is a .toml or a .json file; 'dicom2fhir config --example' prints one
    """
    suffix = path.suffix.lower()
    if suffix not in {".toml", ".json"}:
        advice = "a configuration is a .toml or a .json file; 'dicom2fhir config --example' prints one"
        raise UsageError(f"'{path}': {advice}")
    text = read_text(path)
    read = _of_toml(path, text) if suffix == ".toml" else _of_json(path, text)
    if not isinstance(read, dict):
        raise UsageError(f"'{path}': a configuration is an object {{…}}, not a {type(read).__name__}")
    if isinstance(read.get("body_sites"), str):  # a file beside the configuration
        read["body_sites"] = str(path.parent / read["body_sites"])
    return read


def _of_toml(path: Path, text: str) -> Any:
    if sys.version_info >= (3, 11):
        import tomllib

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"'{path}': is not TOML: {error}") from error
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    advice = "write it as JSON: 'dicom2fhir config --example --json' prints one"
    raise UsageError(f"'{path}': to read TOML takes Python 3.11 or newer, and this is {here}; {advice}")


def _of_json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"'{path}': is not JSON: {error.msg}, at {where}") from error


def settings_of(options: Namespace) -> ConvertConfig:
    """The configuration that a command line asks for; what it warns of goes to standard error.

    >>> from argparse import Namespace
    >>> flags = {"timezone": "+01:00", "instances": True, "no_vital_signs": False, "profile": None}
    >>> config = settings_of(Namespace(config=None, **flags))
    >>> config.dicom_timezone, config.add_instances
    ('+01:00', True)
    """
    path = Path(options.config) if options.config else None
    config, doubts = _read(path)
    for doubt in doubts:
        say(f"warning: '{path}': {doubt}", aside=True)
    given = vars(options)
    if given.get("timezone"):
        config = _in_zone(config, options.timezone)
    if given.get("instances"):
        config = config.with_options(add_instances=True)
    if given.get("no_vital_signs"):
        config = config.with_options(add_vital_signs=False)
    if given.get("profile"):
        config = config.with_options(profile=options.profile)
    return config


def _read(path: Path | None) -> tuple[ConvertConfig, list[str]]:
    if path is None:
        return ConvertConfig(), []
    given = read_settings(path)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConfigWarning)
            config = ConvertConfig.of(given)
    except ConfigError as error:
        advice = f"'dicom2fhir config --check {path}' lists all that is wrong"
        raise UsageError(f"'{path}': {error}; {advice}") from error
    return config, [str(warning.message) for warning in caught]


def _in_zone(config: ConvertConfig, zone: str) -> ConvertConfig:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)
        changed = config.with_options(dicom_timezone=zone)
    if changed.zone is None:
        raise UsageError(
            f"--timezone: '{zone}' is neither a zone nor an offset; 'Europe/Berlin' or '+01:00' would do"
        )
    return changed


def problems_of(given: dict[str, Any]) -> list[str]:
    """All that is wrong with a configuration: unknown names, and values that cannot be used.

    >>> problems_of({"dicom_timezon": "UTC", "fhir_base_url": "nowhere"})
    ["fhir_base_url: 'nowhere' is not an http(s) address", "unknown option 'dicom_timezon' is ignored; did you mean 'dicom_timezone'?"]
    """
    problems: list[str] = []
    usable = given
    for path in _paths(given):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConfigWarning)  # one option alone may look doubtful
            try:
                ConvertConfig.of(_only(given, path))
            except ConfigError as error:
                problems.append(str(error))
                usable = _without(usable, path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConfigWarning)
        ConvertConfig.of(usable)
    return sorted({*problems, *(str(warning.message) for warning in caught)})


_DEPTH = 3  # of the names: 'generator.imaging_study.add_instances'


def _paths(given: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every leaf of a mapping, as deep as options are nested."""
    leaves: list[tuple[str, ...]] = []
    for name, value in given.items():
        path = (*above, name)
        nested = isinstance(value, dict) and len(path) < _DEPTH and value
        leaves += _paths(value, path) if nested else [path]
    return leaves


def _only(given: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    name, *rest = path
    return {name: _only(given[name], tuple(rest)) if rest else given[name]}


def _without(given: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    name, *rest = path
    kept = {other: value for other, value in given.items() if other != name}
    return {**kept, name: _without(given[name], tuple(rest))} if rest else kept
