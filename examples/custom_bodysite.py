"""Body sites of your own, in front of the built-in table: a mapping, a file or a function.

python examples/custom_bodysite.py
"""

import csv
import tempfile
from pathlib import Path

from dicom2fhir import Dicom2FHIRBundle, DicomJsonProxy, Term


def series_of(body_part: str) -> DicomJsonProxy:
    """Make a series of one instance of a body part."""
    uid = f"1.2.826.0.1.3680043.10.511.3.10.{len(body_part)}"
    said = {"0020000D": "1.2.826.0.1.3680043.10.511.3.10", "0020000E": uid, "00080018": f"{uid}.1"}
    data_set = {tag: {"vr": "UI", "Value": [value]} for tag, value in said.items()}
    return DicomJsonProxy({**data_set, "00180015": {"vr": "CS", "Value": [body_part]}})


def by_rule(term: str) -> Term | None:
    """Answer for the names that our old scanner makes up."""
    return Term("http://snomed.info/sct", "69536005", "Head") if term.startswith("SCHAEDEL") else None


def print_sites(body_sites: object) -> None:
    """Convert two series and print what their body sites became."""
    bundle = Dicom2FHIRBundle({"body_sites": body_sites})
    for body_part in ("SCHAEDEL_AP", "CHEST"):
        bundle.add(series_of(body_part))
    study = bundle.to_dict()["entry"][0]["resource"]
    print([series["bodySite"] for series in study["series"]])


def main() -> None:
    """Say the same body site in three ways."""
    print_sites({"SCHAEDEL_AP": ("69536005", "Head")})
    print_sites(by_rule)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "body_sites.csv"
        with table.open("w", newline="") as file:
            csv.writer(file).writerows([("term", "code", "display"), ("SCHAEDEL_AP", "69536005", "Head")])
        print_sites(table)


if __name__ == "__main__":
    main()
