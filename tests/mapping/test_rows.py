"""Every row of the mapping: what DICOM says is said in FHIR, at its place; and nothing is lost on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydicom.datadict import dictionary_VR

from dicom2fhir import attributes
from tests.factories import Json, an_instance, an_item, converted
from tests.mapping.rows import CASES, Row


@pytest.mark.parametrize("row", CASES.values(), ids=CASES.keys())
def test_a_row_of_the_mapping_is_said_at_its_place(row: Row) -> None:
    assert row.value_in(converted(*row.instances, **row.options)) == row.expected


def test_the_table_has_at_least_as_many_rows_as_the_mapping(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f" {len(CASES)} rows ", end="")  # noqa: T201 - the count is part of the result
    assert len(CASES) >= 200


# What carries another attribute instead of being said itself: its test is a row of the table.
CARRIERS = {
    "StudyTime": "said with StudyDate",
    "SeriesTime": "said with SeriesDate",
    "TimezoneOffsetFromUTC": "said with every date and time",
    "PatientBirthTime": "said with PatientBirthDate",
    "PerformedProcedureStepStartDate": "said where SeriesDate is missing",
    "PerformedProcedureStepStartTime": "said with its date",
    "AcquisitionDateTime": "said where SeriesDate is missing",
    "AcquisitionDate": "said where SeriesDate is missing",
    "AcquisitionTime": "said with its date",
    "TimeOfLastCalibration": "said with DateOfLastCalibration",
    "NumberOfStudyRelatedSeries": "an option",
    "NumberOfStudyRelatedInstances": "an option",
    "NumberOfSeriesRelatedInstances": "an option",
    "CodingSchemeIdentificationSequence": "tells the systems of codes",
    "MediaStorageSOPClassUID": "said where SOPClassUID is missing",
    "PatientSex": "said as a gender",
    "PatientSexNeutered": "said of animals",
    "Laterality": "said as a code",
    "ImageLaterality": "said as a code",
    "FrameLaterality": "said as a code",
}
TEXTS = {"AE", "CS", "DA", "DS", "IS", "LO", "LT", "PN", "SH", "ST", "UC", "UI", "UR", "UT"}
TABLES = (
    attributes.STUDY,
    attributes.PATIENT,
    attributes.SERIES,
    attributes.DEVICE,
    attributes.ACQUISITION,
    attributes.INSTANCE,
    attributes.UNANIMOUS,
)
KEYWORDS = sorted({keyword for table in TABLES for keyword in table})
# What an attribute needs beside it to be said at all.
COMPANY: dict[str, Json] = {
    "IssuerOfPatientID": {"PatientID": "P1"},
    "IssuerOfPatientIDQualifiersSequence": {"PatientID": "P1"},
    "IssuerOfAccessionNumberSequence": {"AccessionNumber": "A1"},
    "IssuerOfAdmissionIDSequence": {"AdmissionID": "V1"},
    "PatientBreedDescription": {"PatientSpeciesDescription": "Dog"},
    "PatientBreedCodeSequence": {"PatientSpeciesDescription": "Dog"},
    "ResponsiblePersonRole": {"ResponsiblePerson": "Doe"},
}
COMPANY |= {keyword: {"ManufacturerModelName": "X1"} for keyword in attributes.DEVICE}
# A value of its own for what is not free text.
VALUES = {
    "PatientWeight": ("77.7", "77.7"),
    "PatientSize": ("1.777", "177.7"),
    "PatientBodyMassIndex": ("27.7", "27.7"),
    "RetrieveURL": ("https://said.example.org/rs/studies/1", "https://said.example.org/rs"),
    "ImageType": (["SAID", "TWICE"], "SAID\\\\TWICE"),
}
BY_VR = {
    "DA": ("19770707", "1977-07-07"),
    "IS": ("777", "777"),
    "UI": ("1.2.777", "1.2.777"),
}
# What must be in the item of a sequence.
ITEMS = {
    "UDISequence": {"UniqueDeviceIdentifier": "SAID-1"},
    "SpecimenDescriptionSequence": {"SpecimenIdentifier": "SAID-1"},
    "OtherPatientIDsSequence": {"PatientID": "SAID-1"},
    "RequestAttributesSequence": {"AccessionNumber": "SAID-1"},
    "ReferencedRequestSequence": {"AccessionNumber": "SAID-1"},
}
CODE = {"CodeValue": "SAID-1", "CodingSchemeDesignator": "99X", "CodeMeaning": "SAID-1"}


def a_value(keyword: str) -> tuple[Any, str]:
    """Something that an attribute may say, and the text by which it is found again."""
    vr = dictionary_VR(keyword)
    if vr != "SQ":
        return VALUES.get(keyword) or BY_VR.get(vr) or ("SAID-1", "SAID-1")
    if keyword.startswith("Issuer"):
        return an_item(LocalNamespaceEntityID="SAID-1"), "SAID-1"
    if keyword.endswith("IdentificationSequence"):
        return an_item(PersonIdentificationCodeSequence=an_item(**CODE)), "SAID-1"
    return an_item(**ITEMS.get(keyword, CODE)), "SAID-1"


@pytest.mark.parametrize("keyword", [keyword for keyword in KEYWORDS if keyword not in CARRIERS])
def test_what_a_mapped_attribute_says_is_in_the_bundle(keyword: str) -> None:
    element, trace = a_value(keyword)
    instance = an_instance(**{**COMPANY.get(keyword, {}), keyword: element, "SOPInstanceUID": "1.2.777"})
    options: Json = {"add_instances": True, "wado_rs_url": "from-data"}
    bundle = converted(instance, **options)
    without = converted(an_instance(**{**COMPANY.get(keyword, {}), "SOPInstanceUID": "1.2.777"}), **options)
    assert trace in json.dumps(bundle, ensure_ascii=False)
    assert bundle != without or keyword == "SOPInstanceUID"
