"""FHIR JSON as models of fhir.resources.

A Bundle is validated as a whole and once.  Its instances are many and alike, so of each kind, which differs in UID and number alone,
one is validated, and the others are copies of it with a UID and a number of their own: both were held against FHIR's own rules when
their data set came in.  Measured in one run: 2.4 µs for an instance that is copied, 15.7 µs for one that is validated.

The Bundle, its entries and their resources show of themselves what they are, and no patient.  That is for tracebacks and notebooks, and
for ``asyncio.run``, which writes the ``repr`` of its result (CPython 3.11 and 3.12): the models' own takes as long as to make them.
"""

from __future__ import annotations

from abc import ABCMeta
from functools import cache
from typing import TYPE_CHECKING, Any

from dicom2fhir.builders.instances import Instances, kind_of
from dicom2fhir.errors import StudyError
from dicom2fhir.values import UNSIGNED_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.study.model import Instance

    Duplicate = Callable[[dict[str, Any]], Any]

__all__ = ["bundle_model"]


def bundle_model(bundle: Json) -> Bundle:
    """The model of a Bundle; StudyError, without a value in its text, where the models refuse it.

    >>> bundle_model({"resourceType": "Bundle", "entry": []})
    Traceback (most recent call last):
    dicom2fhir.errors.StudyError: the models refuse the Bundle, at type
    """
    others = _Others()
    entries = [{**entry, "resource": others.held_back(entry["resource"])} for entry in bundle["entry"]]
    model = _validated_bundle({**bundle, "entry": entries})
    others.join(model)
    _keep_discreet(model)
    return model


class _Others:
    """Of each series the models of all instances but the first: a validator would look at each of them again."""

    def __init__(self) -> None:
        self._by_first: dict[int, tuple[Any, list[Any]]] = {}

    def held_back(self, resource: Json) -> Json:
        """The resource with the first instance of each series alone."""
        if not any(isinstance(series.get("instance"), Instances) for series in resource.get("series", ())):
            return resource
        return {**resource, "series": [self._first_alone(series) for series in resource["series"]]}

    def _first_alone(self, series: Json) -> Json:
        instances = series.get("instance")
        if not isinstance(instances, Instances):
            return series
        models = _models_of(instances)
        if models is None:  # refused: to be refused with the whole Bundle, which can say where
            return {**series, "instance": list(instances)}
        self._by_first[id(models[0])] = (models[0], models[1:])
        return {**series, "instance": models[:1]}

    def join(self, bundle: Bundle) -> None:
        """Let the others of each series join the first."""
        for entry in bundle.entry or ():
            for series in getattr(entry.resource, "series", None) or ():
                for first in (series.instance or ())[:1]:
                    held_back = self._by_first.pop(id(first), None)
                    series.instance.extend(held_back[1] if held_back else ())
        if self._by_first:
            raise StudyError("the models were not taken as they are; instances would be lost")


def _validated_bundle(bundle: Json) -> Bundle:
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        return Bundle.model_validate(bundle)
    except ValidationError as error:  # its own text quotes the values, which may be a patient's
        problems = error.errors(include_input=False, include_url=False)
        places = {".".join(map(str, problem["loc"])) for problem in problems}
        message = f"the models refuse the Bundle, at {', '.join(sorted(places)[:3])}"
    raise StudyError(message)


def _models_of(instances: Instances) -> list[Any] | None:
    """The models of all instances of a series; None when they are refused."""
    from fhir.resources.R4B.imagingstudy import ImagingStudySeriesInstance
    from pydantic import ValidationError

    try:
        duplicates = {
            kind: _duplicator(ImagingStudySeriesInstance.model_validate(pattern))
            for kind, pattern in instances.patterns.items()
        }
    except ValidationError:
        return None
    return [duplicates[kind_of(row)](_own(row)) for row in instances.rows]


def _own(row: Instance) -> dict[str, Any]:
    """What an instance has for itself alone."""
    place, uid = row[:2]
    return {"uid": uid, "number": place} if place <= UNSIGNED_MAX else {"uid": uid}


def _duplicator(model: Any) -> Duplicate:
    """How to make another model that says the same but for what it is given; nothing that can be changed is shared.

    Slot by slot: ``model_copy`` does the same, and takes three times as long.
    """
    from pydantic import BaseModel

    kind: Any = type(model)
    slots = [(vars(BaseModel)[name].__set__, getattr(model, name)) for name in BaseModel.__slots__]
    inner = [(name, _copier(value)) for name, value in model.__dict__.items() if _can_change(value)]

    def duplicate(own: dict[str, Any]) -> Any:
        copy_of = kind.__new__(kind)
        for fill, value in slots:
            fill(copy_of, None if value is None else value.copy())
        for name, copy in inner:
            own[name] = copy()
        copy_of.__dict__.update(own)
        return copy_of

    return duplicate


def _copier(value: Any) -> Callable[[], Any]:
    if not _can_change(value):
        return lambda: value
    if isinstance(value, list):
        copiers = [_copier(part) for part in value]
        return lambda: [copy() for copy in copiers]
    duplicate = _duplicator(value)
    return lambda: duplicate({})


def _can_change(value: Any) -> bool:
    return isinstance(value, list) or hasattr(value, "model_copy")


class _Discreet:
    """Put before a model's class: shows its type and no value, and is for everything else what the model's class makes."""

    __slots__ = ()
    _plain_class: Any

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{_contents(vars(self))}>"

    __str__ = __repr__

    def __repr_args__(self) -> list[Any]:  # what pydantic tells rich and devtools
        return []

    def __eq__(self, other: object) -> bool:  # asked on either side: Python asks the derived class first
        return bool(_plain(self) == _plain(other))

    __hash__ = None  # type: ignore[assignment]  # as every model: it can be changed

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        """A pickle holds the plain model, so that it can be read where this package is not."""
        model: Any = self
        return object.__new__, (self._plain_class,), model.__getstate__()


def _contents(fields: dict[str, Any]) -> str:
    """What a Bundle or an entry holds: a number, a type."""
    if entries := fields.get("entry"):
        return f": {len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
    resource = fields.get("resource")
    return "" if resource is None else f": {type(resource).__name__}"


def _plain(model: Any) -> Any:
    """The same content as an object of the model's own class; anything else as it is."""
    if not isinstance(model, _Discreet):
        return model
    make, kind, state = model.__reduce_ex__(2)
    twin = make(*kind)
    twin.__setstate__(state)
    return twin


def _keep_discreet(bundle: Bundle) -> None:
    """Let the Bundle, its entries and their resources keep to themselves what they hold."""
    entries = bundle.entry or []
    models: list[Any] = [bundle, *entries, *(entry.resource for entry in entries)]
    for model in models:
        kind: Any = type(model)
        object.__setattr__(model, "__class__", _discreet(kind))


@cache
def _discreet(kind: Any) -> Any:
    """The class of such a model, of the same name.

    Made past pydantic, which would build it anew: no field is added, so it has the validator and the serializer of its base.
    Measured: 45 µs for a class, once in a process, and 1.5 ms and more by way of pydantic.
    """
    own = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    own |= {"__slots__": (), "_plain_class": kind}
    return ABCMeta.__new__(type(kind), kind.__name__, (_Discreet, kind), own)
