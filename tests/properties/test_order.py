"""The same instances are the same bytes: in any order, in any chunks, once or twice."""

from __future__ import annotations

import asyncio
import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.dicom2fhir import bundles_from_generator, collect_generator, json_bundles_from_generator
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings, Kind
from dicom2fhir.ids import default_id_function
from dicom2fhir.parts import Assembling
from dicom2fhir.study.assembler import StudyAssembler
from dicom2fhir.study.repeats import Repeats
from tests.factories import Json, a_study, an_element, an_instance, an_item, config_of, key
from tests.properties.strategies import alike_instances, data_sets, examples, lively_instances, options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

INSTANCES = st.lists(lively_instances(), min_size=2, max_size=8)


def told(instances: list[Json], config: Json) -> tuple[bytes, list[Any]]:
    """The bytes of the Bundle, and what was found on the way."""
    report = Findings()
    bundle = Dicom2FHIRBundle(config, report=report)
    for one in instances:
        bundle.add(one)
    try:
        return bundle.to_json(), list(report)
    except EmptyStudyError:
        return b"", list(report)


@examples(100)
@given(INSTANCES.flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))), options())
def test_the_order_of_instances_changes_neither_the_bundle_nor_the_findings(
    orders: tuple[list[Json], list[Json]], config: Json
) -> None:
    one, other = orders
    assert told(one, config) == told(other, config)


def talkative_ids(resource_type: str, proxy: DicomJsonProxy, extra: str) -> str:
    """An id function that looks at more than identifies a resource."""
    said = [str(proxy.get(keyword)) for keyword in ("ImageType", "KVP", "StudyDescription", "StationName")]
    return default_id_function("-".join(said))(resource_type, proxy, extra)


@examples(50)
@given(INSTANCES.flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))))
def test_the_order_of_instances_does_not_change_what_an_id_function_sees(
    orders: tuple[list[Json], list[Json]],
) -> None:
    one, other = (told(order, {"id_function": talkative_ids}) for order in orders)
    assert one == other


@examples(50)
@given(
    st.lists(data_sets(), min_size=2, max_size=4).flatmap(
        lambda them: st.tuples(st.just(them), st.permutations(them))
    )
)
def test_the_order_of_broken_data_sets_changes_nothing_either(orders: tuple[list[Json], list[Json]]) -> None:
    one, other = orders
    config = config_of(add_instances=True, profile="mii")
    assert told(one, config) == told(other, config)


@examples(50)
@given(INSTANCES, st.lists(st.integers(0, 7), max_size=4), options())
def test_an_instance_that_comes_again_changes_nothing_but_is_reported(
    instances: list[Json], again: list[int], config: Json
) -> None:
    repeated = [*instances, *(instances[place % len(instances)] for place in again)]
    once, twice = told(instances, config), told(repeated, config)
    assert once[0] == twice[0]

    def others(found: list[Any]) -> list[Any]:
        return [(one.kind, one.problem, one.keyword) for one in found if one.kind is not Kind.DUPLICATE]

    assert others(once[1]) == others(twice[1])


@examples(50)
@given(INSTANCES, options())
def test_looking_at_the_bundle_in_between_changes_nothing(instances: list[Json], config: Json) -> None:
    watched = Dicom2FHIRBundle(config)
    for one in instances:
        watched.add(one)
        watched.to_json()
    assert watched.to_json() == told(instances, config)[0]


@examples(100)
@given(alike_instances(), options())
def test_an_instance_that_repeats_the_latest_says_what_it_would_have_said_alone(
    instances: list[Json], config: Json
) -> None:
    quickly = told(instances, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repeats, "fits", lambda *_: False)
        assert told(instances, config) == quickly
    alone, found = put_together([[one] for one in instances], config)
    assert (alone, found) == (
        quickly[0],
        [(one.kind, one.problem, one.keyword, one.study) for one in quickly[1]],
    )


@examples(100)
@given(alike_instances().flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))), options())
def test_the_order_of_slices_changes_nothing_either(
    orders: tuple[list[Json], list[Json]], config: Json
) -> None:
    one, other = orders
    assert told(one, config) == told(other, config)


@examples(100)
@given(INSTANCES | alike_instances(), options())
def test_bytes_models_and_plain_python_say_the_same(instances: list[Json], config: Json) -> None:
    bundle = Dicom2FHIRBundle(config)
    for one in instances:
        bundle.add(one)
    assert json.loads(bundle.to_json()) == bundle.to_dict()
    assert Bundle.model_validate_json(bundle.to_json()) == bundle.create_bundle()


@pytest.mark.parametrize(
    "keyword", ["SeriesNumber", "AccessionNumber", "PatientWeight", "StudyID", "PixelSpacing"]
)
@pytest.mark.parametrize("same_instance", [False, True])
def test_numbers_that_are_equal_are_no_conflict_in_any_order(keyword: str, *, same_instance: bool) -> None:
    vr = an_element(keyword, 1)["vr"]
    elements: list[Json] = [{"vr": vr, "Value": [1]}, {"vr": vr, "Value": [1.0]}, {"Value": [1]}]
    instances = [
        an_instance(number=1 if same_instance else number, InstanceNumber=number) | {key(keyword): element}
        for number, element in enumerate(elements, start=1)
    ]
    config = config_of(add_instances=True, profile="mii")
    first, *others = (told(list(order), config) for order in permutations(instances))
    assert all(other == first for other in others)
    assert not [one for one in first[1] if one.kind is Kind.CONFLICT]


SPELLINGS = ("{}", "{}.0", "{}.00", "+{}", "0{}", " {} ", "{}e0")
SPELT = ("SeriesNumber", "PatientWeight", "PatientSize", "KVP", "ExposureTime", "SliceThickness", "EchoTime")


def respelt(instance: Json, spellings: list[str]) -> Json:
    """The same instance, with its numbers written in other ways."""
    return instance | {
        key(keyword): {"vr": an_element(keyword, 1)["vr"], "Value": [spelling.format(7)]}
        for keyword, spelling in zip(SPELT, spellings, strict=True)
    }


@examples(100)
@given(
    st.lists(
        st.tuples(lively_instances(), st.lists(st.sampled_from(SPELLINGS), min_size=7, max_size=7)),
        min_size=2,
        max_size=6,
    ).flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))),
    options(),
)
def test_numbers_in_several_spellings_say_the_same_in_any_order_and_contradict_nothing(
    orders: tuple[list[tuple[Json, list[str]]], ...], config: Json
) -> None:
    in_order, shuffled = ([respelt(*each) for each in order] for order in orders)
    assert told(in_order, config) == told(shuffled, config)
    alike = [respelt(instance, ["{}"] * len(SPELT)) for instance, _ in orders[0]]
    assert told(in_order, config)[1] == told(alike, config)[1]


def sharing_a_uid(instance: Json, number: int) -> Json:
    """The same instance under a UID that the other series of its study have, too."""
    return instance | an_item(SOPInstanceUID=f"{instance[key('StudyInstanceUID')]['Value'][0]}.{number}")


@examples(100)
@given(
    st.lists(st.builds(sharing_a_uid, lively_instances(), st.integers(7, 9)), min_size=2, max_size=8).flatmap(
        lambda them: st.tuples(st.just(them), st.permutations(them))
    ),
    options(),
)
def test_a_uid_in_two_series_counts_once_and_in_any_order_in_the_same(
    orders: tuple[list[Json], list[Json]], config: Json
) -> None:
    in_order, shuffled = orders
    assert told(in_order, config) == told(shuffled, config)
    apart = [[instance] for instance in in_order]
    assert put_together(apart, config)[0] == told(in_order, config)[0]
    uids = {
        tuple(instance[key(word)]["Value"][0] for word in ("StudyInstanceUID", "SOPInstanceUID"))
        for instance in in_order
    }
    assembler = StudyAssembler()
    for instance in in_order:
        assembler.add(instance)
    counts = [series.count for study in assembler.finish_all() for series in study.series]
    assert sum(counts) == len(uids)


def put_together(parts: list[list[Json]], config: Json) -> tuple[bytes, list[Any]]:
    """The same from parts that were assembled apart, as reading processes do."""
    report = Findings()
    bundle = Dicom2FHIRBundle(config, report=report, unidentified=False)
    assembling = Assembling(bundle.conversion.rules)
    for part in parts:
        assembling([(instance, None) for instance in part]).put_into(bundle.assembler)
    return bundle.to_json(), [(one.kind, one.problem, one.keyword, one.study) for one in report]


@examples(100)
@given(st.lists(st.lists(lively_instances(), min_size=1, max_size=4), min_size=1, max_size=4), options())
def test_parts_that_were_assembled_apart_make_the_same_bundle(parts: list[list[Json]], config: Json) -> None:
    whole, found = told([one for part in parts for one in part], config)
    assert put_together(parts, config) == (
        whole,
        [(one.kind, one.problem, one.keyword, one.study) for one in found],
    )


async def chunked(instances: list[Json], size: int) -> AsyncIterator[Json]:
    for place, one in enumerate(instances):
        if place % size == 0:
            await asyncio.sleep(0)
        yield one


@pytest.mark.parametrize("size", [1, 7, 64, 65, 1000])
async def test_the_chunks_that_instances_come_in_change_nothing(size: int) -> None:
    instances = [one for study in ("1.2.3", "1.2.4") for one in a_study(study, 3, 30, PatientID="P1")]
    whole = (await collect_generator(instances)).to_json()
    assert (await collect_generator(chunked(instances, size))).to_json() == whole


@examples(50)
@given(INSTANCES)
def test_the_bundles_of_a_stream_are_those_of_its_studies(instances: list[Json]) -> None:
    async def streamed(data_sets: list[Json], **how: Any) -> list[bytes]:
        return [one async for one in json_bundles_from_generator(data_sets, **how)]

    by_study: dict[str, list[Json]] = {}
    for one in instances:
        by_study.setdefault(one["0020000D"]["Value"][0], []).append(one)
    each = [told(by_study[uid], {})[0] for uid in sorted(by_study)]
    grouped = [one for uid in sorted(by_study) for one in by_study[uid]]
    assert asyncio.run(streamed(instances)) == asyncio.run(streamed(grouped, grouped=True)) == each


async def test_models_of_a_stream_are_its_bytes_read() -> None:
    instances = [*a_study("1.2.4"), *a_study("1.2.3")]
    models = [one async for one in bundles_from_generator(instances)]
    read = [one async for one in json_bundles_from_generator(instances)]
    assert [type(model).model_validate_json(text) for model, text in zip(models, read, strict=True)] == models
