"""Models that are copied are what they would be if each was validated, and share nothing; those handed out show no patient."""

from __future__ import annotations

import asyncio
import copy
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.imagingstudy import ImagingStudySeriesInstance
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dicom2fhir import dicom2fhir as front_door
from dicom2fhir.builders.instances import Instances
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import StudyError
from dicom2fhir.models import bundle_model
from dicom2fhir.parts import Assembling
from dicom2fhir.study.model import Instance, place_of
from tests.factories import Json, a_study, config_of
from tests.properties.strategies import examples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

CLASSES = st.sampled_from(["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", None])
PLACES = st.sampled_from([place_of(None), 0, 7, 2147483647])
ROWS = st.lists(
    st.builds(Instance, PLACES, st.just("1.2"), CLASSES, st.sampled_from([None, "A", "B"])), max_size=8
).map(lambda rows: [row._replace(uid=f"1.2.{number}") for number, row in enumerate(rows)])


def a_bundle(*series: Instances) -> Json:
    """A Bundle whose series have these instances."""
    parts = [
        {"uid": "1.2", "modality": {"code": "CT"}} | ({"instance": part} if part else {}) for part in series
    ]
    study = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "subject": {"display": "x"},
        "series": parts,
    }
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": study}]}


def instances(*series: Instances) -> list[list[Any]]:
    """The models of the instances of some series, by way of a Bundle."""
    bundle: Any = bundle_model(a_bundle(*series))
    return [part.instance or [] for part in bundle.entry[0].resource.series]


@examples(100)
@given(ROWS)
def test_copies_are_what_validation_makes(rows: list[Instance]) -> None:
    expected = [ImagingStudySeriesInstance.model_validate(part) for part in Instances(rows)]
    first, second = instances(Instances(rows), Instances(rows))
    assert first == second == expected
    assert [model.model_fields_set for model in first] == [model.model_fields_set for model in expected]
    assert [model.model_dump_json() for model in first] == [model.model_dump_json() for model in expected]


def test_who_changes_one_instance_changes_no_other() -> None:
    rows = [Instance(1, "1.2.1", "1.2.3", "A"), Instance(2, "1.2.2", "1.2.3", "A")]
    ((first, second),) = instances(Instances(rows))
    second.sopClass.display = "CT Image"
    second.title = "B"
    assert (first.sopClass.display, first.title) == (None, "A")


def test_who_changes_what_a_pack_added_changes_no_other_instance() -> None:
    def adorn(part: Json, _row: Instance) -> Json:
        inner = [{"url": "a", "valueQuantity": {"value": 1.5}}, {"url": "b", "valueString": "x"}]
        return part | {"extension": [{"url": "https://example.org/a", "extension": inner}]}

    rows = [Instance(number, f"1.2.{number}", "1.2.3") for number in (1, 2, 3)]
    ((first, second, third),) = instances(Instances(rows, adorn))
    assert second == first.model_copy(update={"uid": "1.2.2", "number": 2})
    second.extension[0].extension[0].valueQuantity.value = 7
    second.extension[0].extension.pop()
    assert (first.extension, len(first.extension[0].extension)) == (third.extension, 2)
    assert third.extension[0].extension[0].valueQuantity.value == Decimal("1.5")


def test_instances_are_not_lost_where_validation_copies_models(monkeypatch: pytest.MonkeyPatch) -> None:
    validate = Bundle.model_validate
    monkeypatch.setattr(Bundle, "model_validate", lambda plain: validate(plain).model_copy(deep=True))
    rows = [Instance(number, f"1.2.{number}", "1.2.3") for number in (1, 2)]
    with pytest.raises(StudyError, match="would be lost"):
        instances(Instances(rows))


def test_the_bundle_says_where_an_instance_was_refused_and_not_what() -> None:
    rows = [Instance(1, "1.2.1", "a  SECRET"), Instance(2, "1.2.2", "1.2")]
    with pytest.raises(StudyError, match="the models refuse the Bundle, at entry") as caught:
        instances(Instances(rows))
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("profile", [None, "mii"])
def test_models_of_parts_are_those_of_the_whole(profile: str | None) -> None:
    config = config_of(add_instances=True, profile=profile)
    study = a_study("1.2.3", 2, 5)
    whole, parts = Dicom2FHIRBundle(config), Dicom2FHIRBundle(config)
    for instance in study:
        whole.add(instance)
    assembling = Assembling(parts.conversion.rules)
    for some in (study[:4], study[2:7], study[7:]):  # two instances come twice
        assembling([(instance, None) for instance in some]).put_into(parts.assembler)
    assert parts.create_bundle() == whole.create_bundle() == parts.create_bundle()


async def test_a_folder_read_by_processes_becomes_the_same_models(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.real import reader_samples as samples

    monkeypatch.setattr("dicom2fhir.sources.processes.WORTHWHILE", 0)
    monkeypatch.setattr("dicom2fhir.sources.processes.READ_MEANWHILE", False)
    for number in range(300):
        (tmp_path / f"{number:03}").write_bytes(samples.file_of(samples.an_instance(number)))
    config: Json = config_of(add_instances=True)
    alone = await front_door.from_directory(tmp_path, config)
    assert await front_door.from_directory(tmp_path, config, workers=2) == alone
    assert [bundle async for bundle in front_door.bundles_from_directory(tmp_path, config, workers=2)] == [
        alone
    ]


def a_bundle_of_a_patient() -> Any:
    """A Bundle as the first thing anybody writes makes it; the patient's name and id are NEEDLE."""

    async def stream() -> AsyncIterator[Json]:
        for instance in a_study("1.2.3", 2, 3, PatientName="NEEDLE^A", PatientID="NEEDLE"):
            yield instance

    return asyncio.run(front_door.from_generator(stream(), config_of(add_instances=True)))


def test_what_is_handed_out_shows_its_type_and_no_patient() -> None:
    bundle = a_bundle_of_a_patient()
    assert bundle.model_dump_json().count("NEEDLE") == 2
    study, patient = bundle.entry
    assert repr(bundle) == str(bundle) == "<Bundle: 2 entries>"
    assert repr(bundle.entry) == "[<BundleEntry: ImagingStudy>, <BundleEntry: Patient>]"
    assert [str(entry.resource) for entry in (study, patient)] == ["<ImagingStudy>", "<Patient>"]
    other = [{"resource": patient.resource}]
    assert repr(Bundle.model_validate({"type": "batch", "entry": other})).count("NEEDLE") == 0
    assert [list(model.__rich_repr__()) for model in (bundle, patient, patient.resource)] == [[], [], []]


def test_the_end_of_a_run_writes_no_values_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def write(model: BaseModel) -> str:
        written.append(type(model).__name__)
        return ""

    monkeypatch.setattr(BaseModel, "__repr__", write)
    bundle = a_bundle_of_a_patient()
    assert written == []
    repr(bundle.entry[1].resource.name)
    assert written == ["HumanName"]  # who asks for a value still gets it


def test_what_is_handed_out_is_a_bundle_and_equal_to_one_that_was_parsed() -> None:
    bundle = a_bundle_of_a_patient()
    parsed: Any = Bundle.model_validate_json(bundle.model_dump_json())
    assert (type(bundle).__name__, type(bundle).__module__) == ("Bundle", Bundle.__module__)
    assert bundle == parsed == bundle
    assert not bundle != parsed != bundle
    assert parsed.entry == bundle.entry == parsed.entry
    assert bundle.model_dump() == parsed.model_dump()
    assert bundle.model_dump_json(indent=1) == parsed.model_dump_json(indent=1)
    assert dict(bundle) == dict(parsed)
    assert bundle.model_fields_set == parsed.model_fields_set
    parsed.entry[0].resource.description = "another"
    assert bundle != parsed != bundle
    assert bundle not in (None, "Bundle", bundle.entry)
    assert isinstance(bundle, Bundle)


def test_what_is_handed_out_is_validated_as_a_bundle_is() -> None:
    bundle = a_bundle_of_a_patient()
    bundle.type = "batch"
    assert bundle.model_dump()["type"] == "batch"
    with pytest.raises(ValueError, match="type"):
        bundle.type = 5
    again = type(bundle).model_validate(bundle.model_dump())
    assert again == bundle == type(bundle)(**bundle.model_dump())
    assert Bundle.model_validate(bundle) is bundle


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_holds_an_equal_bundle_and_needs_nothing_of_ours(protocol: int) -> None:
    bundle = a_bundle_of_a_patient()
    pickled = pickle.dumps(bundle, protocol)
    assert b"dicom2fhir" not in pickled
    restored = pickle.loads(pickled)  # noqa: S301 - written one line above
    assert type(restored) is Bundle
    assert restored == bundle == restored
    assert restored.model_fields_set == bundle.model_fields_set


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, Bundle.model_copy, lambda bundle: bundle.model_copy(deep=True)],
    ids=["copy", "deepcopy", "model_copy", "model_copy deep"],
)
def test_a_copy_is_equal_can_be_changed_alone_and_shows_no_patient(copied: Callable[[Any], Any]) -> None:
    bundle = a_bundle_of_a_patient()
    copy_of = copied(bundle)
    assert copy_of == bundle == copy_of
    assert repr(copy_of) == repr(bundle)
    assert repr(copy_of.entry) == repr(bundle.entry)
    copy_of.type = "batch"
    assert copy_of != bundle != copy_of
