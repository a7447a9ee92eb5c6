"""The instances of one series, as one value that each writer expands.

A study has thousands of them and all are alike: they differ in UID and number, and of what else they say there are few kinds.  So of
each kind one is made, by which a pack is asked once, and the others are it with a UID and a number of their own.  Measured
in one run on a series of 5 000: 0.4 µs each into text, against 0.3 µs to make a dict and 1.2 µs for the standard library to
write it; with the details of the mii pack 0.7 µs against 0.6 and 9.4 µs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, overload

from dicom2fhir.errors import PackError
from dicom2fhir.serialized import Expanding, as_bytes, as_plain
from dicom2fhir.values import UNSIGNED_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.study.model import Instance

    Adorn = Callable[[Json, Instance], Json]

__all__ = ["InstanceKind", "Instances", "kind_of"]

_URI: Final = "urn:ietf:rfc:3986"
_OWN: Final = ("uid", "number")

InstanceKind = tuple["str | None", "str | None", int, bool]
"""What instances have in common that differ in nothing but UID and number: class, title, details, and that there is a number."""


class Instances(Sequence["Json"], Expanding):
    """The instances of a series that have a class, which FHIR demands; to whoever looks at it a list of JSON objects.

    ``adorn`` adds what a pack has to say of an instance.

    >>> from dicom2fhir.study.model import Instance
    >>> instances = Instances([Instance(7, "1.2.3", "1.2.4"), Instance(8, "1.2.5")])
    >>> len(instances), instances.json_text()
    (1, '[{"uid":"1.2.3","sopClass":{"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.4"},"number":7}]')
    """

    __slots__ = ("patterns", "rows")

    def __init__(self, rows: Iterable[Instance], adorn: Adorn | None = None) -> None:
        self.rows = [row for row in rows if row.sop_class]
        examples = {kind_of(row): row for row in self.rows}
        self.patterns: dict[InstanceKind, Json] = {
            kind: _pattern(row, adorn) for kind, row in examples.items()
        }

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Json: ...
    @overload
    def __getitem__(self, place: slice) -> list[Json]: ...
    def __getitem__(self, place: int | slice) -> Json | list[Json]:
        if isinstance(place, slice):
            return [self._expanded(row) for row in self.rows[place]]
        return self._expanded(self.rows[place])

    def __iter__(self) -> Iterator[Json]:
        return map(self._expanded, self.rows)

    def __repr__(self) -> str:
        return f"<Instances: {len(self.rows)}>"

    def _expanded(self, row: Instance) -> Json:
        place, uid = row[:2]
        own = {"uid": uid, "number": place} if place <= UNSIGNED_MAX else {"uid": uid}
        return {**self.patterns[kind_of(row)], **own}

    def plain(self) -> list[Any]:
        """The instances as plain JSON that belongs to the caller alone."""
        return [as_plain(instance) for instance in self]

    def json_text(self) -> str:
        """The instances as JSON text; UIDs need no escape, for whatever is no FHIR id has not become a row."""
        templates = {kind: _template(pattern) for kind, pattern in self.patterns.items()}
        texts: list[str] = []
        for row in self.rows:
            before, between, behind = templates[kind_of(row)]
            place, uid = row[:2]
            texts.append(f"{before}{uid}{between}{place if place <= UNSIGNED_MAX else ''}{behind}")
        return f"[{','.join(texts)}]"


def kind_of(row: Instance) -> InstanceKind:
    """What an instance has in common with others that differ in nothing but UID and number; good while the rows are there."""
    place, _, sop_class, title, details = row
    return sop_class, title, id(details), place <= UNSIGNED_MAX


def _pattern(row: Instance, adorn: Adorn | None) -> Json:
    """An instance as the pack wants it, from which the others of its kind are made."""
    plain = _instance(row)
    if adorn is None:
        return plain
    own = [(name, plain[name]) for name in _OWN if name in plain]
    pattern = adorn(plain, row)
    if not isinstance(pattern, dict) or [part for part in pattern.items() if part[0] in _OWN] != own:
        raise PackError("a pack must leave an instance its uid, and behind it the number that it has")
    return pattern


def _instance(row: Instance) -> Json:
    number, uid, sop_class, title, _ = row
    instance: Json = {"uid": uid, "sopClass": _sop_class(str(sop_class))}
    if number <= UNSIGNED_MAX:
        instance["number"] = number
    if title is not None:
        instance["title"] = title
    return instance


@lru_cache(maxsize=256)
def _sop_class(uid: str) -> Json:
    """One Coding for all instances of a class; nobody writes to it."""
    return {"system": _URI, "code": f"urn:oid:{uid}"}


def _template(pattern: Json) -> tuple[str, str, str]:
    """The text of an instance, cut where its UID and its number are."""
    pieces, comma = ["{"], ""
    for name, value in pattern.items():
        pieces[-1] += f'{comma}"{name}":'
        if name == "uid":
            pieces[-1] += '"'
            pieces.append('"')
        elif name == "number":
            pieces.append("")
        else:
            pieces[-1] += as_bytes(value).decode()
        comma = ","
    before, between, *behind = pieces
    return before, between, f"{''.join(behind)}}}"
