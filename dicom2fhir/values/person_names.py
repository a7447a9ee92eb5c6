"""A person's name (PN) split into its groups and components."""

from __future__ import annotations

from typing import Any, NamedTuple

from dicom2fhir.values.texts import text

__all__ = ["PersonName", "is_nobody", "person_name"]

_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


class PersonName(NamedTuple):
    """One representation of a person's name, by component."""

    family: str | None = None
    given: str | None = None
    middle: str | None = None
    prefix: str | None = None
    suffix: str | None = None

    def spoken(self) -> str:
        """The name as one line: prefix, given, middle, family, suffix.

        >>> PersonName("Doe", "Jane", None, "Dr.").spoken()
        'Dr. Jane Doe'
        """
        parts = (self.prefix, self.given, self.middle, self.family, self.suffix)
        return " ".join(part for part in parts if part)


def person_name(value: Any) -> dict[str, PersonName]:
    """The groups of a PN that say something; a plain string and ``A=I=P`` are understood.

    >>> person_name({"Alphabetic": "Doe^John"})
    {'Alphabetic': PersonName(family='Doe', given='John', middle=None, prefix=None, suffix=None)}
    >>> person_name("^^^^"), person_name({})
    ({}, {})
    """
    if isinstance(value, str):
        value = {"Alphabetic": value}
    if not isinstance(value, dict):
        return {}
    groups = {group: value.get(group) for group in _GROUPS}
    alphabetic = groups["Alphabetic"]
    if isinstance(alphabetic, str) and "=" in alphabetic:
        split = dict(zip(_GROUPS, alphabetic.split("="), strict=False))
        groups = {
            **groups,
            **{group: written for group, written in split.items() if written},
            "Alphabetic": split["Alphabetic"],
        }
    names = {group: _components(written) for group, written in groups.items() if isinstance(written, str)}
    return {group: name for group, name in names.items() if any(name)}


def is_nobody(value: Any) -> bool:
    """Whether a PN consists of delimiters alone, as anonymizers leave it: then it is empty.

    >>> is_nobody("^^^^"), is_nobody({"Alphabetic": "^"}), is_nobody("Doe")
    (True, True, False)
    """
    groups = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(written, str) and not written.strip("^= \0") for written in groups)


def _components(written: str) -> PersonName:
    return PersonName(*(text(part) for part in written.split("^")[:5]))
