"""Ways to ask what the pack says, from the DICOM tags to the parts of an extension."""

from __future__ import annotations

from typing import Any

from tests.factories import Json, an_instance, converted, the

__all__ = ["a_quantity", "extension", "module_codes", "parts", "series", "stated", "study"]

BASE = "https://www.medizininformatik-initiative.de/fhir/ext/modul-bildgebung/"


def study(*instances: Json, **options: Any) -> Json:
    """The ImagingStudy of some instances, with the pack on."""
    return the(converted(*instances, profile="mii", **options), "ImagingStudy")


def series(*instances: Json, **options: Any) -> Json:
    """The first series of that ImagingStudy."""
    first: Json = study(*instances, **options)["series"][0]
    return first


def extension(part: Json, name: str) -> Json:
    """The only extension of a name; empty without one."""
    extensions = [
        extension
        for extension in part.get("extension", ())
        if extension["url"] == f"{BASE}StructureDefinition/mii-ex-bildgebung-{name}"
    ]
    assert len(extensions) <= 1
    return extensions[0] if extensions else {}


def parts(part: Json, name: str) -> dict[str, list[Any]]:
    """What an extension says: the values of its parts by their URL."""
    values: dict[str, list[Any]] = {}
    for inner in extension(part, name).get("extension", ()):
        (value,) = (value for key, value in inner.items() if key != "url")
        values.setdefault(inner["url"], []).append(value)
    return values


def stated(name: str, **keywords: Any) -> dict[str, list[Any]]:
    """What the extension of a series of one instance says."""
    return parts(series(an_instance(**keywords)), name)


def a_quantity(value: float, unit: str, code: str) -> Json:
    """A Quantity with everything that the module asks for."""
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}


def module_codes(concept: Json, name: str) -> list[str]:
    """The codes of a concept, all of them of one code system of the module."""
    assert {coding["system"] for coding in concept["coding"]} == {
        f"{BASE}CodeSystem/mii-cs-bildgebung-{name}"
    }
    return [coding["code"] for coding in concept["coding"]]
