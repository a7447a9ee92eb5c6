"""Values that many instances share, each kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import values

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEPT_MAX", "KeptOnce"]

KEPT_MAX: Final = 10_000
"""How many of a kind are kept; an endless stream must not fill memory."""


class KeptOnce:
    """UIDs, titles and image details, apart from each other: a title is no UID, whatever it looks like."""

    __slots__ = ("_details", "_titles", "_uids")

    def __init__(self) -> None:
        self._uids: dict[str, str | None] = {}
        self._titles: dict[str, str] = {}
        self._details: dict[str, Mapping[str, Any]] = {}

    def uid(self, text: str | None) -> str | None:
        """A text as a UID that FHIR can carry, if it is one.

        >>> kept = KeptOnce()
        >>> kept.uid("1.2.3"), kept.uid("a b"), kept.uid(None)
        ('1.2.3', None, None)
        """
        if text is None:
            return None
        if text not in self._uids:
            _make_room(self._uids)
            self._uids[text] = values.uid(text)
        return self._uids[text]

    def title(self, title: str | None) -> str | None:
        """The first title that is equal."""
        if title is None:
            return None
        if title not in self._titles:
            _make_room(self._titles)
        return self._titles.setdefault(title, title)

    def details(self, elements: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The first elements that are the same, 1 and 1.0 told apart; None for none."""
        if not elements:
            return None
        written = repr(elements)
        if written not in self._details:
            _make_room(self._details)
        return self._details.setdefault(written, elements)


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) >= KEPT_MAX:
        kept.clear()
