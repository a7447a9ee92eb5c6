"""What a finished Bundle holds, read off its bytes.

A Bundle of a hundred thousand studies is not parsed again for a summary: our own writer spells JSON without blanks and
names the number of series only at a study, and in JSON no text can hold an unescaped quote.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Made", "made_of"]

_ID: Final = re.compile(rb'"url":"ImagingStudy/([A-Za-z0-9.-]{1,64})"}')
_COUNTS: Final = re.compile(rb'"numberOfSeries":(\d+),"numberOfInstances":(\d+)')


class Made(NamedTuple):
    """The ids of the ImagingStudies, and how many series and instances they have.

    >>> Made(("7",), 1, 3).instances
    3
    """

    studies: tuple[str, ...]
    series: int
    instances: int


def made_of(bundle: bytes) -> Made:
    """What is in a Bundle that was just written.

    >>> study = b'{"resource":{"numberOfSeries":1,"numberOfInstances":3},"request":{"method":"PUT","url":"ImagingStudy/7"}}'
    >>> made_of(b'{"entry":[' + study + b"]}")
    Made(studies=('7',), series=1, instances=3)
    """
    counts = [(int(series), int(instances)) for series, instances in _COUNTS.findall(bundle)]
    return Made(
        tuple(found.decode("ascii") for found in _ID.findall(bundle)),
        sum(series for series, _ in counts),
        sum(instances for _, instances in counts),
    )
