"""A resource on its way into a Bundle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dicom2fhir.builders.datatypes import Json

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource, with numbers as they were written; with ``if_none_exist`` it is created, otherwise put under its id."""

    resource: Json = field(repr=False)
    if_none_exist: str | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """The type of the resource."""
        return str(self.resource["resourceType"])
