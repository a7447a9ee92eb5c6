"""A study, converted: what a configuration means, and the value that comes out."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir import Conversion, convert_study
from dicom2fhir.builders.entry import Entry
from dicom2fhir.errors import ConfigError, EmptyStudyError, PackError, StudyError
from tests.factories import Json, a_study, an_instance, config_of, converted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_converted_study_is_the_bundle_of_that_study() -> None:
    study = a_study("1.2.3", PatientID="P1", PatientWeight="70.50", Manufacturer="ACME", StationName="CT01")
    value = convert_study(study, config_of(add_instances=True))
    assert value.to_dict() == json.loads(value.to_json()) == converted(*study, add_instances=True)
    assert (value.study_uid, value.series, value.instances) == ("1.2.3", 2, 4)
    assert value.to_dict()["entry"][0]["resource"]["id"] == value.id
    assert json.loads(value.to_model().model_dump_json())["id"] == value.to_dict()["id"]


def test_entries_hold_numbers_as_they_were_written_and_instances_as_a_list() -> None:
    value = convert_study(a_study("1.2.3", 1, PatientWeight="70.50"), config_of(add_instances=True))
    kinds = {entry.kind: entry.resource for entry in value.entries}
    assert str(kinds["Observation"]["valueQuantity"]["value"]) == "70.50"
    assert isinstance(kinds["Observation"]["valueQuantity"]["value"], Decimal)
    assert [instance["number"] for instance in kinds["ImagingStudy"]["series"][0]["instance"]] == [1, 2]


def test_without_instances_only_the_lists_of_them_are_left_out() -> None:
    value = convert_study(a_study("1.2.3"), config_of(add_instances=True))
    whole, bare = json.loads(value.to_json()), json.loads(value.to_json(instances=False))
    for series in whole["entry"][0]["resource"]["series"]:
        del series["instance"]
    assert bare == whole == converted(*a_study("1.2.3"))


def test_a_converted_study_can_be_asked_twice_and_names_no_patient_in_its_repr() -> None:
    value = convert_study([an_instance(PatientID="SECRET")])
    assert value.to_json() == value.to_json()
    assert value.to_dict() is not value.to_dict()
    assert "SECRET" not in repr(value)
    assert pickle.loads(pickle.dumps(value)).to_json() == copy.deepcopy(value).to_json() == value.to_json()  # noqa: S301 - made here


def test_the_caller_s_data_sets_stay_as_they_are() -> None:
    instances = a_study("1.2.3")
    before = copy.deepcopy(instances)
    convert_study(iter(instances)).to_dict()["entry"][0]["resource"]["series"].clear()
    assert instances == before


def test_findings_of_the_study_and_of_what_was_left_out_are_with_it() -> None:
    value = convert_study([an_instance(StudyDate="junk"), an_instance(SOPInstanceUID=None)])
    assert value.findings.by_code() == {"no-uid": 1, "not-a-date": 1}


def test_several_studies_or_none_are_errors() -> None:
    with pytest.raises(StudyError, match="of 2 studies"):
        convert_study([an_instance("1.2.3"), an_instance("1.2.4")])
    with pytest.raises(EmptyStudyError):
        convert_study([])
    with pytest.raises(EmptyStudyError):
        convert_study([an_instance(SOPInstanceUID=None)])


def test_a_study_that_nobody_names_is_converted_too() -> None:
    value = convert_study([{"00080020": {"vr": "DA", "Value": ["20240115"]}}])
    assert (value.study_uid, value.series) == (None, 0)
    assert value.findings.by_code() == {"no-study-uid": 1}


def test_the_status_of_a_study_can_be_given() -> None:
    def status_of(**how: Any) -> str:
        return str(convert_study([an_instance()], **how).entries[0].resource["status"])

    assert status_of() == "available"
    assert status_of(status="entered-in-error") == "entered-in-error"
    with pytest.raises(ConfigError, match="status: 'gone' is unknown; known: registered"):
        status_of(status="gone")


def test_a_fingerprint_changes_with_what_makes_the_output_and_stays_otherwise() -> None:
    def an_id(*_: Any) -> str:
        return "7"

    options: list[Json] = [
        {},
        {"dicom_timezone": "UTC"},
        {"profile": "mii"},
        {"extra_attributes": ["KVP"]},
        {"id_function": an_id},
    ]
    prints = [Conversion(config).fingerprint for config in options]
    assert len(set(prints)) == len(prints)
    assert [Conversion(config).fingerprint for config in options] == prints


@pytest.mark.parametrize("name", ["sites.csv", "sites.json"])
def test_a_fingerprint_changes_with_what_is_in_the_file_of_body_sites(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    contents = {
        "sites.csv": ("term,code\nRIBS,113197003\n", "term,code\nRIBS,302552004\n"),
        "sites.json": ('{"RIBS": "113197003"}', '{"RIBS": "302552004"}'),
    }
    prints = []
    for content in (*contents[name], contents[name][0]):
        file.write_text(content)
        prints.append(Conversion({"body_sites": str(file)}).fingerprint)
    assert prints[0] != prints[1]
    assert prints[0] == prints[2]


def test_what_a_pack_and_an_id_function_ask_for_is_read() -> None:
    def asking(*_: Any) -> str:
        return "7"

    asking.extra_attributes = ["RequestingService"]  # type: ignore[attr-defined]  # as the README tells users to
    assert "00321033" in Conversion({"id_function": asking}).wanted
    assert "00180060" in Conversion({"profile": "mii"}).wanted
    assert not {"00321033", "00180060"} & Conversion().wanted
    with pytest.raises(ConfigError, match="extra_attributes: 'Nonsense' is neither"):
        Conversion({"extra_attributes": ["Nonsense"]})


# -- packs of others --------------------------------------------------------------------------------------------------


class Plain:
    """A pack that changes nothing; the tests change it."""

    name = "plain"
    series_attributes = ("ProtocolName",)
    instance_attributes = ("SliceLocation",)
    nested_attributes = ()

    def series(self, part: Json, _series: Any, _context: Any) -> Json:
        return part

    def instance(self, part: Json, _instance: Any, _series: Any, _context: Any) -> Json:
        return part

    def entries(self, entries: list[Entry], _study: Any, _context: Any) -> list[Entry]:
        return entries


class EntryPoint:
    """An installed pack, as ``importlib.metadata`` tells of it."""

    name, value = "Plain", "somewhere:Plain"

    def __init__(self, load: Callable[[], Any]) -> None:
        self.load = load


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Install a pack under the name ``Plain``."""

    def install(pack: Any) -> None:
        monkeypatch.setattr(
            "importlib.metadata.entry_points", lambda group: [EntryPoint(lambda: pack)] * (group != "")
        )

    return install


def test_a_pack_of_others_reads_what_it_asks_for_and_adds_entries(installed: Callable[[Any], None]) -> None:
    class Talkative(Plain):
        def series(self, part: Json, series: Any, _context: Any) -> Json:
            return {**part, "description": series.view.text("ProtocolName")}

        def instance(self, part: Json, instance: Any, _series: Any, _context: Any) -> Json:
            return {**part, "title": str(instance.details["00201041"]["Value"][0])}

        def entries(self, entries: list[Entry], _study: Any, _context: Any) -> list[Entry]:
            first = replace(entries[0], resource={**entries[0].resource, "language": "de"})
            return [first, *entries[1:], Entry({"resourceType": "Basic", "id": "7"})]

    installed(Talkative)
    instances = a_study("1.2.3", 1, ProtocolName="Knee", SliceLocation="1.5")
    bundle = convert_study(instances, {"profile": "plain", **config_of(add_instances=True)}).to_dict()
    study, *_, last = (entry["resource"] for entry in bundle["entry"])
    assert (study["language"], study["series"][0]["description"]) == ("de", "Knee")
    assert [instance["title"] for instance in study["series"][0]["instance"]] == ["1.5", "1.5"]
    assert last == {"resourceType": "Basic", "id": "7"}
    assert {"00181030", "00201041"} <= Conversion({"profile": "plain"}).wanted


@pytest.mark.parametrize(
    ("member", "answer", "message"),
    [
        ("series", None, "a series of the same uid"),
        ("entries", [], "one ImagingStudy"),
        ("entries", [Entry({"resourceType": "Basic"})], "a resourceType and an id"),
        ("entries", ["nonsense"], "a resourceType and an id"),
        ("instance", {}, "its uid, and behind it the number"),
    ],
)
def test_a_pack_that_answers_nonsense_is_one_documented_error(
    installed: Callable[[Any], None], member: str, answer: Any, message: str
) -> None:
    installed(type("Bad", (Plain,), {member: lambda *_: answer}))
    with pytest.raises(PackError, match=message):
        convert_study([an_instance()], {"profile": "plain", **config_of(add_instances=True)})


def test_what_is_no_pack_is_told_when_the_conversion_is_made(installed: Callable[[Any], None]) -> None:
    installed(type("Half", (), {"name": "half"}))
    with pytest.raises(ConfigError, match="is no pack: it has no series_attributes"):
        Conversion({"profile": "plain"})
    installed(None)
    with pytest.raises(ConfigError, match="'Plain' cannot be loaded from 'somewhere:Plain': TypeError"):
        Conversion({"profile": "plain"})
    with pytest.raises(ConfigError, match="'other' is unknown; known: mii, plain, none"):
        Conversion({"profile": "other"})
