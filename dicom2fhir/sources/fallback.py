"""What the quick reader refuses, read by pydicom: big endian, unknown VRs, lengths that do not add up.

pydicom finds the elements; their values are decoded by the same functions as everywhere, so both ways of reading
give the same dict.  Nothing that pydicom raises gets out: what was read before the trouble is what there is.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, cast

from dicom2fhir.errors import MediaDirectoryError, SourceError
from dicom2fhir.sources.blocks import MemoryBlocks
from dicom2fhir.sources.charset import Charset, charset_of
from dicom2fhir.sources.cutting import DIRECTORY_RECORDS, EXPLICIT_VRS, MAX_DEPTH, UNDEFINED
from dicom2fhir.sources.decoding import CHARSET
from dicom2fhir.sources.elements import Element, decode_element, dictionary_vr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from pydicom.dataelem import DataElement, RawDataElement
    from pydicom.dataset import Dataset

    from dicom2fhir.sources.blocks import Blocks

    Found = DataElement | RawDataElement

__all__ = ["PatientReader"]

_LARGEST_VALUE = 1 << 26
# pydicom makes an object of every item it meets: what a file may cost is counted in reads, some three for each.
_MOST_READS = 150_000

# What pydicom 3 may raise on damaged data; millions of mutated files brought nothing else.
_TROUBLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    Warning,  # where the user made errors of them
    struct.error,
)


class PatientReader:
    """Reads the wanted elements of one data set by way of pydicom.

    >>> data = bytes.fromhex("00080060") + b"CS" + bytes([0, 2]) + b"CT"
    >>> reader = PatientReader(MemoryBlocks(data), frozenset({"00080060"}))
    >>> reader.read(0, range(0x7FE00000), implicit=False, little_endian=False)
    {'00080060': {'vr': 'CS', 'Value': ['CT']}}
    """

    def __init__(self, blocks: Blocks, wanted: frozenset[str]) -> None:
        self._blocks = blocks
        self._wanted = wanted
        self._allowance = _Allowance()
        self.end = 0

    def read(
        self,
        offset: int,
        tags: range,
        *,
        implicit: bool,
        little_endian: bool,
        also: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """The elements from ``offset`` on while they are among ``tags``; ``also`` is wanted at this level only.

        Afterwards ``end`` says where they end.
        """
        from pydicom.filereader import data_element_generator

        stream = _Stream(self._blocks, offset, self._allowance)
        wanted = self._wanted | also
        found = data_element_generator(
            cast("BinaryIO", stream),
            implicit,
            little_endian,
            stop_when=_stop_outside(tags),
            defer_size=_LARGEST_VALUE,
            specific_tags=[int(key, 16) for key in wanted],
        )
        elements = list(_until_trouble(found))
        self.end = stream.tell()
        return self._dataset(elements, charset_of(b""), wanted)

    def _dataset(
        self, elements: Iterable[Found], charset: Charset, wanted: frozenset[str], depth: int = 0
    ) -> dict[str, Any]:
        found = {f"{element.tag:08X}": element for element in elements}
        if CHARSET in found:
            charset = charset_of(_raw(found[CHARSET]) or b"")
        decoded = {
            key: self._element(key, one, charset, depth) for key, one in found.items() if key in wanted
        }
        return {key: element for key, element in decoded.items() if element is not None}

    def _element(self, key: str, found: Found, charset: Charset, depth: int) -> Element | None:
        vr = found.VR
        if vr is None or vr == "UN" or vr.encode("latin-1") not in EXPLICIT_VRS:
            vr = dictionary_vr(key) or "UN"
        if vr == "SQ":
            items = [
                self._dataset(item, charset, self._wanted, depth + 1) for item in self._items(found, depth)
            ]
            return {"vr": "SQ", "Value": items} if items else None
        raw = _raw(found)
        if raw is None:
            return None
        return decode_element(vr, raw, charset, "<" if getattr(found, "is_little_endian", True) else ">")

    def _items(self, found: Found, depth: int) -> list[list[Found]]:
        """The items of a sequence; none when pydicom cannot follow it to its end."""
        if depth >= MAX_DEPTH:
            message = f"sequences are nested more than {MAX_DEPTH} deep"
            raise SourceError(message)
        try:
            return [[item.get_item(tag) for tag in list(item.keys())] for item in self._sequence(found)]
        except _TROUBLE:
            return []

    def _sequence(self, found: Found) -> Iterable[Dataset]:
        """The items of an element: read already when its length was undefined, in its bytes otherwise."""
        from pydicom.dataelem import DataElement
        from pydicom.filereader import read_sequence

        if isinstance(found, DataElement):
            return cast("Iterable[Dataset]", found.value)
        raw = _raw(found)
        if not raw:
            return ()
        stream = cast("BinaryIO", _Stream(MemoryBlocks(raw), 0, self._allowance))
        return read_sequence(stream, found.is_implicit_VR, found.is_little_endian, len(raw), "iso8859")


def _until_trouble(found: Iterator[Found]) -> Iterator[Found]:
    try:
        yield from found
    except _TROUBLE:
        return


def _stop_outside(tags: range) -> Callable[[int, str | None, int], bool]:
    def stop_when(tag: int, _vr: str | None, _length: int) -> bool:
        if tag == DIRECTORY_RECORDS:
            message = "a DICOMDIR: it lists instances and is none"
            raise MediaDirectoryError(message)
        return (
            not tags.start <= tag < tags.stop
        )  # not "in": a tag is no plain int, the range would be searched

    return stop_when


def _raw(found: Found) -> bytes | None:
    """The bytes of a value; None when they were too many to keep, or fewer than the element says."""
    raw = found.value
    if not isinstance(raw, bytes):
        return None
    length = getattr(found, "length", len(raw))
    return raw if length in {len(raw), UNDEFINED} else None


class _Allowance:
    """How much more may be read, counted in reads."""

    def __init__(self) -> None:
        self._left = _MOST_READS

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            message = "more elements than a header has"
            raise EOFError(message)


class _Stream:
    """As much of a binary file as pydicom uses."""

    def __init__(self, blocks: Blocks, offset: int, allowance: _Allowance) -> None:
        self._blocks = blocks
        self._at = offset
        self._allowance = allowance

    def read(self, count: int) -> bytes:
        self._allowance.spend()
        data = self._blocks.read_at(self._at, count)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (self._at if whence else 0)
        return self._at

    def tell(self) -> int:
        return self._at
