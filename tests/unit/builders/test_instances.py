"""Instances as text are what they are as dicts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.builders.instances import listed, written
from dicom2fhir.serialized import as_bytes
from dicom2fhir.study.model import Instance, place_of
from tests.properties.strategies import examples

UIDS = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)
ROWS = st.builds(
    Instance,
    st.sampled_from([place_of(None), 0, 7, 2147483647]),
    UIDS,
    st.none() | UIDS,
    st.none() | st.text(min_size=1, max_size=12).map(lambda text: text.replace("\0", "")),
)


@examples(150)
@given(st.lists(ROWS, max_size=5))
def test_what_is_written_is_what_the_standard_library_would_write(rows: list[Instance]) -> None:
    text = written(rows)
    if text is None:
        assert listed(rows) == []
        return
    assert as_bytes({"instance": text}) == as_bytes({"instance": listed(rows)})
    assert json.loads(as_bytes({"instance": text, "after": 1}).decode("utf-8", "replace"))["after"] == 1
