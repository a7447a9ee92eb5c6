"""DICOM JSON from files and streams of lines."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.errors import MissingSourceError, SourceError
from dicom2fhir.sources.json_file import read_json_file, read_json_lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CT = {"00080060": {"vr": "CS", "Value": ["CT"]}}
TWO = {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Müller^Ä"}]}}


async def read(path: Path) -> list[dict[str, Any]]:
    return [data_set async for data_set in read_json_file(path)]


async def read_text(tmp_path: Path, text: str | bytes, name: str = "x.json") -> list[dict[str, Any]]:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return await read(path)


@pytest.mark.parametrize("indent", [None, 2])
async def test_a_json_file_holds_one_data_set_or_an_array_of_them(tmp_path: Path, indent: int | None) -> None:
    assert await read_text(tmp_path, json.dumps(CT, indent=indent)) == [CT]
    assert await read_text(tmp_path, json.dumps([CT, TWO], indent=indent)) == [CT, TWO]
    assert await read_text(tmp_path, " [ ] \n") == []


async def test_data_sets_may_follow_each_other_in_a_json_file(tmp_path: Path) -> None:
    text = json.dumps(CT, indent=2) + "\n" + json.dumps(TWO, ensure_ascii=False)
    assert await read_text(tmp_path, text) == [CT, TWO]


@pytest.mark.parametrize("name", ["x.ndjson", "x.jsonl", "X.NDJSON"])
async def test_a_line_is_a_data_set(tmp_path: Path, name: str) -> None:
    text = "\ufeff" + json.dumps(CT) + "\r\n\n  \n" + json.dumps(TWO, ensure_ascii=False)
    assert await read_text(tmp_path, text, name) == [CT, TWO]
    assert await read_text(tmp_path, text + "\n", name) == [CT, TWO]
    assert await read_text(tmp_path, "", name) == []


async def test_lines_may_be_longer_than_a_block(tmp_path: Path) -> None:
    long = {"00104000": {"vr": "LT", "Value": ["x" * 1_000_000]}}
    text = "\n".join(json.dumps(data_set) for data_set in (CT, long, TWO, long))
    assert await read_text(tmp_path, text, "x.ndjson") == [CT, long, TWO, long]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.ndjson", '{"a": 1}\n\n{"secret": }\n', "line 3: no valid JSON"),
        ("x.ndjson", '{"a": 1}\n["secret"]\n', "line 2: a DICOM JSON object was expected"),
        ("x.ndjson", '{"a": 1} {"secret": 1}\n', "line 1: more than one JSON value"),
        ("x.ndjson", '{"a": 1}\n{"secret": "\xff"}\n'.encode("latin-1"), "line 2: not UTF-8"),
        ("x.json", "", "line 1: no valid JSON"),
        ("x.json", '[\n{"a": 1},\n{"secret": oh}]', "line 3: no valid JSON"),
        ("x.json", '[{"a": 1}\n"secret"]', "line 2: no valid JSON"),
        ("x.json", '[{"a": 1},\n"secret"]', "line 2: a DICOM JSON object was expected"),
        ("x.json", '[{"a": 1},\n]', "line 2: no valid JSON"),
        ("x.json", '[{"a": 1}]\n\n"secret"', "line 3: more than one JSON value"),
        ("x.json", '"secret"', "line 1: a DICOM JSON object was expected"),
        ("x.json", '{"a":\n"secret', "line 2: no valid JSON"),
        ("x.json", "[" * 100_000, "line 1: a DICOM JSON object was expected|line 1: JSON beyond all measure"),
        ("x.json", '{"a":' + "[" * 100_000, "line 1: JSON beyond all measure"),
        ("x.json", '\n{"a": ' + "1" * 10_000 + "}", "line 2: JSON beyond all measure"),
        ("x.json", b'{"a": 1}\n\xff\xfe', "line 2: not UTF-8"),
    ],
)
async def test_trouble_names_the_line_and_not_the_content(
    tmp_path: Path, name: str, text: str | bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        await read_text(tmp_path, text, name)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_what_json_does_not_know_is_null(tmp_path: Path) -> None:
    assert await read_text(tmp_path, '{"a": [NaN, -Infinity, 1]}') == [{"a": [None, None, 1]}]


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.ndjson"])
async def test_no_file_is_a_missing_source(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingSourceError, match="not found"):
        await read(tmp_path / name)


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        await read(tmp_path)


async def test_lines_may_come_from_anywhere() -> None:
    async def lines() -> AsyncIterator[str | bytes]:
        yield json.dumps(CT).encode() + b"\n"
        yield "\n"
        yield json.dumps(TWO)

    assert [data_set async for data_set in read_json_lines(lines())] == [CT, TWO]


@pytest.mark.parametrize("name", ["x.json", "x.ndjson"])
async def test_the_loop_keeps_turning_while_json_is_parsed(tmp_path: Path, name: str) -> None:
    data_set = json.dumps({f"0010{number:04X}": {"vr": "LO", "Value": ["x" * 50]} for number in range(200)})
    text = "\n".join([data_set] * 3000) if name == "x.ndjson" else "[" + ",".join([data_set] * 3000) + "]"
    (tmp_path / name).write_text(text)
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    parsed = Counter([turns async for _ in read_json_file(tmp_path / name)])
    turning.cancel()
    assert parsed.total() == 3000
    assert max(parsed.values()) * len(data_set) < 1 << 20  # a MiB takes some 20 ms
