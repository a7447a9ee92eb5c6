"""Profile packs: what a national or local profile adds to the base output, or takes from it.

==============  ========================================================================
``registry``    which packs there are: ours, and those that others have installed
``mii``         the German Medical Informatics Initiative's module for imaging
==============  ========================================================================

A pack is one object: a name, the attributes that it reads besides those of the base output, and three questions.  A package of
yours offers one by an entry point of the group ``dicom2fhir.profiles``: a class or a function that is called without arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.builders.entry import Entry
    from dicom2fhir.study.model import Instance, Series, Study

__all__ = ["Pack"]


class Pack(Protocol):
    """What a profile pack must answer; it may change and return what it is given.

    The context is the one that the builders of this conversion had.
    """

    name: str
    series_attributes: Collection[str]
    """Keywords or tags that a series says when all of its instances agree on them."""
    instance_attributes: Collection[str]
    """Keywords or tags that each instance keeps for itself: ``Instance.details``."""
    nested_attributes: Collection[str]
    """Keywords or tags that are read in the items of those."""

    def series(self, part: Json, series: Series, context: Context) -> Json:
        """One series of an ImagingStudy; its instances are finished."""

    def instance(self, part: Json, instance: Instance, series: Series, context: Context) -> Json:
        """One instance of a series; asked once for all that differ in nothing but UID and number, which it must leave as they are."""

    def entries(self, entries: list[Entry], study: Study, context: Context) -> list[Entry]:
        """All resources of one study, finished: any may be changed, and others added."""
