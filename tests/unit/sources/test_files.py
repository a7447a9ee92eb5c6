"""Files by the batch: what is used, what is passed over, and what is both."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from dicom2fhir.sources.files import Batch, Files, Job
from dicom2fhir.sources.problems import Skipped
from tests.real.reader_samples import WANTED, an_instance, count, file_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole file, one that is cut short, one of which nothing is left, and a text."""
    whole = file_of(an_instance())
    (tmp_path / "a").write_bytes(whole)
    (tmp_path / "b").write_bytes(whole[:-30])
    (tmp_path / "c").write_bytes(whole[:200])
    (tmp_path / "d").write_text("no DICOM")
    return tmp_path


NOTES = [Skipped("b", "cut-short"), Skipped("c", "truncated"), Skipped("d", "not-dicom")]


def test_a_file_that_is_cut_short_is_used_and_told(folder: Path) -> None:
    paths = [str(folder / name) for name in "abcd"]
    batch = Files(Job(WANTED, root=str(folder))).read_some(iter(paths))
    assert batch is not None
    assert batch.headers == 2
    assert batch.skipped == NOTES
    assert [note.is_used for note in batch.skipped] == [True, False, False]


def test_what_a_reading_process_sends_back_tells_it_too(folder: Path) -> None:
    paths = [str(folder / name) for name in "abcd"]
    batch = Files(Job(WANTED, root=str(folder), make=count)).read_all(paths)
    assert pickle.loads(pickle.dumps(batch)) == Batch(2, 2, NOTES)  # noqa: S301 - from ourselves
