from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.terminology import DCM, Term, is_acquisition_modality, is_modality, modality
from dicom2fhir.terminology.table import read_table

DOCUMENTS_AND_DERIVED = (
    "ASMT AU CTPROTOCOL DOC FID HC IOL KO M3D OT PLAN PR REG RTDOSE RTPLAN RTRECORD RTSTRUCT RWV SEG SMR SR "
    "STAIN TEXTUREMAP"
)


def test_what_does_not_acquire_is_cid_33_without_cid_29() -> None:
    others = {code for code in read_table("modalities") if not is_acquisition_modality(code)}
    assert others == set(DOCUMENTS_AND_DERIVED.split())


@pytest.mark.parametrize("code", ["CT", "ct", "CT ", "MR", "US", "PT", "NM", "MG", "RTIMAGE", "ECG"])
def test_a_scanner_is_an_acquisition_modality(code: str) -> None:
    assert is_modality(code)
    assert is_acquisition_modality(code)


@pytest.mark.parametrize("code", ["", "XYZ", "MRI", "CT\\MR", "acquisition"])
def test_an_invented_modality_is_none(code: str) -> None:
    assert not is_modality(code)
    assert not is_acquisition_modality(code)
    assert modality(code) is None


def test_a_modality_comes_with_its_meaning() -> None:
    assert modality("sr ") == Term(DCM, "SR", "Structured Report Document")


@given(st.text())
def test_modalities_answer_any_text(code: str) -> None:
    assert is_modality(code) == (modality(code) is not None)
    assert is_modality(code) or not is_acquisition_modality(code)
