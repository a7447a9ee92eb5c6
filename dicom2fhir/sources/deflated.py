"""What reads deflated files: their data set (PS3.5 A.5), inflated as far as somebody reads."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from dicom2fhir.errors import SourceError
from dicom2fhir.sources.blocks import CHUNK

if TYPE_CHECKING:
    from dicom2fhir.sources.blocks import Blocks

__all__ = ["LONGEST_INFLATED", "InflatedBlocks"]

# Deflated bytes go in by the sip: where one is damaged, what it held before the damage is lost as well.
_SIP = 1 << 9
LONGEST_INFLATED = 1 << 26


class InflatedBlocks:
    """The data set whose deflated bytes begin at ``offset`` of the file.

    >>> from dicom2fhir.sources.blocks import MemoryBlocks
    >>> squeezed = zlib.compressobj(wbits=-15)
    >>> data = squeezed.compress(b"0123456789") + squeezed.flush()
    >>> InflatedBlocks(MemoryBlocks(b"??" + data), 2).read_at(8, 100)
    b'89'
    """

    def __init__(self, source: Blocks, offset: int) -> None:
        self._source = source
        self._offset = offset
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._tail = b""
        self._plain = bytearray()

    def read_at(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes; a bomb is a `SourceError` long before it fills the memory."""
        while len(self._plain) < offset + count and (more := self._more()):
            self._plain += more
            if len(self._plain) > LONGEST_INFLATED:
                message = f"the deflated header takes more than {LONGEST_INFLATED >> 20} MiB"
                raise SourceError(message)
        return bytes(self._plain[offset : offset + count])

    def ends_at(self, offset: int) -> bool:
        """Whether the data end there; a stream that is damaged, or lacks its own end, does so nowhere."""
        return not self.read_at(offset, 1) and len(self._plain) == offset and self._inflater.eof

    def _more(self) -> bytes:
        """The next inflated bytes; nothing at the end, and nothing where the stream is damaged."""
        try:
            while not self._inflater.eof:
                squeezed = self._tail or self._source.read_at(self._offset, _SIP)
                self._offset += 0 if self._tail else len(squeezed)
                more = self._inflater.decompress(squeezed, CHUNK)
                self._tail = self._inflater.unconsumed_tail
                if more or not squeezed:
                    return more
        except zlib.error:  # what came before is still good
            return b""
        return b""
