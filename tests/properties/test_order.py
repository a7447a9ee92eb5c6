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


def bundle_and_findings(instances: list[Json], config: Json) -> tuple[bytes, list[Any]]:
    """The bytes of the Bundle, and what was found on the way."""
    report = Findings()
    bundle = Dicom2FHIRBundle(config, report=report)
    for instance in instances:
        bundle.add(instance)
    try:
        return bundle.to_json(), list(report)
    except EmptyStudyError:
        return b"", list(report)


@examples(100)
@given(INSTANCES.flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))), options())
def test_the_order_of_instances_changes_neither_the_bundle_nor_the_findings(
    orders: tuple[list[Json], list[Json]], config: Json
) -> None:
    first, other = orders
    assert bundle_and_findings(first, config) == bundle_and_findings(other, config)


def talkative_ids(resource_type: str, proxy: DicomJsonProxy, extra: str) -> str:
    """An id function that looks at more than identifies a resource."""
    texts = [str(proxy.get(keyword)) for keyword in ("ImageType", "KVP", "StudyDescription", "StationName")]
    return default_id_function("-".join(texts))(resource_type, proxy, extra)


@examples(50)
@given(INSTANCES.flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))))
def test_the_order_of_instances_does_not_change_what_an_id_function_sees(
    orders: tuple[list[Json], list[Json]],
) -> None:
    first, other = (bundle_and_findings(order, {"id_function": talkative_ids}) for order in orders)
    assert first == other


@examples(50)
@given(
    st.lists(data_sets(), min_size=2, max_size=4).flatmap(
        lambda them: st.tuples(st.just(them), st.permutations(them))
    )
)
def test_the_order_of_broken_data_sets_changes_nothing_either(orders: tuple[list[Json], list[Json]]) -> None:
    first, other = orders
    config = config_of(add_instances=True, profile="mii")
    assert bundle_and_findings(first, config) == bundle_and_findings(other, config)


@examples(50)
@given(INSTANCES, st.lists(st.integers(0, 7), max_size=4), options())
def test_an_instance_that_comes_again_changes_nothing_but_is_reported(
    instances: list[Json], again: list[int], config: Json
) -> None:
    repeated = [*instances, *(instances[place % len(instances)] for place in again)]
    once, twice = bundle_and_findings(instances, config), bundle_and_findings(repeated, config)
    assert once[0] == twice[0]

    def others(findings: list[Any]) -> list[Any]:
        return [
            (finding.kind, finding.problem, finding.keyword)
            for finding in findings
            if finding.kind is not Kind.DUPLICATE
        ]

    assert others(once[1]) == others(twice[1])


@examples(50)
@given(INSTANCES, options())
def test_looking_at_the_bundle_in_between_changes_nothing(instances: list[Json], config: Json) -> None:
    watched = Dicom2FHIRBundle(config)
    for instance in instances:
        watched.add(instance)
        watched.to_json()
    assert watched.to_json() == bundle_and_findings(instances, config)[0]


@examples(100)
@given(alike_instances(), options())
def test_an_instance_that_repeats_the_latest_says_what_it_would_have_said_alone(
    instances: list[Json], config: Json
) -> None:
    quickly = bundle_and_findings(instances, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repeats, "fits", lambda *_: False)
        assert bundle_and_findings(instances, config) == quickly
    alone, findings = put_together([[instance] for instance in instances], config)
    assert (alone, findings) == (
        quickly[0],
        [(finding.kind, finding.problem, finding.keyword, finding.study) for finding in quickly[1]],
    )


@examples(100)
@given(alike_instances().flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))), options())
def test_the_order_of_slices_changes_nothing_either(
    orders: tuple[list[Json], list[Json]], config: Json
) -> None:
    first, other = orders
    assert bundle_and_findings(first, config) == bundle_and_findings(other, config)


@examples(100)
@given(INSTANCES | alike_instances(), options())
def test_bytes_models_and_plain_python_say_the_same(instances: list[Json], config: Json) -> None:
    bundle = Dicom2FHIRBundle(config)
    for instance in instances:
        bundle.add(instance)
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
    first, *others = (bundle_and_findings(list(order), config) for order in permutations(instances))
    assert all(other == first for other in others)
    assert not [finding for finding in first[1] if finding.kind is Kind.CONFLICT]


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
    assert bundle_and_findings(in_order, config) == bundle_and_findings(shuffled, config)
    alike = [respelt(instance, ["{}"] * len(SPELT)) for instance, _ in orders[0]]
    assert bundle_and_findings(in_order, config)[1] == bundle_and_findings(alike, config)[1]


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
    assert bundle_and_findings(in_order, config) == bundle_and_findings(shuffled, config)
    apart = [[instance] for instance in in_order]
    assert put_together(apart, config)[0] == bundle_and_findings(in_order, config)[0]
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
    return bundle.to_json(), [
        (finding.kind, finding.problem, finding.keyword, finding.study) for finding in report
    ]


@examples(100)
@given(st.lists(st.lists(lively_instances(), min_size=1, max_size=4), min_size=1, max_size=4), options())
def test_parts_that_were_assembled_apart_make_the_same_bundle(parts: list[list[Json]], config: Json) -> None:
    whole, findings = bundle_and_findings([instance for part in parts for instance in part], config)
    assert put_together(parts, config) == (
        whole,
        [(finding.kind, finding.problem, finding.keyword, finding.study) for finding in findings],
    )


async def chunked(instances: list[Json], size: int) -> AsyncIterator[Json]:
    for place, instance in enumerate(instances):
        if place % size == 0:
            await asyncio.sleep(0)
        yield instance


@pytest.mark.parametrize("size", [1, 7, 64, 65, 1000])
async def test_the_chunks_that_instances_come_in_change_nothing(size: int) -> None:
    instances = [
        instance for study in ("1.2.3", "1.2.4") for instance in a_study(study, 3, 30, PatientID="P1")
    ]
    whole = (await collect_generator(instances)).to_json()
    assert (await collect_generator(chunked(instances, size))).to_json() == whole


@examples(50)
@given(INSTANCES)
def test_the_bundles_of_a_stream_are_those_of_its_studies(instances: list[Json]) -> None:
    async def streamed(data_sets: list[Json], **how: Any) -> list[bytes]:
        return [bundle async for bundle in json_bundles_from_generator(data_sets, **how)]

    by_study: dict[str, list[Json]] = {}
    for instance in instances:
        by_study.setdefault(instance["0020000D"]["Value"][0], []).append(instance)
    each = [bundle_and_findings(by_study[uid], {})[0] for uid in sorted(by_study)]
    grouped = [instance for uid in sorted(by_study) for instance in by_study[uid]]
    assert asyncio.run(streamed(instances)) == asyncio.run(streamed(grouped, grouped=True)) == each


async def test_models_of_a_stream_are_its_bytes_read() -> None:
    instances = [*a_study("1.2.4"), *a_study("1.2.3")]
    models = [bundle async for bundle in bundles_from_generator(instances)]
    read = [bundle async for bundle in json_bundles_from_generator(instances)]
    assert [type(model).model_validate_json(text) for model, text in zip(models, read, strict=True)] == models
