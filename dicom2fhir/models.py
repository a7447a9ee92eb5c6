"""FHIR JSON as models of fhir.resources.

A Bundle is validated as a whole and once.  Its instances are many and alike, so of each kind (class, title, with or without a
number) one is validated, and the others are copies of it with a UID and a number of their own: both were held against FHIR's
own rules when their data set came in.  Measured in one run: 3.4 µs for an instance that is copied, 14.4 µs for one that is validated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom2fhir.builders.instances import instance
from dicom2fhir.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.study.model import Instance

__all__ = ["Models", "as_model"]


def as_model(built: dict[str, Any]) -> Bundle:
    """The Bundle as a model; StudyError, without a value in its text, where the models refuse it.

    >>> as_model({"resourceType": "Bundle", "type": "transaction"}).type
    'transaction'
    >>> as_model({"resourceType": "Bundle"})
    Traceback (most recent call last):
    dicom2fhir.errors.StudyError: the models refuse the Bundle, at type
    """
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        return Bundle.model_validate(built)
    except ValidationError as error:  # its own text quotes the values, which may be a patient's
        places = {
            ".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False)
        }
        message = f"the models refuse the Bundle, at {', '.join(sorted(places)[:3])}"
    raise StudyError(message)


class Models:
    """The instances of series as models, some of them made ahead: in time that would be spent waiting for others.

    One that the models refuse stays as it is, to be refused with the whole Bundle.

    >>> from dicom2fhir.study.model import Instance
    >>> models, rows = Models(), [Instance(7, "1.2.3", "1.2.4"), Instance(8, "1.2.5", "1.2.4")]
    >>> models.make_ahead(rows[:1])
    >>> [one.number for one in models.of(rows)]
    [7, 8]
    """

    def __init__(self) -> None:
        self._ahead: dict[Instance, Any] = {}

    def make_ahead(self, rows: Iterable[Instance]) -> None:
        """Make models now; the caller will come back for them with the same rows.

        >>> Models().make_ahead([])
        """
        told = [row for row in rows if row.sop_class]
        self._ahead.update(zip(told, _made(told), strict=True))

    def forget(self) -> None:
        """Let go of models that nobody came back for: of an instance that came twice, and differently.

        >>> Models().forget()
        """
        self._ahead.clear()

    def of(self, rows: Iterable[Instance]) -> list[Any]:
        """The models of all instances of a series that have a class, which FHIR demands.

        >>> Models().of([])
        []
        """
        told = [row for row in rows if row.sop_class]
        found = [self._ahead.pop(row, None) for row in told] if self._ahead else [None] * len(told)
        made = _made(row for row, one in zip(told, found, strict=True) if one is None)
        return [next(made) if one is None else one for one in found]


def _made(rows: Iterable[Instance]) -> Iterator[Any]:
    """What there is to say of each: a model, or the plain instance where the models refuse it."""
    firsts: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        number = row.number
        kind = (row.sop_class, row.title, number is None)
        if kind not in firsts:
            firsts[kind] = made = _validated(row)
        else:
            made = _copied(firsts[kind], row.uid, number)
        yield instance(row) if made is None else made


def _copied(first: Any, uid: str, number: int | None) -> Any:
    """Another of the same kind; nothing that can be changed is shared."""
    if first is None:
        return None
    own = {"uid": uid, "sopClass": first.sopClass.model_copy()}
    return first.model_copy(update=own if number is None else own | {"number": number})


def _validated(row: Instance) -> Any:
    """The model of an instance; None when it is refused."""
    from fhir.resources.R4B.imagingstudy import ImagingStudySeriesInstance
    from pydantic import ValidationError

    try:
        return ImagingStudySeriesInstance.model_validate(instance(row))
    except ValidationError:
        return None
