"""Profile packs: what a national or local profile adds to the base output, or takes from it.

A pack is one object with a name and five questions; each is asked with a resource that a builder has just made, and
answers with that resource as the profile wants it.  A new pack is a module and a line in the table below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from dicom2fhir.errors import ConfigError

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.study.model import Instance, Series, Study

__all__ = ["Pack", "pack_named"]


class Pack(Protocol):
    """What a profile pack must answer; it may change and return the dict it is given.

    The context is the one that the builders of this conversion had.
    """

    name: str

    def imaging_study(self, resource: Json, study: Study, context: Context) -> Json:
        """The ImagingStudy as the profile wants it; its series are finished."""

    def series(self, part: Json, series: Series, context: Context) -> Json:
        """One series of it; its instances are finished, and in a form that only the caller knows."""

    def instance(self, part: Json, instance: Instance, series: Series, context: Context) -> Json:
        """One instance of a series; asked once for all that differ in nothing but UID and number."""

    def device(self, resource: Json, context: Context) -> Json:
        """A Device."""

    def observation(self, resource: Json, context: Context) -> Json:
        """An Observation."""


_PACKS: Final = ("mii",)


def pack_named(name: str | None) -> Pack | None:
    """The pack of a name; None for no name.

    >>> pack_named("mii").name
    'mii'
    >>> pack_named("mi")
    Traceback (most recent call last):
    dicom2fhir.errors.ConfigError: profile: 'mi' is unknown; known: mii, none
    """
    if name is None:
        return None
    if name == "mii":
        from dicom2fhir.profiles.mii import MiiPack

        return MiiPack()
    raise ConfigError(f"profile: {name!r} is unknown; known: {', '.join(_PACKS)}, none")
