"""What the pack says, held against the published definitions of the module where these are at hand."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.mii import definitions_folder, missing_definitions
from tests.factories import Json, a_code, an_instance, an_item
from tests.unit.profiles.mii.reading import BASE, study

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(missing_definitions() is not None, reason=str(missing_definitions()))

EXPOSURE = {"KVP": "120", "ExposureTime": "1", "Exposure": "1", "XRayTubeCurrent": "1"}
TRACER = an_item(
    RadiopharmaceuticalCodeSequence=a_code("C-B1031", "SRT", "Fluorodeoxyglucose F^18^"),
    RadionuclideCodeSequence=a_code("C-111A1", "SRT", "^18^Fluorine"),
    RadiopharmaceuticalStartTime="231000",
    RadionuclideTotalDose="370000000",
    RadionuclideHalfLife="6586.2",
)
INJECTED = {
    "RadiopharmaceuticalInformationSequence": TRACER,
    "AcquisitionDate": "20240116",
    "AcquisitionTime": "001000",
    "Units": "BQML",
}
COMMON = {
    "ContrastBolusAgent": "Omnipaque",
    "SliceThickness": "1",
    "PixelSpacing": ["0.5", "0.7"],
    "BurnedInAnnotation": "NO",
    "RequestAttributesSequence": an_item(ReasonForTheRequestedProcedure="pain"),
}
FULL: dict[str, dict[str, Any]] = {  # for each modality, everything that its extension can say
    "CT": {
        **EXPOSURE,
        "CTDIvol": 7.25,
        "ConvolutionKernel": "B30f",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    },
    "MG": {**EXPOSURE, "ViewPosition": "MLO"},
    "CR": {**EXPOSURE, "ViewPosition": "PA"},
    "DX": {**EXPOSURE, "ViewPosition": "LL"},
    "MR": {
        "MagneticFieldStrength": "3",
        "ScanningSequence": ["SE", "IR"],
        "SequenceVariant": ["SK", "NONE"],
        "EchoTime": "10",
        "RepetitionTime": "500",
        "InversionTime": "900",
        "FlipAngle": "90",
        "ImageType": ["DERIVED", "SECONDARY", "T1 MAP"],
    },
    "PT": {**INJECTED, "SeriesType": ["WHOLE BODY", "IMAGE"]},
    "NM": {**INJECTED, "ImageType": ["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"]},
    "US": {
        "TransducerType": "CURVED LINEAR",
        "SequenceOfUltrasoundRegions": an_item(TransducerFrequency=3500, PulseRepetitionFrequency=4000),
        "UltrasoundColorDataPresent": 1,
        "ImageType": ["ORIGINAL", "PRIMARY", "NEONATAL HEAD", "0011"],
    },
}


@cache
def published(kind: str) -> dict[str, Json]:
    """The definitions of a resource type, by their URL."""
    files = definitions_folder().glob(f"{kind}-*.json")
    read = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    return {definition["url"]: definition for definition in read}


def elements(url: str) -> dict[str, Json]:
    """What a definition adds to its base, by element id."""
    return {
        element["id"]: element for element in published("StructureDefinition")[url]["differential"]["element"]
    }


def made(modality: str, *, add_instances: bool) -> Json:
    instance = an_instance(Modality=modality, **{**COMMON, **FULL[modality]})
    return study(instance, add_instances=add_instances)


def extensions(part: Any) -> Iterator[Json]:
    """The extensions of the module, wherever they stand."""
    if isinstance(part, list):
        for item in part:
            yield from extensions(item)
    elif isinstance(part, dict):
        yield from (extension for extension in part.get("extension", ()) if extension["url"].startswith(BASE))
        for value in part.values():
            yield from extensions(value)


def value_of(extension: Json) -> tuple[str, Any]:
    ((name, value),) = ((name, value) for name, value in extension.items() if name != "url")
    return name.removeprefix("value"), value


def check_value(extension: Json, rules: dict[str, Json], at: str) -> None:
    name, value = value_of(extension)
    slices = [rules.get(f"{at}.value[x]"), rules.get(f"{at}.value[x]:value{name}")]
    types = {kind["code"].lower() for rule in slices if rule for kind in rule.get("type", ())}
    assert name.lower() in types, f"{at} is no {name}"
    if name == "Quantity":
        for part, pattern in (("unit", "String"), ("system", "Uri"), ("code", "Code")):
            assert value[part] == rules[f"{at}.value[x].{part}"][f"pattern{pattern}"], at


@pytest.mark.parametrize("add_instances", [True, False])
@pytest.mark.parametrize("modality", FULL)
def test_every_extension_is_as_its_definition_wants_it(modality: str, add_instances: bool) -> None:  # noqa: FBT001 - a parameter of the test
    for extension in extensions(made(modality, add_instances=add_instances)):
        rules = elements(extension["url"])
        if "extension" not in extension:
            check_value(extension, rules, "Extension")
            continue
        urls = [part["url"] for part in extension["extension"]]
        for part in extension["extension"]:
            at = f"Extension.extension:{part['url']}"
            assert at in rules, f"{extension['url']} has no {part['url']}"
            assert rules[at]["max"] == "*" or urls.count(part["url"]) == 1
            check_value(part, rules, at)


@pytest.mark.parametrize("modality", FULL)
def test_every_part_that_the_module_has_is_said(modality: str) -> None:
    stated = made(modality, add_instances=True)
    for extension in extensions(stated):
        wanted = {
            rule["sliceName"]
            for id_, rule in elements(extension["url"]).items()
            if id_.count(".") == 1 and ":" in id_
        }
        urls = {part["url"] for part in extension.get("extension", ())}
        optional = {"imageType", "sliceThickness"} if extension["url"].endswith("instanz-details") else set()
        assert wanted - urls <= optional


@pytest.mark.parametrize("modality", FULL)
def test_every_code_of_the_module_is_in_its_code_system_under_its_display(modality: str) -> None:
    systems = published("CodeSystem")
    for extension in extensions(made(modality, add_instances=True)):
        for part in extension.get("extension", ()):
            for coding in part.get("valueCodeableConcept", {}).get("coding", ()):
                if coding["system"].startswith(BASE):
                    known = {
                        concept["code"]: concept["display"]
                        for concept in systems[coding["system"]]["concept"]
                    }
                    assert known[coding["code"]] == coding["display"]
