"""Which modalities there are, and which of them acquire something."""

from __future__ import annotations

from dicom2fhir.terminology.table import DCM, Term, code_string, read_table

__all__ = ["is_acquisition_modality", "is_modality", "modality"]


def modality(code: str) -> Term | None:
    """Find a modality of CID 33.

    >>> modality("CT ")
    Term(system='http://dicom.nema.org/resources/ontology/DCM', code='CT', display='Computed Tomography')
    >>> modality("XYZ") is None
    True
    """
    key = code_string(code)
    row = read_table("modalities").get(key)
    return Term(DCM, key, row[0]) if row else None


def is_modality(code: str) -> bool:
    """Tell whether a code is in CID 33, Modality.

    >>> is_modality("SR"), is_modality("XYZ")
    (True, False)
    """
    return code_string(code) in read_table("modalities")


def is_acquisition_modality(code: str) -> bool:
    """Tell whether a code is in CID 29, Acquisition Modality: a CT scanner is, a structured report is not.

    >>> is_acquisition_modality("CT"), is_acquisition_modality("SR")
    (True, False)
    """
    row = read_table("modalities").get(code_string(code))
    return row is not None and row[1] == "acquisition"
