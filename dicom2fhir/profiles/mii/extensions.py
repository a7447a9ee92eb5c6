"""What the module's extensions are made of: their addresses, their parts, and the quantities they state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir import problems
from dicom2fhir.builders.datatypes import Json, quantity, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Measure", "address", "extension", "measured", "part"]

_BASE: Final = "https://www.medizininformatik-initiative.de/fhir/ext/modul-bildgebung/StructureDefinition/"


def address(name: str) -> str:
    """The canonical URL of a profile or an extension of the module.

    >>> address("mii-pr-bildgebung-geraet").rpartition("/")[2]
    'mii-pr-bildgebung-geraet'
    """
    return _BASE + name


def extension(name: str, parts: Iterable[Json]) -> Json:
    """An extension around its parts; empty when none of them says anything.

    >>> extension("mii-ex-bildgebung-modalitaet-ct", [{}])
    {}
    """
    stated = [part for part in parts if part]
    return {"url": address(name), "extension": stated} if stated else {}


def part(url: str, **value: Any) -> Json:
    """One part of an extension, with its value under the FHIR name; empty without a value.

    >>> part("contrastBolus", valueBoolean=False), part("convolutionalKernel", valueString=None)
    ({'url': 'contrastBolus', 'valueBoolean': False}, {})
    """
    stated = without_empty(**value)
    return {"url": url, **stated} if stated else {}


class Measure(NamedTuple):
    """A quantity of an extension: its part, its unit as the module words it, and where DICOM has the number.

    ``sources`` are keywords in order of preference, each with what its number must be divided by to be in that unit.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> time = Measure("exposureTime", "milliseconds", "ms", {"ExposureTime": 1, "ExposureTimeInuS": 1000})
    >>> time.quantity(DicomJsonProxy({"00188150": {"vr": "DS", "Value": ["2500"]}}))["value"]
    Decimal('2.5')
    """

    url: str
    unit: str
    code: str
    sources: Mapping[str, int]

    def quantity(self, view: DicomJsonProxy) -> Json:
        """The quantity that a data set states; empty when it states none that can be used."""
        return quantity(self._number(view), self.unit, self.code)

    def _number(self, view: DicomJsonProxy) -> Decimal | None:
        """The first number that is not zero: whole milliseconds round a short exposure to nothing."""
        zero = None
        for keyword, divisor in self.sources.items():
            number = _magnitude(view, keyword)
            if number:
                return number if divisor == 1 else number / divisor
            zero = zero if number is None else number
        return zero


def _magnitude(view: DicomJsonProxy, keyword: str) -> Decimal | None:
    if len(view.raw_values(keyword)) > 1:
        view.note(problems.SEVERAL_VALUES, keyword)
        return None
    number = view.decimal(keyword)
    if number is not None and number < 0:
        view.note(problems.LESS_THAN_ZERO, keyword)
        return None
    return number


def measured(view: DicomJsonProxy, measures: Iterable[Measure]) -> list[Json]:
    """The parts of those measures that a data set states.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> measured(DicomJsonProxy({}), [Measure("KVP", "kilovolt", "kV", {"KVP": 1})])
    [{}]
    """
    return [part(measure.url, valueQuantity=measure.quantity(view)) for measure in measures]
