"""Values that many instances share."""

from __future__ import annotations

from dicom2fhir.study.kept_once import KEPT_MAX, KeptOnce


def copy_of(text: str) -> str:
    """An equal string that is another object."""
    return "".join(list(text))


def test_equal_titles_and_details_are_one_object() -> None:
    kept = KeptOnce()
    title, details = copy_of("AXIAL"), {"00180050": {"Value": [1]}}
    assert kept.title(title) is kept.title(copy_of("AXIAL")) is title
    assert kept.details(details) is kept.details({**details}) is details
    assert (kept.title(None), kept.details({})) == (None, None)


def test_details_that_are_only_equal_are_kept_apart() -> None:
    kept = KeptOnce()
    whole, real = ({"00180050": {"Value": [value]}} for value in (1, 1.0))
    assert kept.details(whole) is whole
    assert kept.details(real) is real


def test_what_is_kept_does_not_grow_without_end() -> None:
    kept = KeptOnce()
    title, uid, details = copy_of("first"), copy_of("2.25.7"), {"00180050": {"Value": [0.5]}}
    assert (kept.title(title), kept.uid(uid), kept.details(details)) == (title, uid, details)
    for number in range(KEPT_MAX):
        kept.title(f"title {number}")
        kept.uid(f"1.2.{number}")
        kept.details({"00180050": {"Value": [number]}})
    assert kept.title(copy_of(title)) is not title
    assert kept.uid(copy_of(uid)) is not uid
    assert kept.details({**details}) is not details
