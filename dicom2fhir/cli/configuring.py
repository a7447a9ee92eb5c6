"""``dicom2fhir config``: an example with every option, and a check of a file."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.cli.config_files import problems_of, read_settings
from dicom2fhir.cli.terminal import Exit, say
from dicom2fhir.config import OPTIONS, ConvertConfig

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping

    from dicom2fhir.config import Option

__all__ = ["EXAMPLES", "descriptions", "example_json", "example_toml", "run_config"]

EXAMPLES: Final[Mapping[str, Any]] = {
    "dicom_timezone": "Europe/Berlin",
    "profile": "mii",
    "accession_system": "https://hospital.example.org/accession",
    "study_id_system": "https://hospital.example.org/study-id",
    "wado_rs_url": "https://pacs.example.org/dicom-web",
    "fhir_base_url": "https://fhir.example.org/r4b",
    "meta_source": "https://hospital.example.org/dicom2fhir",
    "meta_tags": ["https://hospital.example.org/tags|research"],
    "meta_security": ["http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R"],
    "body_sites": "body_sites.csv",
    "issuer_systems": {"HOSPITAL_A": "https://hospital-a.example.org/patient-id"},
    "coding_schemes": {"99LOCAL": "https://hospital.example.org/codes"},
    "include_modalities": ["CT", "MR"],
    "exclude_modalities": ["SR", "KO"],
    "include_sop_classes": ["1.2.840.10008.5.1.4.1.1.2"],
    "exclude_sop_classes": ["1.2.840.10008.5.1.4.1.1.104.1"],
    "extra_attributes": ["RequestingService"],
}
"""What an option that is empty by default may be set to."""

_WIDTH: Final = 100


def run_config(options: Namespace) -> int:
    """Print an example, or check a file.

    >>> from argparse import Namespace
    >>> run_config(Namespace(check=None, json=True))  # doctest: +ELLIPSIS
    {
      "dicom_timezone": null,
    ...
    }
    <Exit.DONE: 0>
    """
    if options.check is None:
        for line in (example_json() if options.json else example_toml()).splitlines():
            say(line)
        return Exit.DONE
    problems = problems_of(read_settings(Path(options.check)))
    for problem in problems:
        say(f"'{options.check}': {problem}")
    if problems:
        say(
            f"'{options.check}': {len(problems)} to put right; 'dicom2fhir config --example' lists every option"
        )
        return Exit.USAGE
    say(f"'{options.check}': every option is known and usable")
    return Exit.DONE


def descriptions() -> dict[str, str]:
    """What each option does, by its name: the docstrings of the fields of ``ConvertConfig``.

    >>> descriptions()["generator.imaging_study.add_instances"]
    'List every instance in its series.'
    """
    (definition,) = ast.parse(inspect.getsource(ConvertConfig)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    docstrings: dict[str, str] = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(text):
            docstrings[field.target.id] = inspect.cleandoc(ast.literal_eval(text.value))  # type: ignore[attr-defined]  # _is_text saw it
    return {option.name: docstrings.get(option.field, "").replace("``", '"') for option in OPTIONS}


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def example_json() -> str:
    """Every option with its default, as JSON; null is "not set".

    >>> json.loads(example_json())["generator"]["imaging_study"]
    {'add_instances': False}
    """
    nested: dict[str, Any] = {}
    for option in OPTIONS:
        *sections, name = option.name.split(".")
        place = nested
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = _default(option)
    return json.dumps(nested, indent=2) + "\n"


def example_toml() -> str:
    """Every option with what it does, as TOML: what has a default is set to it, the rest is commented out.

    >>> print(example_toml()[:51])
    # The options of dicom2fhir, each with its default.
    """
    return "\n".join(_toml_lines())


def _toml_lines() -> Iterator[str]:
    yield "# The options of dicom2fhir, each with its default.  What has none is commented out."
    yield "# dicom2fhir config --check FILE  says what is unknown or cannot be used."
    texts = descriptions()
    last = ""
    for option in sorted(OPTIONS, key=lambda option: option.name.count(".") > 0):  # TOML: tables come last
        section, _, name = option.name.rpartition(".")
        yield ""
        if section != last:
            last = section
            yield f"[{section}]"
        yield from textwrap.wrap(texts[option.name], _WIDTH, initial_indent="# ", subsequent_indent="# ")
        yield from _toml_setting(option, name)
    yield ""


def _toml_setting(option: Option, name: str) -> Iterator[str]:
    if option.name == "id_function":
        yield "# (a function: only a program that calls dicom2fhir can set it)"
        return
    default = _default(option)
    example = EXAMPLES.get(option.name)
    if default is None:
        yield f"# {name} = {_toml(example)}"
        return
    yield f"{name} = {_toml(default)}" + (f"  # such as {_toml(example)}" if example else "")


def _default(option: Option) -> Any:
    value = getattr(ConvertConfig(), option.field)
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value) if hasattr(value, "keys") else value


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return json.dumps(value)  # booleans, strings and lists of them are spelt alike
