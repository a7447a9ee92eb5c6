"""Instances as text are what they are as dicts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.builders.instances import listed, written
from dicom2fhir.serialized import as_bytes
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
    text = written(rows)
    if text is None:
        assert listed(rows) == []
        return
    assert as_bytes({"instance": text}) == as_bytes({"instance": listed(rows)})
    spelt = written(rows, spelling)
    assert as_bytes({"instance": spelt}) == as_bytes({"instance": listed(rows, spelling)})
    assert json.loads(as_bytes({"instance": text, "after": 1}).decode("utf-8", "replace"))["after"] == 1
