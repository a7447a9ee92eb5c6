#!/usr/bin/env python3
"""Rebuild every JSON table under dicom2fhir/terminology/tables, and say what changed.

The rows come from the pages of the DICOM standard (PS3.16: Annex L and the context groups) where the
network allows, from the dictionaries of pydicom otherwise.  Body parts are not in pydicom: without the
network they come from ``--body-parts FILE.csv`` or stay as they are.  What no page states in a table is
written down once, in the section "Facts" below.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import urllib.request
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pydicom
from pydicom.sr._cid_dict import cid_concepts
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Group = Mapping[tuple[str, str], str]  # the meaning of each (designator, code) of a context group

HERE = Path(__file__).resolve().parent
TABLES = HERE / "dicom2fhir" / "terminology" / "tables"
PART16 = "https://dicom.nema.org/medical/dicom/current/output/chtml/part16/"
SECONDS = 30
SRT_TO_SCT: dict[str, str] = mapping["SRT"]  # pydicom's copy of PS3.16 Annex O
SNOMED = {"SCT", "SRT", "SNM3", "99SDM"}  # PS3.16 8.1: all but the first are SNOMED-RT
SHOWN = 25  # changed rows listed per table
FEWEST_BODY_PARTS = 250  # Annex L had 322 in 2024; far fewer mean that the page was not understood

# ---------------------------------------------------------------------------------------------- Facts

# Codes that stay, whatever the current edition says, with the reason.
PINNED_BODY_PARTS = {
    # Newer editions of Annex L say 816094009; what is stored on servers, and what users' queries and
    # tests ask for, is 43799004 "Chest".  Both are the same region.
    "CHEST": ["43799004", "Chest"],
}

# View Position (0018,5101) is a code string; its abbreviations and the concept each one stands for.
# DX, CID 4010: the defined terms of PS3.3 C.8.1.1, and four oblique views by their usual abbreviation; RLO
# and LLO are not in CID 4010, RLD and LLD tell how the patient lies.  MG, CID 4014: its own column
# "ACR MQCM 1999 Equivalent".
VIEW_GROUPS = {"DX": 4010, "MG": 4014}
VIEW_ABBREVIATIONS = {
    "DX": "AP 399348003, PA 272479007, LL 399173006, RL 399198007, LAT 399067008, "
    "LAO 399135007, LPO 399006002, RAO 399356000, RPO 399038007",
    "MG": "CC 399162004, FB 399196006, ISO 441555000, LM 399352003, LMO 399099002, "
    "ML 399260004, MLO 399368009, SIO 399188001, XCCL 399192008, XCCM 399101009",
}

# Units (0054,1001), +SUV Type (0054,1006) where that decides, and the UCUM code of CID 84 (PS3.3 C.8.9.1).
# PROPCNTS is how editions before 2008 spelt PROPCNT.
PET_UNITS = (
    "1CM /cm, BQML Bq/ml, CM2 cm2, CM2ML cm2/ml, CM2ML+BSA cm2/ml{SUVbsa}, CNTS {counts}, CPS {counts}/s, "
    "GML+BW g/ml{SUVbw}, GML+IBW g/ml{SUVibw}, GML+LBM g/ml{SUVlbm}, GML+LBMJAMES128 g/ml{SUVlbm(James128)}, "
    "GML+LBMJANMA g/ml{SUVlbm(Janma)}, MGMINML mg/min/ml, MLG ml/g, MLMING ml/min/g, PCNT %, "
    "PROPCNT {propcounts}, PROPCNTS {propcounts}, PROPCPS {propcounts}/s, UMOLMINML umol/min/ml, UMOLML umol/ml"
)
PET_UNITS_OUTSIDE_CID_84 = {
    "MLMINML": ["ml/min/ml", "Milliliter/minute/milliliter"],
    "MLML": ["ml/ml", "Milliliter/milliliter"],
}

# Short names that mean one radiopharmaceutical and no other; FDG alone is one in nuclear medicine.
SHORT_NAMES = {
    "SCT 35321007": ["FDG", "FDG F18", "Fluorodeoxyglucose", "FDG -- fluorodeoxyglucose"],
    "SCT 129501009": ["NaF F18"],
    "SCT 424708001": ["FET F18"],
    "SCT 422598008": ["FMISO F18"],
    "SCT 96390006": ["Technetium Tc99m MDP"],
    "SCT 53951001": ["Technetium Tc99m HDP"],
    "SCT 24511001": ["Technetium Tc99m DMSA"],
    "SCT 430276001": ["Technetium Tc99m DTPA"],
    "SCT 77313009": ["Technetium Tc99m HMPAO"],
    "SCT 424299003": ["Technetium Tc99m MIBI"],
    "SCT 85693008": ["Technetium Tc99m MAA"],
    "SCT 446536001": ["Technetium Tc99m MAG3"],
}

SYMBOLS = (
    "Arsenic As, Barium Ba, Bromine Br, Carbon C, Chromium Cr, Cobalt Co, Copper Cu, Fluorine F, Gadolinium Gd, "
    "Gallium Ga, Germanium Ge, Gold Au, Holmium Ho, Indium In, Iodine I, Iridium Ir, Iron Fe, Krypton Kr, "
    "Lead Pb, Lutetium Lu, Manganese Mn, Niobium Nb, Nitrogen N, Oxygen O, Phosphorus P, Potassium K, Radium Ra, "
    "Rhenium Re, Rubidium Rb, Ruthenium Ru, Samarium Sm, Scandium Sc, Selenium Se, Sodium Na, Strontium Sr, "
    "Tantalum Ta, Technetium Tc, Terbium Tb, Thallium Tl, Titanium Ti, Xenon Xe, Ytterbium Yb, Yttrium Y, "
    "Zinc Zn, Zirconium Zr"
)

# Deprecated codes of CID 4014 that are not in SNOMED-RT, and what the note below that table says they meant.
SRT_BY_NOTE = {"Y-X1770": "399192008", "Y-X1771": "399101009"}

# ---------------------------------------------------------------------------------------------- Pages


class LayoutError(Exception):
    """A page or file does not look as expected, so nothing read from it can be trusted."""

    def __init__(self, source: object, found: str) -> None:
        super().__init__(f"{source}: {found}; has its layout changed?")


class TableReader(HTMLParser):
    """Reads every table of a page as rows of texts; a spanning cell is repeated in each cell it covers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._below: dict[int, tuple[int, str]] = {}  # column -> rows still covered from above, and the text
        self._cell: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag == "table":
            self.tables.append([])
            self._below = {}
        elif tag == "tr" and self.tables:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._end_cell()
            given = dict(attrs)
            self._cell = []
            self._span = (int(given.get("colspan") or 1), int(given.get("rowspan") or 1))

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, or fill up a row with what reaches down from above."""
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        if tag == "tr" and self.tables and self.tables[-1]:
            self._fill(self.tables[-1][-1])

    def handle_data(self, data: str) -> None:
        """Collect the text of a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text, self._cell = clean("".join(self._cell)), None
        columns, rows = self._span
        row = self.tables[-1][-1]
        self._fill(row)
        for _ in range(columns):
            if rows > 1:
                self._below[len(row)] = (rows - 1, text)
            row.append(text)

    def _fill(self, row: list[str]) -> None:
        while len(row) in self._below:
            column = len(row)
            left, text = self._below.pop(column)
            if left > 1:
                self._below[column] = (left - 1, text)
            row.append(text)


def clean(text: str) -> str:
    """Take out what only the page needs: odd blanks, invisible break marks, footnote numbers."""
    text = re.sub("[\u00ad\u200b\u2060\ufeff]", "", text.replace("\u00a0", " "))
    return re.sub(r"(\s*\[\d+\])+$", "", " ".join(text.split()))


def rows_under(page: str, *headings: str) -> Iterator[list[str]]:
    """Yield the cells below these headings, from every table that has all of them."""
    reader = TableReader()
    reader.feed(page)
    for table in reader.tables:
        columns: list[int] = []
        for row in table:
            if columns and len(row) > max(columns):
                yield [row[column] for column in columns]
            elif not columns:
                columns = _columns(row, headings)


def _columns(row: Sequence[str], headings: Iterable[str]) -> list[int]:
    """Where each heading stands in this row; nothing unless all of them do."""
    cells = [cell.casefold() for cell in row]
    found = [next((at for at, cell in enumerate(cells) if cell.startswith(head)), -1) for head in headings]
    return [] if -1 in found else found


def concept_id(designator: str, code: str) -> str | None:
    """Give the SNOMED CT concept, translating SNOMED-RT; None for a blank, a "nan" or another scheme."""
    if designator not in SNOMED:
        return None
    if designator != "SCT":
        code = SRT_TO_SCT.get(code, "")
    return code if re.fullmatch(r"[1-9][0-9]{5,17}", code) else None


def parse_body_parts(page: str) -> dict[str, Any]:
    """Read Annex L: terms for humans (Table L-1) first, then the animals' that are not among them."""
    rows: dict[str, Any] = {}
    headings = ("coding scheme designator", "code value", "code meaning", "body part examined")
    for designator, code, meaning, term in rows_under(page, *headings):
        if re.fullmatch(r"[A-Z0-9_ ]{1,16}", term):
            rows.setdefault(term, [concept_id(designator, code), meaning])
    return rows


def parse_context_group(page: str) -> tuple[dict[tuple[str, str], str], list[int]]:
    """Read a context group: its own concepts, and the numbers of the groups it includes."""
    own: dict[tuple[str, str], str] = {}
    included: list[int] = []
    headings = ("coding scheme designator", "code value", "code meaning")
    for designator, code, meaning in rows_under(page, *headings):
        if include := re.match(r"Include\b.*?CID\s*\(?(\d+)", designator):
            included.append(int(include[1]))
        elif concept := concept_id(designator, code):
            own["SCT", concept] = meaning
        elif code and designator not in SNOMED:
            own[designator, code] = meaning
    return own, included


# -------------------------------------------------------------------------------------------- Sources


class Table(NamedTuple):
    """A table and the note that says where its rows come from."""

    note: str
    rows: Mapping[str, Any]


class StandardPages:
    """The current edition of the standard, on the web."""

    edition = "edition unknown"

    def context_group(self, cid: int) -> dict[tuple[str, str], str]:
        """Read the page of a context group and of those it includes."""
        name = f"sect_CID_{cid}.html"
        own, included = parse_context_group(self._page(name))
        for other in included:
            own |= self.context_group(other)
        if not own:
            raise LayoutError(name, "no codes found")
        return own

    def body_parts(self) -> Table:
        """Read [SNOMED CT code or None, meaning] by Body Part Examined in Annex L."""
        name = "chapter_L.html"
        rows = parse_body_parts(self._page(name))
        if len(rows) < FEWEST_BODY_PARTS:
            raise LayoutError(name, f"only {len(rows)} body parts found")
        return Table(note(f"PS3.16 Annex L ({self.edition})"), rows)

    def _page(self, name: str) -> str:
        page = fetch(PART16 + name)
        if edition := re.search(r"PS3\.16\s+(\d{4}[a-z])", page):
            self.edition = f"edition {edition[1]}"
        return page


class PydicomDictionaries:
    """What pydicom has of PS3.16, with the body parts from somewhere else."""

    edition = f"pydicom {pydicom.__version__}"

    def __init__(self, body_parts: Table) -> None:
        self._body_parts = body_parts

    def context_group(self, cid: int) -> dict[tuple[str, str], str]:
        """Look a context group up."""
        known: Any = concepts
        keywords: dict[str, list[str]] = cid_concepts[cid]
        return {
            (scheme, code): meaning
            for scheme, names in keywords.items()
            for name in names
            for code, (meaning, members) in known[scheme][name].items()
            if cid in members
        }

    def body_parts(self) -> Table:
        """Pass on what was given."""
        return self._body_parts


def fetch(url: str) -> str:
    """Read a page of the standard."""
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310  # PART16 is https
        return str(answer.read(), "utf-8")


def note(origin: str) -> str:
    """Say that a table is generated, and from what."""
    return f"Generated by build_terminologies.py from {origin}; do not edit."


def read_csv(path: Path) -> Table:
    """Read body parts from a CSV file with the columns body_part_examined, sct_code, meaning."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        rows = {
            line["body_part_examined"].strip(): [concept_id("SCT", line["sct_code"].strip()), line["meaning"]]
            for line in lines
        }
    if not rows:
        raise LayoutError(path, "no body parts found")
    return Table(note(f"PS3.16 Annex L ({path.name})"), rows)


# --------------------------------------------------------------------------------------------- Tables


def build_tables(source: StandardPages | PydicomDictionaries) -> dict[str, Table]:
    """Make every table."""
    body_parts, group = source.body_parts(), source.context_group
    made = {
        "modalities": ("CID 29 and 33", modalities(group(33), group(29))),
        "view_positions": ("CID 4010 and 4014", view_positions(group)),
        "radionuclides": ("CID 18 and 4020", radionuclides(group(18) | group(4020))),
        "radiopharmaceuticals": ("CID 25 and 4021", radiopharmaceuticals(group(25) | group(4021))),
        "pet_units": ("CID 84", pet_units(group(84))),
    }
    srt = Table(note(f"PS3.16 Annex O ({PydicomDictionaries.edition})"), SRT_TO_SCT | SRT_BY_NOTE)
    tables = {
        name: Table(note(f"PS3.16 {cids} ({source.edition})"), rows) for name, (cids, rows) in made.items()
    }
    return {"body_sites": body_parts, "snomed_from_srt": srt, **tables}


def modalities(every: Group, acquisition: Group) -> dict[str, Any]:
    """List CID 33, and which of it is in CID 29."""
    return {
        concept[1]: [meaning, "acquisition" if concept in acquisition else "other"]
        for concept, meaning in every.items()
    }


def view_positions(context_group: Callable[[int], Group]) -> dict[str, Any]:
    """List the views by abbreviation and by meaning, reduced to what a code string may hold."""
    rows: dict[str, Any] = {}
    for table, cid in VIEW_GROUPS.items():
        views = {code: meaning for (_scheme, code), meaning in context_group(cid).items()}
        terms = {re.sub("[^A-Z0-9]", "", meaning.upper()): code for code, meaning in views.items()}
        terms |= pairs(VIEW_ABBREVIATIONS[table])
        rows |= {f"{table} {term}": [code, views[code]] for term, code in terms.items()}
    return rows


def radionuclides(group: Group) -> dict[str, Any]:
    """List the nuclides with their notation: ^18^Fluorine is F18."""
    symbols = pairs(SYMBOLS)
    rows: dict[str, Any] = {}
    for (scheme, code), meaning in group.items():
        nuclide = re.fullmatch(r"\^(\d+m?)\^([A-Z][a-z]+)", meaning)
        symbol = symbols.get(nuclide[2]) if nuclide else None
        rows[f"{scheme} {code}"] = [meaning, f"{symbol}{nuclide[1]}"] if nuclide and symbol else [meaning]
    return rows


def radiopharmaceuticals(group: Group) -> dict[str, Any]:
    """List the radiopharmaceuticals with their usual short names."""
    named = {f"{scheme} {code}": meaning for (scheme, code), meaning in group.items()}
    return {key: [meaning, *SHORT_NAMES.get(key, ())] for key, meaning in named.items()}


def pet_units(group: Group) -> dict[str, Any]:
    """List the UCUM units by what DICOM calls them."""
    named = {term: [code, group["UCUM", code]] for term, code in pairs(PET_UNITS).items()}
    return named | PET_UNITS_OUTSIDE_CID_84


def pairs(text: str) -> dict[str, str]:
    """Read "term code, term code" as written under "Facts"."""
    return dict(pair.split() for pair in text.split(", "))


def load(folder: Path) -> dict[str, Table]:
    """Read the tables that are there."""
    tables = {}
    for path in sorted(folder.glob("*.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))
        tables[path.stem] = Table(rows.pop("_generated", ""), rows)
    return tables


def dump(table: Table) -> str:
    """Write a table with one entry a line, sorted, its note first."""
    entries = {"_generated": table.note, **dict(sorted(table.rows.items()))}
    lines = (f"{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in entries.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def keep_newer(built: dict[str, Table], present: Mapping[str, Table]) -> dict[str, Table]:
    """Without the network, keep the tables that came from the standard itself: pydicom lags behind."""
    kept = {name: present[name] for name in built if name in present and "(edition" in present[name].note}
    for name in kept:
        print(f"{name}: kept, its rows come from a page of the standard; only an online run changes them")
    return built | kept


# -------------------------------------------------------------------------------------------- Command


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say row by row what was added, removed or changed."""
    added = [f"  + {key}: {new[key]}" for key in sorted(new.keys() - old.keys())]
    removed = [f"  - {key}: {old[key]}" for key in sorted(old.keys() - new.keys())]
    both = sorted(old.keys() & new.keys())
    return added + removed + [f"  ~ {key}: {old[key]} -> {new[key]}" for key in both if old[key] != new[key]]


def report(built: Mapping[str, Table], present: Mapping[str, Table]) -> list[str]:
    """Print what changes in each table; give the names of those that do."""
    empty = Table("", {})
    for name in sorted(built.keys() | present.keys()):
        lines = differences(present.get(name, empty).rows, built.get(name, empty).rows)
        signs = [line[2] for line in lines]
        counts = f"{signs.count('+')} added, {signs.count('-')} removed, {signs.count('~')} changed"
        print(f"{name}: {len(built.get(name, empty).rows)} rows, {counts}")
        for line in [*lines[:SHOWN], *(["  ..."] if len(lines) > SHOWN else [])]:
            print(line)
    return [name for name in built if name not in present or built[name].rows != present[name].rows]


def rebuild(options: argparse.Namespace, present: Mapping[str, Table]) -> dict[str, Table]:
    """Build from the standard, or from pydicom when that is wished or nothing else can be reached."""
    given = read_csv(options.body_parts) if options.body_parts else None
    built = None if options.offline else from_the_standard()
    if built is None:
        parts = given or present.get("body_sites") or load(TABLES)["body_sites"]
        built = keep_newer(build_tables(PydicomDictionaries(parts)), present)
    parts = given or built["body_sites"]
    return built | {"body_sites": Table(parts.note, {**parts.rows, **PINNED_BODY_PARTS})}


def from_the_standard() -> dict[str, Table] | None:
    """Build from the pages of the standard; None, and a message, when they cannot be reached."""
    try:
        return build_tables(StandardPages())
    except (OSError, HTTPException) as trouble:
        print(f"dicom.nema.org cannot be reached ({trouble}): going on offline", file=sys.stderr)
        return None


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Rebuild the terminology tables from the DICOM standard, or from pydicom when offline.",
        epilog="Exit status: 0 done or nothing to do; 1 --check found a difference; 2 a source is unusable.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a rebuild would")
    parser.add_argument("--offline", action="store_true", help="do not try dicom.nema.org; use pydicom")
    parser.add_argument(
        "--body-parts",
        type=Path,
        metavar="FILE.csv",
        help="take Body Part Examined from this file (columns body_part_examined, sct_code, meaning) "
        "instead of PS3.16 Annex L or, offline, of the present table",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=TABLES,
        help="where the tables are (default: %(default)s)",
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    options = arguments(argv)
    try:
        present = load(options.output)
        built = rebuild(options, present)
    except (LayoutError, OSError, KeyError, ValueError) as trouble:
        print(f"cannot rebuild: {type(trouble).__name__}: {trouble}", file=sys.stderr)
        return 2
    changed = report(built, present)
    if options.check:
        return int(bool(changed) or present.keys() != built.keys())
    options.output.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (options.output / f"{name}.json").write_text(dump(built[name]), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
