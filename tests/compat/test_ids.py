"""Resources that dicom2fhir 0.1 stored are updated, not doubled: the ids of ordinary data are the same."""

from __future__ import annotations

import hashlib

import pytest

from dicom2fhir.helpers import default_id_function
from tests.factories import an_instance, converted, of_kind, the


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ORDINARY = an_instance(
    PatientID="P1",
    StudyDate="20240115",
    StudyTime="103015",
    DeviceSerialNumber="SN1",
    PatientWeight="70",
    PatientSize="1.75",
)


@pytest.mark.parametrize("pepper", ["", "s3cret"])
def test_the_ids_of_ordinary_data_are_those_of_the_published_package(pepper: str) -> None:
    bundle = converted(ORDINARY, id_function=default_id_function(pepper))
    assert the(bundle, "ImagingStudy")["id"] == sha256(f"{pepper}ImagingStudy1.2.3")
    assert the(bundle, "Patient")["id"] == sha256(f"{pepper}PatientP1")
    assert the(bundle, "Device")["id"] == sha256(f"{pepper}DeviceSN1")
    assert [observation["id"] for observation in of_kind(bundle, "Observation")] == [
        sha256(f"{pepper}{loinc}Observation1.2.320240115103015") for loinc in ("29463-7", "8302-2")
    ]


def test_the_default_configuration_hashes_without_a_pepper() -> None:
    assert the(converted(ORDINARY), "Patient")["id"] == sha256("PatientP1")


def test_an_id_is_not_that_of_the_published_package_where_that_was_a_collision() -> None:
    with_issuer = converted(an_instance(PatientID="P1", IssuerOfPatientID="HOSP"))
    assert the(with_issuer, "Patient")["id"] != sha256("PatientP1")
    nobody = converted(an_instance(PatientID=None))
    assert the(nobody, "Patient")["id"] != sha256("Patient")
