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
from dicom2fhir.config import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dicom2fhir.config import ConvertConfig

__all__ = ["STATE_NAME", "FolderState", "fingerprint"]

STATE_NAME: Final = ".dicom2fhir.state"


def fingerprint(config: ConvertConfig, version: str) -> str:
    """A short text that changes with the options and the version that make the output.

    >>> from dicom2fhir.config import ConvertConfig
    >>> fingerprint(ConvertConfig(), "1") == fingerprint(ConvertConfig(add_instances=True), "1")
    False
    """
    chosen = {option.name: getattr(config, option.field) for option in OPTIONS}
    said = json.dumps([version, chosen], sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value) if hasattr(value, "keys") else str(value)


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


def _name(study_uid: str) -> str:
    return hashlib.sha256(study_uid.encode()).hexdigest()
