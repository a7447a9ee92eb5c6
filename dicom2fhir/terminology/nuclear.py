"""What was injected, and in which unit the uptake is told."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from dicom2fhir.terminology.schemes import coded_term
from dicom2fhir.terminology.table import UCUM, Term, code_string, read_table

__all__ = [
    "petunit",
    "plain_meaning",
    "radionuclide",
    "radionuclide_named",
    "radiopharmaceutical",
    "radiopharmaceutical_named",
]

_INNER_SUPERSCRIPT = re.compile(r"(?<=[A-Za-z])\^(\d+[a-z]?)\^(?=[A-Za-z])")  # Tc^99m^Tetrofosmin
_SUBSCRIPT = re.compile(r" ?>(\d+)<")  # Fe(OH) >3<
_LABELLED = (  # the ways in which a name tells its nuclide
    re.compile(
        r"(?:Technetium|Iodinated|Iron) (?P<symbol>[A-Z][a-z]?)(?P<mass>\d+m?) (?P<rest>.+)", re.ASCII
    ),
    re.compile(r"(?P<rest>.+) (?P<symbol>[A-Z][a-z]?)(?P<mass>\d+m?)", re.ASCII),  # Fluorodeoxyglucose F18
    re.compile(r"(?P<rest>.+) (?P<mass>\d+m?)(?P<symbol>[A-Z][a-z]?)", re.ASCII),  # Trastuzumab 89Zr
    re.compile(r"(?P<rest>)(?P<symbol>[A-Z][a-z]*)(?P<mass>\d+m?)", re.ASCII),  # F18
    re.compile(r"(?P<rest>)(?P<mass>\d+m?)(?P<symbol>[A-Z][a-z]*)", re.ASCII),  # 18Fluorine
)


def plain_meaning(meaning: str) -> str:
    """Take the carets of DICOM's superscripts out of a code meaning.

    >>> plain_meaning("^18^Fluorine"), plain_meaning("Technetium Tc^99m^Tetrofosmin")
    ('18Fluorine', 'Technetium Tc99m Tetrofosmin')
    """
    spaced = _INNER_SUPERSCRIPT.sub(r"\1 ", meaning)
    return _SUBSCRIPT.sub(r"\1", spaced).replace("^", "").strip()


def radionuclide(designator: str, code: str) -> Term | None:
    """Find a radionuclide of CID 18 (NM) or CID 4020 (PT) by its code.

    >>> radionuclide("SRT", "C-111A1")
    Term(system='http://snomed.info/sct', code='77004003', display='18Fluorine')
    """
    return _by_code("radionuclides", designator, code)


def radionuclide_named(text: str) -> Term | None:
    """Find a radionuclide by its name or notation.

    >>> radionuclide_named("F-18") == radionuclide_named("^18^Fluorine") == radionuclide("SCT", "77004003")
    True
    """
    return _names("radionuclides").get(_spelling(text))


def radiopharmaceutical(designator: str, code: str) -> Term | None:
    """Find a radiopharmaceutical of CID 25 (NM) or CID 4021 (PT) by its code.

    >>> radiopharmaceutical("SRT", "C-B1031")
    Term(system='http://snomed.info/sct', code='35321007', display='Fluorodeoxyglucose F18')
    """
    return _by_code("radiopharmaceuticals", designator, code)


def radiopharmaceutical_named(text: str) -> Term | None:
    """Find a radiopharmaceutical by the meaning of its code or a usual short name; never by a guess.

    >>> radiopharmaceutical_named("FDG") == radiopharmaceutical_named("Fluorodeoxyglucose F^18^")
    True
    >>> radiopharmaceutical_named("Solution") is None
    True
    """
    return _names("radiopharmaceuticals").get(_spelling(text))


def petunit(units: str, suv_type: str | None = None) -> Term | None:
    """Say in UCUM (CID 84) what Units (0054,1001) means, with SUV Type (0054,1006) where units alone do not tell.

    GML without a type is by body weight (PS3.3 C.8.9.1); NONE and STDDEV have no unit.

    >>> petunit("BQML").code, petunit("GML").code, petunit("GML", "LBM").code
    ('Bq/ml', 'g/ml{SUVbw}', 'g/ml{SUVlbm}')
    >>> petunit("STDDEV") is None
    True
    """
    term, kind = code_string(units), code_string(suv_type or "")
    kind = kind or "BW" if term == "GML" else kind
    table = read_table("pet_units")
    row = table.get(f"{term}+{kind}") or (table.get(term) if term.isalnum() else None)
    return Term(UCUM, row[0], row[1]) if row else None


def _by_code(table: str, designator: str, code: str) -> Term | None:
    given = coded_term(designator, code)
    return given and _codes(table).get((given.system, given.code))


@cache
def _rows(table: str) -> list[tuple[Term, list[str]]]:
    """Read a table whose keys are "designator code" and whose rows are names, the display first."""
    keyed = (
        (key.split(" ", 1), [plain_meaning(name) for name in row]) for key, row in read_table(table).items()
    )
    rows = ((coded_term(designator, code, names[0]), names) for (designator, code), names in keyed)
    return [(term, names) for term, names in rows if term]


@cache
def _codes(table: str) -> dict[tuple[str | None, str], Term]:
    return {(term.system, term.code): term for term, _names in _rows(table)}


@cache
def _names(table: str) -> dict[str, Term]:
    return {spelled: term for term, names in _rows(table) for name in names for spelled in _spellings(name)}


def _spellings(name: str) -> set[str]:
    """Spell a name in the orders people use: Fluorodeoxyglucose F18, F-18 ..., 18F-..."""
    spelled = {_spelling(name)}
    if match := next(filter(None, (shape.fullmatch(name) for shape in _LABELLED)), None):
        rest, symbol, mass = match["rest"], match["symbol"], match["mass"]
        orders = (rest + symbol + mass, symbol + mass + rest, mass + symbol + rest, rest + mass + symbol)
        spelled.update(_spelling(order) for order in orders)
    return spelled


def _spelling(text: str) -> str:
    """Reduce a name to its letters and digits; superscript digits count as digits."""
    folded = unicodedata.normalize("NFKC", plain_meaning(text)).casefold()
    return "".join(character for character in folded if character.isalnum())
