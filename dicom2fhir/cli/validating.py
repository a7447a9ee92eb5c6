"""``dicom2fhir validate``: Bundles against the models of fhir.resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom2fhir.cli.atomic_files import read_text
from dicom2fhir.cli.summary import counted
from dicom2fhir.cli.terminal import Exit, UsageError, say
from dicom2fhir.sources.json_file import LINE_SUFFIXES

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

__all__ = ["Problem", "problems_in", "run_validate"]


class Problem(NamedTuple):
    """What is wrong, and where in the Bundle."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def run_validate(options: Namespace) -> int:
    """Check every file; the answer is the exit code.

    >>> from argparse import Namespace
    >>> run_validate(Namespace(paths=["no such file"]))
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: 'no such file': there is no such file; name a .json or .ndjson file
    """
    for path in options.paths:
        if not Path(path).is_file():
            raise UsageError(f"'{path}': there is no such file; name a .json or .ndjson file")
    bundles = bad = errors = 0
    for path in options.paths:
        for label, text in _documents(Path(path)):
            problems = list(problems_in(text))
            bundles, bad, errors = bundles + 1, bad + bool(problems), errors + len(problems)
            for problem in problems:
                say(f"{label}: {problem}")
    if not bundles:
        raise UsageError("there is no Bundle in what was named; an empty file is none")
    verdict = f"{counted(errors, 'errors')} in {bad} of them" if bad else "all valid"
    say(f"{counted(bundles, 'bundles')}: {verdict}")
    return Exit.NOTHING if bad else Exit.DONE


def _documents(path: Path) -> Iterator[tuple[str, str]]:
    """Each Bundle of a file, and what to call it."""
    text = read_text(path)
    if path.suffix.lower() not in LINE_SUFFIXES:
        yield str(path), text
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", line


def problems_in(text: str) -> Iterator[Problem]:
    """What is wrong with a Bundle, without a word of what it says.

    >>> for problem in problems_in('{"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {}}]}'):
    ...     print(problem)
    $.entry[0].resource.resourceType: is missing; 'Patient' or another type of FHIR R4B was expected
    """
    try:
        bundle = json.loads(text)
    except json.JSONDecodeError as error:
        yield Problem(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}")
        return
    except RecursionError:
        yield Problem("$", "is nested too deeply")
        return
    untyped = list(_of_types(bundle))
    yield from untyped or _of_model(bundle)


def _of_types(bundle: Any) -> Iterator[Problem]:
    """What the models say badly or not at all: which resource something is."""
    if not isinstance(bundle, dict):
        yield Problem("$", "a Bundle is a JSON object")
        return
    if bundle.get("resourceType") != "Bundle":
        yield Problem("$.resourceType", "a Bundle was expected")
        return
    for path, resource in _resources(bundle, "$"):
        if not isinstance(resource.get("resourceType"), str):
            yield Problem(
                f"{path}.resourceType", "is missing; 'Patient' or another type of FHIR R4B was expected"
            )
        elif not _is_type(resource["resourceType"]):
            yield Problem(f"{path}.resourceType", "is not a type of resource of FHIR R4B")


def _resources(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource within something, however deep, and its path."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "resource" and isinstance(value, dict):
                yield f"{path}.resource", value
            elif name == "contained" and isinstance(value, list):
                yield from (
                    (f"{path}.contained[{place}]", resource)
                    for place, resource in enumerate(value)
                    if isinstance(resource, dict)
                )
            yield from _resources(value, f"{path}.{name}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _resources(value, f"{path}[{place}]")


def _is_type(name: str) -> bool:
    from fhir.resources.R4B import get_fhir_model_class
    from fhir.resources.R4B.resource import Resource

    try:
        return issubclass(get_fhir_model_class(name), Resource)
    except (KeyError, ValueError):
        return False


def _of_model(bundle: dict[str, Any]) -> Iterator[Problem]:
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            yield Problem(_path(problem["loc"]), _message(problem["msg"], problem.get("input")))


def _path(places: tuple[int | str, ...]) -> str:
    return "$" + "".join(f"[{place}]" if isinstance(place, int) else f".{place}" for place in places)


def _message(message: str, given: Any) -> str:
    """The message of the model, unless it repeats what the Bundle says."""
    if any(text in message for text in _texts(given)):
        return "is not valid here"
    return " ".join(message.removeprefix("Value error, ").split())


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, dict):
        for value in given.values():
            yield from _texts(value)
    elif isinstance(given, (list, tuple)):
        for value in given:
            yield from _texts(value)
    elif given is not None and not isinstance(given, bool) and str(given).strip():
        yield str(given)
