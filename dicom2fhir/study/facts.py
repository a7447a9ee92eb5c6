"""The first non-empty element of each attribute over many data sets, independent of the order they come in.

"First" is by rank, which the caller gives with each data set: the smallest rank that says something wins.  Data sets
of one series say mostly the same, so of each only what differs from the last is looked at.
"""

from __future__ import annotations

import json
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from dicom2fhir.attributes import FOLLOWERS, key_of
from dicom2fhir.dicom_json_proxy import element_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Facts", "canonical"]

Rank = tuple[Any, ...]
_Place = tuple[str, str]  # the key of an attribute, and the value of the attribute it follows

_LEADER_OF = {
    str(key_of(follower)): str(key_of(leader))
    for leader, followers in FOLLOWERS.items()
    for follower in followers
}


def canonical(element: Any) -> str:
    """One text for equal values, whatever spelling their element has; 1 and 1.0 are equal.

    >>> canonical({"vr": "CS", "Value": ["CT "]}) == canonical({"Value": ["CT"]})
    True
    >>> canonical({"vr": "DS", "Value": [1.0, 0.5]})
    '[1, 0.5]'
    """
    said = [one.strip(" \0") if isinstance(one, str) else one for one in element_values(element)]
    return json.dumps([_comparable(one) for one in said], sort_keys=True, default=str)


def _comparable(value: Any) -> Any:
    """The same for all that Python takes for equal."""
    if isinstance(value, dict):
        return {name: _comparable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_comparable(part) for part in value]
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (float, Decimal)) and isfinite(value):
        return int(value) if value == int(value) else float(value)
    return value


class Facts:
    """What many data sets say together about the attributes of some keys.

    >>> facts = Facts(["00080060"])
    >>> facts.add({"00080060": {"vr": "CS", "Value": ["SR"]}}, (2,))
    >>> facts.add({"00080060": {"vr": "CS", "Value": ["CT"]}}, (1,))
    >>> facts.elements()
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    >>> facts.conflicts
    {'00080060'}
    """

    __slots__ = ("_bar", "_best", "_last", "_unanimous", "conflicts", "keys")

    def __init__(self, keys: Iterable[str], unanimous: Iterable[str] = ()) -> None:
        self._unanimous = frozenset(unanimous)
        self.keys = (*keys, *self._unanimous)
        """What is still looked at."""
        self._best: dict[_Place, tuple[Rank, Any]] = {}
        self._last: list[Any] | None = None
        self._bar: Rank = ()  # all that the last one said was taken at this rank or below it
        self.conflicts: set[str] = set()

    def add(self, raw: Mapping[str, Any], rank: Rank) -> None:
        """Take what one data set says.

        >>> Facts([]).add({}, ())
        """
        said = list(map(raw.get, self.keys))
        news: Iterable[tuple[str, Any]] = zip(self.keys, said, strict=True)
        if self._last is not None and rank > self._bar:
            if said == self._last:
                return
            news = self._beyond(self._last, said)
        self._last, self._bar = said, rank
        leaders: dict[str, str] = {}
        for key, element in news:
            if element is not None and element_values(element):
                self._take(key, element, rank, raw, leaders)
        self._forget_what_varies()

    def _beyond(self, last: list[Any], said: list[Any]) -> list[tuple[str, Any]]:
        """What is not as it was the last time, and what follows it."""
        changed = {key for key, was, now in zip(self.keys, last, said, strict=True) if was != now}
        changed |= {follower for follower, leader in _LEADER_OF.items() if leader in changed}
        return [(key, now) for key, now in zip(self.keys, said, strict=True) if key in changed]

    def _take(
        self, key: str, element: Any, rank: Rank, raw: Mapping[str, Any], leaders: dict[str, str]
    ) -> None:
        leader = _LEADER_OF.get(key)
        if leader is None:
            place = (key, "")
        else:
            if leader not in leaders:
                leaders[leader] = canonical(raw.get(leader))
            place = (key, leaders[leader])
        self._put(place, rank, element)

    def _put(self, place: _Place, rank: Rank, element: Any) -> None:
        if place not in self._best:
            self._best[place] = (rank, element)
            return
        best_rank, best = self._best[place]
        if best == element and (rank > best_rank or repr(best) == repr(element)):
            if rank < best_rank:  # the same, and not only equal as 1 and 1.0 are
                self._best[place] = (rank, element)
            return
        was, now = canonical(best), canonical(element)
        if was != now:
            self.conflicts.add(place[0])
        if (rank, now, repr(element)) < (best_rank, was, repr(best)):
            self._best[place] = (rank, element)

    def absorb(self, other: Facts) -> None:
        """Take over what others have put together elsewhere, of the same attributes.

        >>> one, two = Facts(["00080060"]), Facts(["00080060"])
        >>> two.add({"00080060": {"vr": "CS", "Value": ["CT"]}}, (1,))
        >>> one.absorb(two)
        >>> one.elements()
        {'00080060': {'vr': 'CS', 'Value': ['CT']}}
        """
        for place, (rank, element) in other._best.items():
            self._put(place, rank, element)
        self.conflicts |= other.conflicts
        self._forget_what_varies()

    def _forget_what_varies(self) -> None:
        """An attribute on which all must agree need not be looked at again once they do not."""
        if any(key in self._unanimous for key in self.conflicts.intersection(self.keys)):
            varying = self._unanimous & self.conflicts
            self.keys = tuple(key for key in self.keys if key not in varying)
            self._last = None

    def elements(self) -> dict[str, Any]:
        """The elements that won, as DICOM JSON, in the order of their tags.

        >>> Facts(["00080060"]).elements()
        {}
        """
        won: dict[str, Any] = {}
        leaders: dict[str, str] = {}
        for (key, of_leader), (_, element) in self._best.items():
            if key in self._unanimous and key in self.conflicts:
                continue
            leader = _LEADER_OF.get(key)
            if leader is not None and leader not in leaders:
                leaders[leader] = canonical(self._best.get((leader, ""), (None, None))[1])
            if leader is None or of_leader == leaders[leader]:
                won[key] = element
        return dict(sorted(won.items()))
