"""Numbers that DICOM writes as text (DS, IS), and what FHIR takes as one."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from dicom2fhir.values.texts import text

__all__ = ["UNSIGNED_MAX", "decimal", "integer", "unsigned"]

_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
UNSIGNED_MAX = 2147483647
_DIGITS_MAX = 18  # FHIR: applications need not keep more than 18 significant digits


def decimal(value: object) -> Decimal | None:
    """A finite number, with the precision that was written.

    >>> decimal(" +1.20 "), decimal("1.2E+02"), decimal("nan"), decimal("3,0"), decimal(0.1)
    (Decimal('1.20'), Decimal('120'), None, None, Decimal('0.1'))
    """
    written = text(value)
    if written is None or not _DECIMAL.fullmatch(written):
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:  # pragma: no cover - the pattern above lets nothing through that Decimal refuses
        return None
    if not number:
        return Decimal(0)
    if number.adjusted() >= _DIGITS_MAX or number.adjusted() < -_DIGITS_MAX:
        return None
    return Decimal(format(number, "f"))


def integer(value: object) -> int | None:
    """A whole number; "1.0" is one, "1.5" is none.

    >>> integer("007"), integer(" 5 "), integer("1.0"), integer(1.5), integer("abc")
    (7, 5, 1, None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    written = text(value)
    if written is not None and len(written) <= _DIGITS_MAX and written.isascii() and written.isdigit():
        return int(written)  # nearly always
    number = decimal(written)
    return int(number) if number is not None and number == number.to_integral_value() else None


def unsigned(value: object) -> int | None:
    """A FHIR unsignedInt: 0 to 2147483647, both included.

    >>> unsigned("2147483647"), unsigned("2147483648"), unsigned(-1)
    (2147483647, None, None)
    """
    number = integer(value)
    return number if number is not None and 0 <= number <= UNSIGNED_MAX else None
