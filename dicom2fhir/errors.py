"""What can go wrong, as one tree.

::

    Dicom2FhirError
    ├── ConfigError(ValueError)        an option is unusable or contradicts another
    ├── SourceError                    something could not be read
    │   ├── NotDicomError              the bytes are not a DICOM file
    │   ├── MediaDirectoryError        a DICOMDIR: an index of files, not an instance
    │   └── MissingSourceError(ValueError)   no such file or directory
    ├── InputTypeError(TypeError)      an argument is of the wrong type
    ├── StudyError                     the instances do not make a study
    │   ├── EmptyStudyError(ValueError)      nothing was added
    │   ├── TwoPatientsError                 a study names two patients, and ``on_conflict`` is ``skip``
    │   └── LateInstanceError                instances came when their study had been given out
    ├── PackError                      a profile pack answered with something that cannot be used
    ├── InvalidIdError(ValueError)     an id function answered with something that is no FHIR id
    └── FindingsError                  strict mode: there were findings; it carries them

No message repeats a value of a patient.  The double inheritance keeps ``except ValueError`` and
``except TypeError`` of existing code working.

>>> issubclass(EmptyStudyError, ValueError) and issubclass(EmptyStudyError, Dicom2FhirError)
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dicom2fhir.findings import Finding

__all__ = [
    "ConfigError",
    "Dicom2FhirError",
    "EmptyStudyError",
    "FindingsError",
    "InputTypeError",
    "InvalidIdError",
    "LateInstanceError",
    "MediaDirectoryError",
    "MissingSourceError",
    "NotDicomError",
    "PackError",
    "SourceError",
    "StudyError",
    "TwoPatientsError",
]


class Dicom2FhirError(Exception):
    """The base of every error of this package."""


class ConfigError(Dicom2FhirError, ValueError):
    """An option is unusable; the message names it and says what would do."""


class SourceError(Dicom2FhirError):
    """Something could not be read."""


class NotDicomError(SourceError):
    """The bytes are not a DICOM file."""


class MediaDirectoryError(SourceError):
    """The file is a DICOMDIR: it lists instances and is none itself."""

    def __init__(self, message: str = "a DICOMDIR: it lists instances and is none") -> None:
        super().__init__(message)


class MissingSourceError(SourceError, ValueError):
    """There is no such file or directory."""


class InputTypeError(Dicom2FhirError, TypeError):
    """An argument is of the wrong type."""


class StudyError(Dicom2FhirError):
    """The instances do not make a study."""


class EmptyStudyError(StudyError, ValueError):
    """Nothing was added, so there is nothing to say."""

    def __init__(self, message: str = "No ImagingStudy data has been added") -> None:
        super().__init__(message)


class TwoPatientsError(StudyError):
    """The instances of a study name several patients, and ``on_conflict`` says to convert no such study."""

    def __init__(self, study_id: str) -> None:
        super().__init__(f"ImagingStudy {study_id}: its instances name several patients; it is not converted")
        self.study_id = study_id


class LateInstanceError(StudyError):
    """Instances of a study came when its Bundle had been given out, which therefore lacks them: convert these studies again."""

    def __init__(self, study_ids: Iterable[str]) -> None:
        self.study_ids = tuple(study_ids)
        super().__init__(
            f"instances came when their study had been given out: ImagingStudy {', '.join(self.study_ids)}"
        )


class PackError(Dicom2FhirError):
    """A profile pack answered with something that cannot be used; the message says what it must leave as it is."""


class InvalidIdError(Dicom2FhirError, ValueError):
    r"""An id function answered with something that is no FHIR id (``[A-Za-z0-9\\-.]{1,64}``)."""


class FindingsError(Dicom2FhirError):
    """Strict mode: the conversion ended, and not everything was well."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        summary = "; ".join(str(finding) for finding in self.findings[:5])
        more = f"; and {len(self.findings) - 5} more" if len(self.findings) > 5 else ""  # noqa: PLR2004 - five fit a line
        super().__init__(f"{len(self.findings)} findings: {summary}{more}")
