"""What code written for dicom2fhir 0.1 imports and calls works as it did."""

from __future__ import annotations

import copy
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from dicom2fhir import dicom2fhir, dicom2fhirbundle, dicom_json_proxy, helpers
from dicom2fhir.dicom2fhir import from_directory, from_generator
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import Dicom2FhirError
from tests.factories import Json, a_study, an_instance, the

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

CONFIG: Json = {
    "dicom_timezone": "Europe/Berlin",
    "directory_parser": {"skip_invalid_files": True},
    "generator": {"imaging_study": {"add_instances": True}, "observation": {"add_vital_signs": True}},
}
# The parameters that 0.1.25 had, in its order.
SIGNATURES: list[tuple[Callable[..., Any], list[str]]] = [
    (dicom2fhir.from_directory, ["dcms", "config"]),
    (dicom2fhir.from_generator, ["dcms", "config"]),
    (dicom2fhirbundle.Dicom2FHIRBundle, ["config"]),
    (dicom2fhirbundle.Dicom2FHIRBundle.add, ["self", "ds"]),
    (dicom2fhirbundle.Dicom2FHIRBundle.create_bundle, ["self"]),
    (dicom_json_proxy.DicomJsonProxy, ["dicom_json"]),
    (dicom_json_proxy.DicomJsonProxy.get, ["self", "name", "default"]),
    (dicom_json_proxy.DicomJsonProxy.get_list, ["self", "name"]),
    (dicom_json_proxy.DicomJsonProxy.non_empty, ["self", "name"]),
    (helpers.get_or, ["d", "path", "default"]),
    (helpers.env_or_config, ["env", "config_path", "config"]),
    (helpers.default_id_function, ["pepper"]),
    (helpers.default_id_function(), ["resource_type", "ds", "extra"]),
]


@pytest.mark.parametrize(("function", "names"), SIGNATURES)
def test_parameters_are_called_and_ordered_as_they_were(
    function: Callable[..., Any], names: list[str]
) -> None:
    parameters = inspect.signature(function).parameters
    assert list(parameters)[: len(names)] == names
    added = list(parameters.values())[len(names) :]
    assert all(parameter.default is not parameter.empty for parameter in added)


async def stream(instances: list[Json]) -> AsyncGenerator[Json, None]:
    for instance in instances:
        yield instance


def study_of(bundle: Bundle) -> Json:
    return the(
        {
            "entry": [
                {"resource": entry.resource.model_dump()} for entry in bundle.entry or [] if entry.resource
            ]
        },
        "ImagingStudy",
    )


async def test_both_doors_are_coroutines_that_answer_a_bundle_of_the_models() -> None:
    for bundle in (await from_generator(stream(a_study())), await from_directory(a_study())):
        assert isinstance(bundle, Bundle)
        assert study_of(bundle)["numberOfInstances"] == 4


async def test_arguments_may_be_given_by_position_or_by_name() -> None:
    by_position = await from_generator(stream(a_study()), CONFIG)
    by_name = await from_generator(dcms=stream(a_study()), config=CONFIG)
    assert by_position == by_name
    assert await from_directory(dcms=a_study(), config=CONFIG) == by_name


async def test_the_configuration_of_0_1_is_understood_and_stays_untouched() -> None:
    config = copy.deepcopy(CONFIG)
    instance = an_instance(StudyDate="20240115", StudyTime="103015")
    study = study_of(await from_generator(stream([instance]), config))
    assert str(study["started"].isoformat()) == "2024-01-15T10:30:15+01:00"
    assert len(study["series"][0]["instance"]) == 1
    assert config == CONFIG


def test_a_bundle_is_collected_from_proxies() -> None:
    collector = Dicom2FHIRBundle(config={})
    collector.add(DicomJsonProxy(an_instance()))
    assert isinstance(collector.create_bundle(), Bundle)
    assert isinstance(Dicom2FHIRBundle(), Dicom2FHIRBundle)


def test_a_proxy_is_asked_by_keyword_by_tag_and_by_method() -> None:
    proxy = DicomJsonProxy(an_instance(PatientID="P1", ImageType=["ORIGINAL", "PRIMARY"], StudyID=None))
    assert proxy.PatientID == proxy["00100020"] == proxy.get("PatientID") == "P1"
    assert "PatientID" in proxy
    assert 0x00100020 in proxy
    assert "NoSuchThing" not in proxy
    assert proxy.get_list("ImageType") == ["ORIGINAL", "PRIMARY"]
    assert proxy.ImageType == "ORIGINAL"
    assert not proxy.non_empty("StudyID")
    assert proxy.get("StudyID", "?") == "?"
    assert proxy.get("StudyID") is None
    with pytest.raises(AttributeError, match="No such DICOM attribute: PatientName"):
        _ = proxy.PatientName
    with pytest.raises(AttributeError, match="Unknown DICOM keyword: NoSuchThing"):
        _ = proxy.NoSuchThing
    with pytest.raises(KeyError):
        _ = proxy["00100010"]


def test_a_sequence_is_a_list_of_proxies() -> None:
    proxy = DicomJsonProxy({"00081032": {"vr": "SQ", "Value": [{"00080104": {"vr": "LO", "Value": ["CT"]}}]}})
    assert [item.CodeMeaning for item in proxy.ProcedureCodeSequence] == ["CT"]
    assert [item.CodeMeaning for item in proxy.get_list("ProcedureCodeSequence")] == ["CT"]


def test_the_helpers_look_into_mappings_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert helpers.get_or(CONFIG, "generator.observation.add_vital_signs", default=False) is True
    assert helpers.get_or(CONFIG, "generator.nothing.here", 7) == 7
    assert helpers.get_or({"a": None}, "a", 7) == 7
    assert helpers.env_or_config("D2F_ZONE", "dicom_timezone", CONFIG) == "Europe/Berlin"
    monkeypatch.setenv("D2F_ZONE", "UTC")
    assert helpers.env_or_config("D2F_ZONE", "dicom_timezone", CONFIG) == "UTC"
    with pytest.raises(ValueError, match="D2F_NONE"):
        helpers.env_or_config("D2F_NONE", "no.such.key", CONFIG)


async def test_a_directory_that_is_missing_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Expected a directory"):
        await from_directory(tmp_path / "missing")
    with pytest.raises(ValueError, match="Expected a directory"):
        await from_directory(str(Path(__file__)))


@pytest.mark.parametrize("nothing", [[], iter(())])
async def test_nothing_at_all_is_a_value_error(nothing: Any, tmp_path: Path) -> None:
    for door in (from_directory, from_generator):
        with pytest.raises(ValueError, match="No ImagingStudy data has been added"):
            await door(nothing)
    with pytest.raises(ValueError, match="No ImagingStudy data has been added"):
        await from_directory(tmp_path)
    with pytest.raises(ValueError, match="No ImagingStudy data has been added"):
        Dicom2FHIRBundle().create_bundle()


@pytest.mark.parametrize("wrong", [7, None, object()])
async def test_an_argument_of_the_wrong_type_is_a_type_error(wrong: Any) -> None:
    for door in (from_directory, from_generator):
        with pytest.raises(TypeError):
            await door(wrong)
        with pytest.raises(TypeError) as caught:
            await door([wrong])
        assert isinstance(caught.value, Dicom2FhirError)
    with pytest.raises(TypeError):
        Dicom2FHIRBundle().add(wrong)
    with pytest.raises(TypeError, match="Expected a dict"):
        DicomJsonProxy(wrong)
    with pytest.raises(TypeError, match="Expected a DicomJsonProxy object"):
        helpers.default_id_function()("Patient", wrong)


async def test_a_configuration_of_the_wrong_type_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="config"):
        await from_generator(stream(a_study()), ["not a mapping"])  # type: ignore[arg-type]  # that is the point


def test_the_study_keeps_what_the_tests_of_the_published_package_asserted() -> None:
    instances = a_study(series=4, count=1, Modality="CR", BodyPartExamined="CHEST")
    collector = Dicom2FHIRBundle()
    for instance in [*instances, an_instance("1.2.3", "1.2.3.4", 2, Modality="CR", BodyPartExamined="CHEST")]:
        collector.add(DicomJsonProxy(instance))
    study = study_of(collector.create_bundle())
    assert len(study["modality"]) == 1
    assert (study["series"][0]["bodySite"]["code"], study["series"][0]["bodySite"]["display"]) == (
        "43799004",
        "Chest",
    )
    assert (study["numberOfInstances"], study["numberOfSeries"]) == (5, 4)
