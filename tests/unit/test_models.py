"""Models that are copied are what they would be if each was validated, and share nothing that can be changed."""

from __future__ import annotations

import gc
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.imagingstudy import ImagingStudySeriesInstance
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir import dicom2fhir as front_door
from dicom2fhir.builders.instances import as_it_is, listed
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import FindingsError, StudyError
from dicom2fhir.models import Models
from dicom2fhir.parts import PartMaker
from dicom2fhir.study.model import Instance, place_of
from tests.factories import Json, a_series, a_study, an_instance, config_of
from tests.properties.strategies import examples

if TYPE_CHECKING:
    from dicom2fhir.builders.instances import Adorn

CLASSES = st.sampled_from(["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", None])
PLACES = st.sampled_from([place_of(None), 0, 7, 2147483647])
ROWS = st.lists(
    st.builds(Instance, PLACES, st.just("1.2"), CLASSES, st.sampled_from([None, "A", "B"])), max_size=8
).map(lambda rows: [row._replace(uid=f"1.2.{number}") for number, row in enumerate(rows)])


def a_bundle(*series: list[Any]) -> Json:
    """A Bundle whose series have these instances."""
    parts = [
        {"uid": "1.2", "modality": {"code": "CT"}} | ({"instance": one} if one else {}) for one in series
    ]
    study = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "subject": {"display": "x"},
        "series": parts,
    }
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": study}]}


def instances(models: Models, *series: list[Instance], adorn: Adorn = as_it_is) -> list[list[Any]]:
    """The models of the instances of some series, by way of a Bundle."""
    bundle: Any = models.bundle(lambda of: a_bundle(*(of(rows, adorn) for rows in series)))
    return [one.instance or [] for one in bundle.entry[0].resource.series]


@examples(100)
@given(ROWS, st.data())
def test_copies_are_what_validation_makes_also_of_those_made_ahead(rows: list[Instance], data: Any) -> None:
    models = Models()
    models.make_ahead(data.draw(st.lists(st.sampled_from(rows), unique=True)) if rows else [])
    expected = [ImagingStudySeriesInstance.model_validate(one) for one in listed(rows)]
    made, again = instances(models, rows, rows)
    assert made == again == expected
    assert [one.model_fields_set for one in made] == [one.model_fields_set for one in expected]
    assert [one.model_dump_json() for one in made] == [one.model_dump_json() for one in expected]


def test_who_changes_one_instance_changes_no_other() -> None:
    rows = [Instance(1, "1.2.1", "1.2.3", "A"), Instance(2, "1.2.2", "1.2.3", "A")]
    ((first, second),) = instances(Models(), rows)
    second.sopClass.display = "CT Image"
    second.title = "B"
    assert (first.sopClass.display, first.title) == (None, "A")


def test_who_changes_what_a_pack_added_changes_no_other_instance() -> None:
    def adorn(part: Json, _row: Instance) -> Json:
        inner = [{"url": "a", "valueQuantity": {"value": 1.5}}, {"url": "b", "valueString": "x"}]
        return part | {"extension": [{"url": "https://example.org/a", "extension": inner}]}

    rows = [Instance(number, f"1.2.{number}", "1.2.3") for number in (1, 2, 3)]
    ((first, second, third),) = instances(Models(), rows, adorn=adorn)
    assert second == first.model_copy(update={"uid": "1.2.2", "number": 2})
    second.extension[0].extension[0].valueQuantity.value = 7
    second.extension[0].extension.pop()
    assert (first.extension, len(first.extension[0].extension)) == (third.extension, 2)
    assert third.extension[0].extension[0].valueQuantity.value == Decimal("1.5")


def test_instances_are_not_lost_where_validation_copies_models() -> None:
    models = Models()
    rows = [Instance(number, f"1.2.{number}", "1.2.3") for number in (1, 2)]
    with pytest.raises(StudyError, match="would be lost"):
        models.bundle(lambda of: a_bundle([of(rows, as_it_is)[0].model_copy()]))


def test_those_that_the_models_refuse_stay_as_they_are_beside_those_that_they_take() -> None:
    rows = [
        Instance(number, f"1.2.{number}", uid) for number, uid in enumerate(["a  b", "1.2", "a  b", "1.2"])
    ]
    made, plain = Models().of(rows), listed(rows)
    assert made[0::2] == plain[0::2]
    assert made[1::2] == [ImagingStudySeriesInstance.model_validate(one) for one in plain[1::2]]


def test_the_bundle_says_where_an_instance_was_refused_and_not_what(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"uid": "1.2", "sopClass": {"system": {"SECRET": 1}}}
    monkeypatch.setattr("dicom2fhir.models.instance", lambda _: refused)
    bundle = Dicom2FHIRBundle(config_of(add_instances=True))
    for one in a_series():
        bundle.add(one)
    with pytest.raises(StudyError, match="the models refuse the Bundle, at entry") as caught:
        bundle.create_bundle()
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("profile", [None, "mii"])
def test_models_made_ahead_of_parts_are_those_of_the_whole(profile: str | None) -> None:
    config = config_of(add_instances=True, profile=profile)
    instances = a_study("1.2.3", 2, 5)
    whole, parts = Dicom2FHIRBundle(config), Dicom2FHIRBundle(config)
    for one in instances:
        whole.add(one)
    maker = PartMaker.of(parts.config)
    for some in (instances[:4], instances[2:7], instances[7:]):  # two instances come twice
        part = maker.assembled(some).assembler
        parts.absorb(part)
        parts.model_ahead(part)
    assert parts.create_bundle() == whole.create_bundle() == parts.create_bundle()


def living_instances() -> int:
    """How many models of instances there are in memory."""
    gc.collect()
    return sum(type(one) is ImagingStudySeriesInstance for one in gc.get_objects())


def test_models_that_nobody_comes_back_for_are_not_kept() -> None:
    before = living_instances()
    bundle = Dicom2FHIRBundle(config_of(add_instances=True))
    maker = PartMaker.of(bundle.config)
    for number in (1, 2):  # one instance, and it does not know its number
        part = maker.assembled([an_instance(InstanceNumber=number)]).assembler
        bundle.absorb(part)
        bundle.model_ahead(part)
    assert living_instances() > before
    bundle.take("1.2.3")
    assert living_instances() == before


def test_models_of_a_bundle_that_is_not_finished_are_not_kept() -> None:
    before = living_instances()
    bundle = Dicom2FHIRBundle(config_of(add_instances=True), strict=True)
    for number in (1, 2):
        bundle.add(an_instance(SOPInstanceUID=f"1.2.3.{number}", StudyDescription=f"{number}"))
    with pytest.raises(FindingsError):
        bundle.create_bundle()
    assert living_instances() == before


async def test_a_folder_read_by_processes_becomes_the_same_models(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.real import reader_samples as samples

    monkeypatch.setattr("dicom2fhir.sources.processes._WORTHWHILE", 0)
    monkeypatch.setattr("dicom2fhir.sources.processes._READ_MEANWHILE", False)
    for number in range(300):
        (tmp_path / f"{number:03}").write_bytes(samples.file_of(samples.an_instance(number)))
    config: Json = config_of(add_instances=True)
    one = await front_door.from_directory(tmp_path, config)
    assert await front_door.from_directory(tmp_path, config, workers=2) == one
    assert [each async for each in front_door.bundles_from_directory(tmp_path, config, workers=2)] == [one]
