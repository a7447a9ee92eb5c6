"""Which profile packs there are: ours, and those that others have installed."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from dicom2fhir.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from dicom2fhir.profiles import Pack

__all__ = ["pack_named"]

_GROUP: Final = "dicom2fhir.profiles"
_MEMBERS: Final = (
    "name",
    "series_attributes",
    "instance_attributes",
    "nested_attributes",
    "series",
    "instance",
    "entries",
)


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
    installed = {entry.name.lower(): entry for entry in entry_points(group=_GROUP)}
    if name.lower() not in installed:
        known = ", ".join(sorted({"mii", *installed}))
        raise ConfigError(f"profile: {name!r} is unknown; known: {known}, none")
    return _loaded(installed[name.lower()])


def _loaded(entry_point: EntryPoint) -> Pack:
    try:
        pack: Pack = entry_point.load()()
    except (ImportError, AttributeError, TypeError) as error:
        message = f"profile: {entry_point.name!r} cannot be loaded from {entry_point.value!r}: {type(error).__name__}"
        raise ConfigError(message) from error
    missing = [member for member in _MEMBERS if not hasattr(pack, member)]
    if missing:
        raise ConfigError(f"profile: {entry_point.name!r} is no pack: it has no {', '.join(missing)}")
    return pack
