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
    │   └── EmptyStudyError(ValueError)      nothing was added
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
    from collections.abc import Sequence

    from dicom2fhir.findings import Finding

__all__ = [
    "ConfigError",
    "Dicom2FhirError",
    "EmptyStudyError",
    "FindingsError",
    "InputTypeError",
    "InvalidIdError",
    "MediaDirectoryError",
    "MissingSourceError",
    "NotDicomError",
    "SourceError",
    "StudyError",
]


class Dicom2FhirError(Exception):
    """The base of every error of this package.

    >>> try:
    ...     raise ConfigError("no such zone")
    ... except Dicom2FhirError as error:
    ...     print(error)
    no such zone
    """


class ConfigError(Dicom2FhirError, ValueError):
    """An option is unusable; the message names it and says what would do.

    >>> raise ConfigError("profile: 'mi' is unknown; known: mii")
    Traceback (most recent call last):
    dicom2fhir.errors.ConfigError: profile: 'mi' is unknown; known: mii
    """


class SourceError(Dicom2FhirError):
    """Something could not be read.

    >>> str(SourceError("the data set ends in the middle of an element"))
    'the data set ends in the middle of an element'
    """


class NotDicomError(SourceError):
    """The bytes are not a DICOM file.

    >>> isinstance(NotDicomError("no DICOM data set"), SourceError)
    True
    """


class MediaDirectoryError(SourceError):
    """The file is a DICOMDIR: it lists instances and is none itself.

    >>> isinstance(MediaDirectoryError("a DICOMDIR"), SourceError)
    True
    """


class MissingSourceError(SourceError, ValueError):
    """There is no such file or directory.

    >>> isinstance(MissingSourceError("no such directory"), ValueError)
    True
    """


class InputTypeError(Dicom2FhirError, TypeError):
    """An argument is of the wrong type.

    >>> isinstance(InputTypeError("expected a dict"), TypeError)
    True
    """


class StudyError(Dicom2FhirError):
    """The instances do not make a study.

    >>> isinstance(StudyError("a study came back after its bundle was given out"), Dicom2FhirError)
    True
    """


class EmptyStudyError(StudyError, ValueError):
    """Nothing was added, so there is nothing to say.

    >>> str(EmptyStudyError())
    'No ImagingStudy data has been added'
    """

    def __init__(self, message: str = "No ImagingStudy data has been added") -> None:
        super().__init__(message)


class InvalidIdError(Dicom2FhirError, ValueError):
    r"""An id function answered with something that is no FHIR id (``[A-Za-z0-9\\-.]{1,64}``).

    >>> isinstance(InvalidIdError("id_function: not a FHIR id, for Patient"), ValueError)
    True
    """


class FindingsError(Dicom2FhirError):
    """Strict mode: the conversion ended, and not everything was well.

    >>> FindingsError([]).findings
    ()
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        summary = "; ".join(str(one) for one in self.findings[:5])
        more = f"; and {len(self.findings) - 5} more" if len(self.findings) > 5 else ""  # noqa: PLR2004 - five fit a line
        super().__init__(f"{len(self.findings)} findings: {summary}{more}")
