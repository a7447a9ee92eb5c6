"""UIDs (PS3.5 section 9), and what FHIR takes as an id."""

from __future__ import annotations

import re
from functools import lru_cache

from dicom2fhir.values.texts import text

__all__ = ["is_fhir_id", "is_legal_uid", "uid"]

_UID_ROOT = re.compile(r"[0-2](?:\.(?:[1-9][0-9]*|0))*")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def uid(value: object) -> str | None:
    r"""A UID that FHIR can carry as an id; leading zeros and other small sins are kept.

    >>> uid("1.2.3\0"), uid("1.02.3"), uid("1.2 3"), uid("1." + "2" * 70)
    ('1.2.3', '1.02.3', None, None)
    """
    bare = text(value)
    return bare if bare and is_fhir_id(bare) else None


def is_legal_uid(value: str) -> bool:
    """Whether PS3.5 section 9.1 allows it.

    >>> is_legal_uid("1.2.840"), is_legal_uid("1.02")
    (True, False)
    """
    root, _, last = value.rpartition(".")
    return (
        len(value) <= 64  # noqa: PLR2004 - PS3.5: 64 characters
        and last.isdigit()
        and last.isascii()
        and (last == "0" or not last.startswith("0"))
        and _is_legal_root(root)
    )


@lru_cache(maxsize=64)
def _is_legal_root(root: str) -> bool:
    """The instances of a series mostly share it, and the expression takes as long as all else about one UID."""
    return _UID_ROOT.fullmatch(root) is not None


def is_fhir_id(value: object) -> bool:
    """Whether FHIR takes it as the id of a resource.

    >>> is_fhir_id("a-1"), is_fhir_id("a_1"), is_fhir_id("")
    (True, False, False)
    """
    return isinstance(value, str) and _FHIR_ID.fullmatch(value) is not None
