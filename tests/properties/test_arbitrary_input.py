"""Whatever comes in: a valid Bundle goes out, or an error of ours."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any, Final

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import Dicom2FhirError, EmptyStudyError
from dicom2fhir.findings import Findings
from tests.properties.strategies import data_sets, examples, options

if TYPE_CHECKING:
    from tests.factories import Json

PICTURE: Final = re.compile(r"[\[\]{}<>'\"]|\bNone\b|Decimal|object at")
PLAIN: Final = st.text(
    st.characters(categories=["Lu", "Ll", "Nd"], include_characters=" ^=.-:/"), max_size=12
).filter(lambda text: not PICTURE.search(text))
UNITS: Final = re.compile(r"^[A-Za-z0-9/.%]*\{[A-Za-z]+\}$")  # UCUM annotations, such as g/ml{SUVbw}


def filled(instances: list[Json], config: Json, report: Findings | None = None) -> Dicom2FHIRBundle:
    bundle = Dicom2FHIRBundle(config, report=report)
    for instance in instances:
        bundle.add(instance)
    return bundle


def converted_or_none(instances: list[Json], config: Json) -> Json | None:
    try:
        return filled(instances, config).to_dict()
    except EmptyStudyError:
        return None


def empties(part: Any, place: str = "") -> list[str]:
    """Where nothing is said: null, empty texts, objects and lists."""
    if part is None or part in ("", {}, []) or (isinstance(part, str) and not part.strip()):
        return [place]
    if isinstance(part, dict):
        return [empty for name, value in part.items() for empty in empties(value, f"{place}.{name}")]
    if isinstance(part, list):
        return [empty for index, value in enumerate(part) for empty in empties(value, f"{place}[{index}]")]
    return []


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["reference"]] if isinstance(part.get("reference"), str) else []
        return own + [reference for value in part.values() for reference in references(value)]
    return [reference for value in part for reference in references(value)] if isinstance(part, list) else []


def texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for name, value in part.items() for text in (name, *texts(value))]
    if isinstance(part, list):
        return [text for value in part for text in texts(value)]
    return [part] if isinstance(part, str) else []


@examples(150)
@given(st.lists(data_sets(), min_size=1, max_size=4), options())
def test_the_bundle_of_anything_is_valid_complete_and_says_nothing_empty(
    instances: list[Json], config: Json
) -> None:
    bundle = converted_or_none(instances, config)
    if bundle is None:
        return
    assert empties(bundle) == []
    named = {
        f"{entry['resource']['resourceType']}/{entry['resource'].get('id')}" for entry in bundle["entry"]
    }
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(references(bundle)) <= named | set(urls)
    Bundle.model_validate_json(filled(instances, config).to_json())
    filled(instances, config).create_bundle()


@examples(100)
@given(st.lists(data_sets(PLAIN), min_size=1, max_size=3), options())
def test_no_text_is_the_picture_of_an_object(instances: list[Json], config: Json) -> None:
    """The input has no bracket and no quotation mark in any text, so neither has the output."""
    bundle = converted_or_none(instances, config)
    pictures = [text for text in texts(bundle) if PICTURE.search(text) and not UNITS.match(text)]
    assert pictures == []


@examples(100)
@given(st.lists(data_sets(), min_size=1, max_size=3), options())
def test_the_caller_s_data_sets_and_configuration_are_only_read(instances: list[Json], config: Json) -> None:
    before = json.dumps(instances), copy.deepcopy(config)
    converted_or_none(instances, config)
    assert (json.dumps(instances), config) == before


@examples(100)
@given(data_sets())
def test_a_proxy_answers_every_question_about_anything(instance: Json) -> None:
    proxy = DicomJsonProxy(instance)
    for name in (
        "PatientID",
        "PatientName",
        "ProcedureCodeSequence",
        "SeriesNumber",
        "PatientWeight",
        *instance,
    ):
        assert proxy.non_empty(name) is (name in proxy)
        assert (proxy.get(name) is not None) is (name in proxy)
    for tag in proxy:
        assert (tag in proxy) is (proxy.get(tag, proxy) is not proxy)


@examples(50)
@given(st.lists(data_sets(), min_size=1, max_size=3), options())
def test_strict_mode_raises_an_error_of_ours_or_converts(instances: list[Json], config: Json) -> None:
    report = Findings()
    bundle = Dicom2FHIRBundle(config, strict=True, report=report)
    for instance in instances:
        bundle.add(instance)
    try:
        bundle.to_json()
    except Dicom2FhirError:
        assert report
    else:
        assert not report
