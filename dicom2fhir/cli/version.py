"""Which version this is."""

from __future__ import annotations

import importlib.metadata

__all__ = ["version"]


def version() -> str:
    """The version that is installed.

    >>> isinstance(version(), str)
    True
    """
    try:
        return importlib.metadata.version("dicom2fhir")
    except importlib.metadata.PackageNotFoundError:
        return "unknown (not installed)"
