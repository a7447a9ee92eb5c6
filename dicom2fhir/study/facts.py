"""The first non-empty element of each attribute over many data sets, independent of the order they come in.

"First" is by rank, which the caller gives with each data set: the smallest rank that says something wins.  Data sets
of one series say mostly the same, so of each only what differs from the last is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom2fhir.attributes import FOLLOWERS, key_of
from dicom2fhir.dicom_json_proxy import element_values
from dicom2fhir.study.conflicts import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Facts"]

Rank = tuple[Any, ...]
_Place = tuple[str, str]  # the key of an attribute, and the value of the attribute it follows

_LEADER_OF = {
    key_of(follower): key_of(leader) for leader, followers in FOLLOWERS.items() for follower in followers
}
_LEADERS = frozenset(_LEADER_OF.values())


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
        """Take what one data set says."""
        elements = list(map(raw.get, self.keys))
        news: Iterable[tuple[str, Any]] = zip(self.keys, elements, strict=True)
        if self._last is not None and rank > self._bar:
            if elements == self._last:
                return
            news = self._beyond(self._last, elements)
        self._last, self._bar = elements, rank
        conflicts = len(self.conflicts)
        leaders: dict[str, str] = {}
        for key, element in news:
            if element is not None and element_values(element):
                self._take(key, element, rank, raw, leaders)
        if len(self.conflicts) > conflicts:
            self._forget_what_varies()

    def _beyond(self, last: list[Any], elements: list[Any]) -> list[tuple[str, Any]]:
        """What is not as it was the last time, and what follows it."""
        news = {key: now for key, was, now in zip(self.keys, last, elements, strict=True) if was != now}
        if not _LEADERS.isdisjoint(news):
            now = dict(zip(self.keys, elements, strict=True))
            followers = (follower for follower, leader in _LEADER_OF.items() if leader in news)
            news.update({follower: now[follower] for follower in followers if follower in now})
        return list(news.items())

    def _take(
        self, key: str, element: Any, rank: Rank, raw: Mapping[str, Any], leaders: dict[str, str]
    ) -> None:
        leader = _LEADER_OF.get(key)
        if leader is None:
            place = (key, "")
        else:
            if leader not in leaders:
                leaders[leader] = canonical(raw.get(leader), leader)
            place = (key, leaders[leader])
        self._put(place, rank, element)

    def _put(self, place: _Place, rank: Rank, element: Any) -> None:
        if place not in self._best:
            self._best[place] = (rank, element)
            return
        best_rank, best = self._best[place]
        if rank > best_rank and place[0] in self.conflicts:
            return  # it comes later, and that it may be another is known
        if best == element and (rank > best_rank or repr(best) == repr(element)):
            if rank < best_rank:  # the same, and not only equal as 1 and 1.0 are
                self._best[place] = (rank, element)
            return
        was, now = canonical(best, place[0]), canonical(element, place[0])
        if was != now:
            self.conflicts.add(place[0])
        if (rank, now, repr(element)) < (best_rank, was, repr(best)):
            self._best[place] = (rank, element)

    def absorb(self, other: Facts) -> None:
        """Take over what others have put together elsewhere, of the same attributes.

        >>> facts, elsewhere = Facts(["00080060"]), Facts(["00080060"])
        >>> elsewhere.add({"00080060": {"vr": "CS", "Value": ["CT"]}}, (1,))
        >>> facts.absorb(elsewhere)
        >>> facts.elements()
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
        """The elements that won, as DICOM JSON, in the order of their tags."""
        won: dict[str, Any] = {}
        leaders: dict[str, str] = {}
        for (key, of_leader), (_, element) in self._best.items():
            if key in self._unanimous and key in self.conflicts:
                continue
            leader = _LEADER_OF.get(key)
            if leader is not None and leader not in leaders:
                leaders[leader] = canonical(self._best.get((leader, ""), (None, None))[1], leader)
            if leader is None or of_leader == leaders[leader]:
                won[key] = element
        return dict(sorted(won.items()))
