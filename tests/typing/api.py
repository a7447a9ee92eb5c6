"""How the public API is used, for the type checker alone: it is checked, and never run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fhir.resources.R4B.bundle import Bundle

from dicom2fhir import (
    ConvertConfig,
    Dicom2FHIRBundle,
    DicomJsonProxy,
    Findings,
    bundles_from_directory,
    bundles_from_generator,
    default_id_function,
    from_directory,
    from_generator,
)


async def stream() -> AsyncIterator[dict[str, Any]]:
    yield {"00100020": {"vr": "LO", "Value": ["P1"]}}


async def use_everything(folder: Path) -> None:
    findings = Findings()
    config = ConvertConfig(dicom_timezone="Europe/Berlin", add_instances=True)
    whole: Bundle = await from_directory(folder, config, report=findings, strict=True, workers=2)
    two: Bundle = await from_directory(str(folder), {"generator": {"imaging_study": {"add_instances": True}}})
    three: Bundle = await from_generator(stream(), {"id_function": default_id_function("pepper")})
    four: Bundle = await from_generator([{"00100020": {"vr": "LO", "Value": ["P1"]}}])
    async for bundle in bundles_from_directory(folder, config):
        print(bundle.id, whole.id, two.id, three.id, four.id)
    async for bundle in bundles_from_generator(stream(), grouped=True):
        print(bundle.id)


def collect() -> bytes:
    bundle = Dicom2FHIRBundle({})
    bundle.add(DicomJsonProxy({}))
    made: dict[str, Any] = bundle.to_dict()
    model: Bundle = bundle.create_bundle()
    print(made, model)
    return bundle.to_json()
