"""No value of a patient is in a finding, an exception, a log record or a repr."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR

from dicom2fhir.builders.device import Equipment
from dicom2fhir.builders.entry import Entry
from dicom2fhir.builders.instances import Instances
from dicom2fhir.builders.patient import Subject
from dicom2fhir.builders.practitioner import Person
from dicom2fhir.converted import Converted
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import Dicom2FhirError
from dicom2fhir.findings import Findings
from dicom2fhir.parts import Assembling, DataSets
from dicom2fhir.sources.files import Batch
from dicom2fhir.sources.problems import Skipped
from dicom2fhir.sources.serving import Answer
from dicom2fhir.sources.whole_header import Reading
from dicom2fhir.study.model import Instance
from dicom2fhir.study.patients import Identity
from dicom2fhir.study.repeats import Latest
from dicom2fhir.study.rules import Rules
from tests.factories import Json, an_instance, config_of, key
from tests.properties.strategies import data_sets, examples, options

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDLE: Final = "Zzyzx"
TEXTS: Final = st.sampled_from(["", "20240115", "1", "CT", "^"]).map(lambda text: f"{NEEDLE}{text}")


class Listener(logging.Handler):
    """Keeps every record as it would be written."""

    def __init__(self) -> None:
        super().__init__(0)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.getMessage()} {record.__dict__}")


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """Hears everything, from any logger."""
    root, listener = logging.getLogger(), Listener()
    level = root.level
    root.addHandler(listener)
    root.setLevel(0)
    yield listener
    root.removeHandler(listener)
    root.setLevel(level)


def secretive(instance: Json) -> Json:
    """The same with a secret for an id and for a date."""
    return {**instance, **{key(word): {"vr": "LO", "Value": [NEEDLE]} for word in ("PatientID", "StudyDate")}}


def texts_about(instances: list[Json], config: Json) -> str:
    """All that a conversion says besides the Bundle."""
    report = Findings()
    bundle = Dicom2FHIRBundle(config, strict=True, report=report)
    texts: list[Any] = []
    for instance in instances:
        proxy = DicomJsonProxy(instance)
        texts += [repr(proxy), str(proxy)]
        bundle.add(proxy)
    try:
        bundle.to_json()
    except Dicom2FhirError as error:
        texts += [str(error), repr(error), error.args, error.__cause__, error.__context__]
    texts += [
        repr(report),
        repr(bundle),
        *(part for finding in report for part in (str(finding), repr(finding), finding.to_dict())),
    ]
    return "\n".join(map(str, texts))


@settings(examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instances=st.lists(data_sets(TEXTS), min_size=1, max_size=3), config=options())
def test_nothing_but_the_bundle_repeats_what_a_data_set_says(
    instances: list[Json], config: Json, listener: Listener
) -> None:
    assert NEEDLE not in texts_about([*instances, *map(secretive, instances)], config)
    assert NEEDLE not in "".join(listener.heard)


@pytest.mark.parametrize(
    "keyword",
    ["PatientID", "PatientName", "PatientBirthDate", "PatientWeight", "SeriesNumber", "StudyInstanceUID"],
)
def test_an_attribute_that_is_missing_or_bad_is_named_and_not_quoted(keyword: str) -> None:
    proxy = DicomJsonProxy({key(keyword): {"vr": dictionary_VR(keyword), "Value": [f"{NEEDLE} {NEEDLE}"]}})
    for question in (
        lambda: proxy.NoSuchThing,
        lambda: proxy["00100099"],
        lambda: proxy.get_list("NoSuchThing"),
    ):
        with pytest.raises((AttributeError, KeyError)) as caught:
            question()
        assert NEEDLE not in str(caught.value)


@pytest.mark.parametrize(
    "thing",
    [
        Instance(1, NEEDLE, NEEDLE, NEEDLE, {"00100020": NEEDLE}),
        Latest(Identity(NEEDLE, NEEDLE, NEEDLE), NEEDLE, NEEDLE, None),
        Identity(NEEDLE, NEEDLE, NEEDLE),
        Instances([Instance(1, NEEDLE, NEEDLE, NEEDLE)]),
        Converted(None, "7", 1, 1, Findings(), (Entry({"resourceType": "Patient", "id": NEEDLE}),)),
        DataSets([({"00100020": NEEDLE}, NEEDLE)]),
        Assembling(Rules())([({"00100020": NEEDLE}, NEEDLE)]),
        Entry({"resourceType": "Patient", "id": NEEDLE}, NEEDLE),
        Batch([{"00100020": NEEDLE}], 1, [Skipped(NEEDLE, "unreadable")]),
        Answer(Batch([{"00100020": NEEDLE}], 1, []), 1, 0.1),
        Reading({"00100020": NEEDLE}, "", identified=True, empty=False, is_cut_short=False),
        Person({}, [{"value": NEEDLE}]),
        Subject({"display": NEEDLE}, {"id": NEEDLE}, NEEDLE),
        Equipment(NEEDLE, DicomJsonProxy({"00080060": {"vr": "CS", "Value": [NEEDLE]}}), [NEEDLE]),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_what_carries_values_through_the_house_does_not_show_them(thing: object) -> None:
    assert NEEDLE not in f"{thing!r} {thing}"


def test_an_id_function_that_answers_with_a_patient_s_id_is_not_quoted() -> None:
    bundle = Dicom2FHIRBundle(config_of(id_function=lambda _kind, _proxy: f"{NEEDLE}!"))
    bundle.add(an_instance())
    with pytest.raises(Dicom2FhirError) as caught:
        bundle.to_json()
    assert NEEDLE not in f"{caught.value!r}"
