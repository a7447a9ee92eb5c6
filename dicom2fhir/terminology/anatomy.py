"""Where on the body an image was taken, and from which side."""

from __future__ import annotations

from dicom2fhir.terminology.table import SCT, Term, code_string, read_table

__all__ = ["body_part_name", "body_site", "is_body_structure", "laterality", "view_position"]

_LATERALITY = {  # PS3.3 C.7.3.1 enumerated values -> CID 244; U is "unpaired", which is not a side
    "L": Term(SCT, "7771000", "Left"),
    "R": Term(SCT, "24028007", "Right"),
    "B": Term(SCT, "51440002", "Bilateral"),
}
_FILED_ELSEWHERE = {  # Annex L codes that SNOMED CT does not file below 442083009 |body structure|
    "77012006",  # AMNIOTICFLUID is a substance
    "300571009",  # GESTSAC is a finding
    "706342009",  # PHANTOM is a physical object
}
_VIEW_TABLE = {"CR": "DX", "DX": "DX", "RF": "DX", "RG": "DX", "MG": "MG"}


def body_site(term: str) -> Term | None:
    """Say in SNOMED CT what Body Part Examined (0018,0015) means, by PS3.16 Annex L.

    >>> body_site("chest ")
    Term(system='http://snomed.info/sct', code='43799004', display='Chest')
    >>> body_site("FETALARM") is None
    True
    """
    row = read_table("body_sites").get(code_string(term))
    return Term(SCT, row[0], row[1]) if row and row[0] else None


def body_part_name(term: str) -> str | None:
    """Name a Body Part Examined of Annex L in words, also one without a SNOMED CT code.

    >>> body_part_name("FETALARM")
    'Fetal arm'
    """
    row = read_table("body_sites").get(code_string(term))
    return str(row[1]) if row else None


def is_body_structure(code: str) -> bool:
    """Tell whether an Annex L code is a SNOMED CT body structure, as FHIR's body-site value set requires.

    >>> is_body_structure("43799004"), is_body_structure("706342009")
    (True, False)
    """
    return code not in _FILED_ELSEWHERE


def laterality(code: str) -> Term | None:
    """Say in SNOMED CT (CID 244) what a laterality code means.

    >>> laterality("L")
    Term(system='http://snomed.info/sct', code='7771000', display='Left')
    >>> laterality("U") is None
    True
    """
    return _LATERALITY.get(code_string(code))


def view_position(modality: str, term: str) -> Term | None:
    """Say in SNOMED CT what View Position (0018,5101) means, by CID 4014 for MG and CID 4010 for projection X-ray.

    A term is an abbreviation (``AP``, ``MLO``) or a meaning of the context group (``LATERAL``).

    >>> view_position("DX", "PA")
    Term(system='http://snomed.info/sct', code='272479007', display='postero-anterior')
    >>> view_position("CT", "PA") is None
    True
    """
    group = _VIEW_TABLE.get(code_string(modality))
    key = "".join(character for character in code_string(term) if character.isalnum())
    row = read_table("view_positions").get(f"{group} {key}")
    return Term(SCT, row[0], row[1]) if row else None
