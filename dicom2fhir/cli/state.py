"""Which studies an output folder holds already: a line for each, behind the others, so that an interruption costs no more than a line.

No study is named: a line has the SHA-256 of the UID, how many data sets it had, and the options it was converted with.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

from dicom2fhir.cli.exits import UsageError
from dicom2fhir.cli.files import unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


__all__ = ["STATE_NAME", "FolderState"]

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
                said = json.loads(line)
                self._known[said["study"]] = said
        if text and not text.endswith("\n"):
            file.write("\n")

    def is_done(self, study_uid: str, data_sets: int) -> bool:
        """Whether the file of a study is there, whole, and made of as many data sets with the same options."""
        said = self._known.get(_name(study_uid))
        if said is None or said.get("data_sets") != data_sets or said.get("options") != self._options:
            return False
        file = self._folder / str(said.get("file"))
        return file.is_file() and file.stat().st_size == said.get("size")

    def note(self, study_uid: str, data_sets: int, file: str, size: int) -> None:
        """Remember a file that was put in its place."""
        said = {
            "study": _name(study_uid),
            "data_sets": data_sets,
            "file": file,
            "size": size,
            "options": self._options,
        }
        self._known[_name(study_uid)] = said
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(said) + "\n")

    def forget(self, study_uid: str) -> None:
        """Take a study for one that is not done: what its file lacks came too late."""
        self._known.pop(_name(study_uid), None)
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps({"study": _name(study_uid), "file": None}) + "\n")


def _name(study_uid: str) -> str:
    return hashlib.sha256(study_uid.encode()).hexdigest()
