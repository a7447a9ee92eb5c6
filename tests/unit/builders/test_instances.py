"""Instances as text are what they are as dicts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.builders.instances import Instances
from dicom2fhir.errors import PackError
from dicom2fhir.serialized import as_bytes, as_plain
from dicom2fhir.study.model import Instance, place_of
from tests.properties.strategies import examples

if TYPE_CHECKING:
    from tests.factories import Json

UIDS = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)
ROWS = st.builds(
    Instance,
    st.sampled_from([place_of(None), 0, 7, 2147483647]),
    UIDS,
    st.sampled_from([None, "A", "1.2.3"]) | UIDS,
    st.none() | st.text(min_size=1, max_size=12).map(lambda text: text.replace("\0", "")),
)


def spelling(part: Json, row: Instance) -> Json:
    """What a pack may do: put something in front, behind and away; it looks at all but UID and number."""
    more = {"extension": [{"url": 'a"b', "valueDecimal": Decimal("1.50")}]} if row.title else {}
    rest = {name: value for name, value in part.items() if name != "title"}
    return {"id": "x", **rest, **more} if row.sop_class == "A" else {**rest, "id": "y", **more}


@examples(150)
@given(st.lists(ROWS, max_size=5))
def test_what_is_written_is_what_the_standard_library_would_write(rows: list[Instance]) -> None:
    for instances in (Instances(rows), Instances(rows, spelling)):
        assert as_bytes({"instance": instances}) == as_bytes({"instance": list(instances)})
        assert as_plain({"instance": instances}) == as_plain({"instance": list(instances)})
        read = json.loads(as_bytes({"instance": instances, "after": 1}).decode("utf-8", "replace"))
        assert (len(read["instance"]), read["after"]) == (len(instances), 1)


def test_instances_are_a_list_to_whoever_looks_at_them() -> None:
    instances = Instances([Instance(number, f"1.2.{number}", "1.2.3") for number in (1, 2, 3)])
    assert [instance["number"] for instance in instances] == [1, 2, 3]
    assert (instances[1]["uid"], instances[-1]["uid"]) == ("1.2.2", "1.2.3")
    assert [instance["uid"] for instance in instances[:2]] == ["1.2.1", "1.2.2"]
    assert not Instances([Instance(1, "1.2.1")])  # FHIR demands a class
    assert repr(instances) == "<Instances: 3>"


def test_a_pack_is_asked_once_for_all_that_differ_in_nothing_but_uid_and_number() -> None:
    asked: list[str] = []

    def adorn(part: Json, row: Instance) -> Json:
        asked.append(row.uid)
        return part

    rows = [Instance(number, f"1.2.{number}", "1.2.3", "AB"[number % 2]) for number in range(1, 7)]
    instances = Instances(rows, adorn)
    _ = as_bytes(instances), as_plain(instances), list(instances)
    assert len(asked) == 2


@pytest.mark.parametrize(
    "adorn",
    [
        lambda part, _: {**part, "uid": "1.2.9"},
        lambda part, _: {name: value for name, value in part.items() if name != "number"},
        lambda part, _: {"number": part["number"], "uid": part["uid"]},
        lambda _part, _row: None,
    ],
)
def test_a_pack_that_takes_an_instance_its_uid_or_number_is_an_error(adorn: Any) -> None:
    with pytest.raises(PackError, match="its uid, and behind it the number"):
        Instances([Instance(1, "1.2.1", "1.2.3")], adorn)
