"""Going on where an earlier run stopped: what a folder remembers of its studies, and the source without those that are done.

The memory is a file of lines, one behind the other, so that an interruption costs no more than a line.  No study is named
in it: a line has the SHA-256 of the UID, how many data sets the study had, and the options it was converted with.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

from dicom2fhir.cli.atomic_files import unwritable
from dicom2fhir.cli.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from pathlib import Path

    from dicom2fhir.parts import Part, StudyCounts
    from dicom2fhir.sources.problems import Skipped
    from dicom2fhir.streams import RereadableSource

__all__ = ["STATE_NAME", "FolderState", "Remaining"]

STATE_NAME: Final = ".dicom2fhir.state"


class FolderState:
    """What is known of the files in one output folder, which is made when it is not there.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "a.json").write_bytes(b"{}")
    2
    >>> FolderState(folder, "options").note("1.2.3", 7, "a.json", 2)
    >>> again = FolderState(folder, "options")
    >>> again.is_done("1.2.3", 7), again.is_done("1.2.3", 8), FolderState(folder, "others").is_done("1.2.3", 7)
    (True, False, False)
    """

    def __init__(self, folder: Path, options: str) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"-o: '{folder}' is a file; --format per-study needs a folder")
        self._folder = folder
        self._path = folder / STATE_NAME
        self._options = options
        self._known: dict[str, Mapping[str, Any]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+", encoding="utf-8") as file:
                self._load(file)
        except OSError as error:
            raise unwritable(folder, error) from error

    def _load(self, file: TextIO) -> None:
        file.seek(0)
        text = file.read()
        for line in text.splitlines():
            with suppress(ValueError, TypeError, KeyError):  # the last line of a run that was killed
                entry = json.loads(line)
                self._known[entry["study"]] = entry
        if text and not text.endswith("\n"):
            file.write("\n")

    def is_done(self, study_uid: str, data_sets: int) -> bool:
        """Whether the file of a study is there, whole, and made of as many data sets with the same options."""
        entry = self._known.get(_hashed(study_uid))
        if entry is None or entry.get("data_sets") != data_sets or entry.get("options") != self._options:
            return False
        file = self._folder / str(entry.get("file"))
        return file.is_file() and file.stat().st_size == entry.get("size")

    def note(self, study_uid: str, data_sets: int, file: str, size: int) -> None:
        """Remember a file that was put in its place."""
        entry = {
            "study": _hashed(study_uid),
            "data_sets": data_sets,
            "file": file,
            "size": size,
            "options": self._options,
        }
        self._known[_hashed(study_uid)] = entry
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(entry) + "\n")

    def forget(self, study_uid: str) -> None:
        """Take a study for one that is not done: what its file lacks came too late."""
        self._known.pop(_hashed(study_uid), None)
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps({"study": _hashed(study_uid), "file": None}) + "\n")


def _hashed(study_uid: str) -> str:
    return hashlib.sha256(study_uid.encode()).hexdigest()


class Remaining:
    """What is left of a source when the studies that an earlier run has done are passed over.

    ``is_done`` is asked with the UID of a study and how many data sets it has; ``counts`` holds the answer to the
    second for each study, once ``study_counts`` has been read to its end.
    """

    def __init__(self, source: RereadableSource, is_done: Callable[[str, int], bool]) -> None:
        self._source = source
        self._is_done = is_done
        self.counts: Counter[str] = Counter()
        self.done: set[str | None] = set()

    async def study_counts(self) -> AsyncGenerator[StudyCounts, None]:
        """How many data sets name each study, those that are done too."""
        async with aclosing(self._source.study_counts()) as counts:
            async for some in counts:
                self.counts.update({study: count for study, count in some.items() if study is not None})
                yield some
        self.done = {study for study, count in self.counts.items() if self._is_done(study, count)}

    async def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
        """The data sets of the studies that are left."""
        async with aclosing(self._source.parts(skipped)) as parts:
            async for part in parts:
                yield part.without(self.done) if self.done else part
