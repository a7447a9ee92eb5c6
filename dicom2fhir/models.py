"""FHIR JSON as models of fhir.resources.

A Bundle is validated as a whole and once.  Its instances are many and alike, so of each kind, which differs in UID and number alone,
one is validated, and the others are copies of it with a UID and a number of their own: both were held against FHIR's own rules when
their data set came in.  Measured in one run: 2.4 µs for an instance that is copied, 15.7 µs for one that is validated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom2fhir.builders.instances import as_it_is, instance, kind_of, told
from dicom2fhir.errors import StudyError
from dicom2fhir.values import UNSIGNED_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.builders.instances import Adorn, Instances
    from dicom2fhir.study.model import Instance

    Duplicate = Callable[[dict[str, Any]], Any]

__all__ = ["Models"]


class Models:
    """Makes models, those of instances ahead when there is time: while others are being read.

    >>> from dicom2fhir.study.model import Instance
    >>> models, rows = Models(), [Instance(7, "1.2.3", "1.2.4"), Instance(8, "1.2.5", "1.2.4")]
    >>> models.make_ahead(rows[:1])
    >>> def built(instances):
    ...     series = {"uid": "1.2", "modality": {"code": "CT"}, "instance": instances(rows)}
    ...     study = {"resourceType": "ImagingStudy", "status": "available", "subject": {"display": "Doe"}, "series": [series]}
    ...     return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": study}]}
    >>> [one.number for one in models.bundle(built).entry[0].resource.series[0].instance]
    [7, 8]
    """

    def __init__(self) -> None:
        self._ahead: dict[Instance, Any] = {}
        self._others: dict[int, tuple[Any, list[Any]]] = {}

    def make_ahead(self, rows: Iterable[Instance]) -> None:
        """Make models now; the caller will come back for them with the same rows.

        >>> Models().make_ahead([])
        """
        those = told(rows)
        self._ahead.update(zip(those, _made(those, as_it_is), strict=True))

    def forget(self) -> None:
        """Let go of models that nobody came back for: of an instance that came twice, and differently.

        >>> Models().forget()
        """
        self._ahead.clear()

    def of(self, rows: Iterable[Instance], adorn: Adorn = as_it_is) -> list[Any]:
        """What is to stand in the JSON for all instances of a series that have a class, which FHIR demands.

        It is the first of their models: a validator would look at each again, and the others can join it afterwards.  When
        the models refuse one, it is all of them, to be refused with the whole Bundle.

        >>> Models().of([])
        []
        """
        those = told(rows)
        models = self._rest(those, adorn) if self._ahead else list(_made(those, adorn))
        if not models or any(isinstance(one, dict) for one in models):
            return models
        self._others[id(models[0])] = (models[0], models[1:])
        return models[:1]

    def _rest(self, rows: list[Instance], adorn: Adorn) -> list[Any]:
        """Those that were made ahead, and the others now."""
        found = [self._ahead.pop(row, None) for row in rows]
        made = _made((row for row, one in zip(rows, found, strict=True) if one is None), adorn)
        return [next(made) if one is None else one for one in found]

    def bundle(self, build: Callable[[Instances], dict[str, Any]]) -> Bundle:
        """The Bundle as a model; StudyError, without a value in its text, where the models refuse it.

        ``build`` is given the form in which its instances are wanted.

        >>> Models().bundle(lambda instances: {"resourceType": "Bundle"})
        Traceback (most recent call last):
        dicom2fhir.errors.StudyError: the models refuse the Bundle, at type
        """
        try:
            bundle = _validated_bundle(build(self.of))
            if self._others:
                self._complete(bundle)
        finally:
            self._others.clear()
        return bundle

    def _complete(self, bundle: Bundle) -> None:
        """Let the others of each series join the first."""
        for entry in bundle.entry or ():
            for series in getattr(entry.resource, "series", None) or ():
                for first in (series.instance or ())[:1]:
                    if id(first) not in self._others:
                        raise StudyError("the models were not taken as they are; instances would be lost")
                    series.instance.extend(self._others[id(first)][1])


def _validated_bundle(built: dict[str, Any]) -> Bundle:
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


def _made(rows: Iterable[Instance], adorn: Adorn) -> Iterator[Any]:
    """What there is to say of each: a model, or the plain instance where the models refuse it."""
    firsts: dict[Any, Any] = {}
    duplicates: dict[Any, Duplicate] = {}
    for row in rows:
        kind = kind_of(row)
        duplicate, first = duplicates.get(kind), firsts.get(kind)
        if duplicate is None and first is not None:  # the second of its kind
            duplicate = duplicates[kind] = _duplicator(first)
        if duplicate is not None:
            place, uid = row[:2]
            yield duplicate({"uid": uid, "number": place} if place <= UNSIGNED_MAX else {"uid": uid})
            continue
        part = adorn(instance(row), row)
        if kind not in firsts:
            firsts[kind] = _validated(part)
        yield part if firsts[kind] is None else firsts[kind]


def _validated(part: Json) -> Any:
    """The model of an instance; None when it is refused."""
    from fhir.resources.R4B.imagingstudy import ImagingStudySeriesInstance
    from pydantic import ValidationError

    try:
        return ImagingStudySeriesInstance.model_validate(part)
    except ValidationError:
        return None


def _duplicator(model: Any) -> Duplicate:
    """How to make another model that says the same but for what it is given; nothing that can be changed is shared.

    Slot by slot: ``model_copy`` does the same, and takes three times as long.
    """
    from pydantic import BaseModel

    kind: Any = type(model)
    slots = [(vars(BaseModel)[name].__set__, getattr(model, name)) for name in BaseModel.__slots__]
    inner = [(name, _copier(value)) for name, value in model.__dict__.items() if _can_change(value)]

    def duplicate(own: dict[str, Any]) -> Any:
        one = kind.__new__(kind)
        for fill, value in slots:
            fill(one, None if value is None else value.copy())
        for name, copy in inner:
            own[name] = copy()
        one.__dict__.update(own)
        return one

    return duplicate


def _copier(value: Any) -> Callable[[], Any]:
    if not _can_change(value):
        return lambda: value
    if isinstance(value, list):
        copiers = [_copier(one) for one in value]
        return lambda: [copy() for copy in copiers]
    duplicate = _duplicator(value)
    return lambda: duplicate({})


def _can_change(value: Any) -> bool:
    return isinstance(value, list) or hasattr(value, "model_copy")
