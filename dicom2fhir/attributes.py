"""The DICOM attributes that the mapping reads: the one place that decides what a reader keeps.

Every room asks for an attribute by its keyword (PS3.6), and the keywords it may ask for are the tables below, by whom they speak of.
A reader keeps exactly these (:func:`wanted`), so an attribute that a new mapping row needs is either listed here
or visibly missing: a test walks the rooms and compares.

>>> key_of("StudyDate"), tag_text("StudyDate")
('00080020', '(0008,0020)')
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "ACQUISITION",
    "DEVICE",
    "FOLLOWERS",
    "IMAGE",
    "INSTANCE",
    "NUMBER_TEXTS",
    "PATIENT",
    "SERIES",
    "STUDY",
    "TECHNIQUE",
    "UNANIMOUS",
    "key_of",
    "known_key",
    "tag_text",
    "wanted",
]


def _keys(table: dict[str, str]) -> Mapping[str, str]:
    return MappingProxyType(table)


# What an ImagingStudy says as a whole.
STUDY: Final = _keys(
    {
        "StudyInstanceUID": "0020000D",
        "StudyDate": "00080020",
        "StudyTime": "00080030",
        "TimezoneOffsetFromUTC": "00080201",
        "AccessionNumber": "00080050",
        "IssuerOfAccessionNumberSequence": "00080051",
        "StudyID": "00200010",
        "StudyDescription": "00081030",
        "AdmissionID": "00380010",
        "IssuerOfAdmissionIDSequence": "00380014",
        "ReferringPhysicianName": "00080090",
        "ReferringPhysicianIdentificationSequence": "00080096",
        "NameOfPhysiciansReadingStudy": "00081060",
        "PhysiciansReadingStudyIdentificationSequence": "00081062",
        "ProcedureCodeSequence": "00081032",
        "RequestedProcedureDescription": "00321060",
        "RequestedProcedureCodeSequence": "00321064",
        "PlacerOrderNumberImagingServiceRequest": "00402016",
        "FillerOrderNumberImagingServiceRequest": "00402017",
        "ReasonForTheRequestedProcedure": "00401002",
        "ReasonForRequestedProcedureCodeSequence": "0040100A",
        "ReasonForPerformedProcedureCodeSequence": "00401012",
        "NumberOfStudyRelatedSeries": "00201206",
        "NumberOfStudyRelatedInstances": "00201208",
        "CodingSchemeIdentificationSequence": "00080110",
        "PerformedLocation": "00400243",
    }
)

# Who the patient is, and how heavy and tall.
PATIENT: Final = _keys(
    {
        "PatientID": "00100020",
        "IssuerOfPatientID": "00100021",
        "IssuerOfPatientIDQualifiersSequence": "00100024",
        "OtherPatientIDs": "00101000",
        "OtherPatientIDsSequence": "00101002",
        "PatientName": "00100010",
        "OtherPatientNames": "00101001",
        "PatientBirthName": "00101005",
        "PatientBirthDate": "00100030",
        "PatientBirthTime": "00100032",
        "PatientSex": "00100040",
        "PatientAddress": "00101040",
        "PatientTelephoneNumbers": "00102154",
        "CountryOfResidence": "00102150",
        "PatientSpeciesDescription": "00102201",
        "PatientSpeciesCodeSequence": "00102202",
        "PatientBreedDescription": "00102292",
        "PatientBreedCodeSequence": "00102293",
        "PatientSexNeutered": "00102203",
        "ResponsiblePerson": "00102297",
        "ResponsiblePersonRole": "00102298",
        "ResponsibleOrganization": "00102299",
        "PatientWeight": "00101030",
        "PatientSize": "00101020",
        "PatientBodyMassIndex": "00101022",
    }
)

# What a series says.
SERIES: Final = _keys(
    {
        "SeriesInstanceUID": "0020000E",
        "SeriesNumber": "00200011",
        "Modality": "00080060",
        "SeriesDescription": "0008103E",
        "SeriesDescriptionCodeSequence": "0008103F",
        "SeriesDate": "00080021",
        "SeriesTime": "00080031",
        "PerformedProcedureStepStartDate": "00400244",
        "PerformedProcedureStepStartTime": "00400245",
        "BodyPartExamined": "00180015",
        "AnatomicRegionSequence": "00082218",
        "SpecimenDescriptionSequence": "00400560",
        "PerformingPhysicianName": "00081050",
        "PerformingPhysicianIdentificationSequence": "00081052",
        "OperatorsName": "00081070",
        "OperatorIdentificationSequence": "00081072",
        "NumberOfSeriesRelatedInstances": "00201209",
        "RetrieveURL": "00081190",
        "RequestAttributesSequence": "00400275",
        "ReferencedRequestSequence": "0040A370",
    }
)

# What a series says only when all of its instances agree.
UNANIMOUS: Final = _keys(
    {
        "Laterality": "00200060",
        "ImageLaterality": "00200062",
        "FrameLaterality": "00209072",
    }
)

# The equipment that made a series.
DEVICE: Final = _keys(
    {
        "Manufacturer": "00080070",
        "ManufacturerModelName": "00081090",
        "DeviceSerialNumber": "00181000",
        "DeviceUID": "00181002",
        "DeviceID": "00181003",
        "GantryID": "00181008",
        "StationName": "00081010",
        "SoftwareVersions": "00181020",
        "InstitutionName": "00080080",
        "InstitutionalDepartmentName": "00081040",
        "DateOfLastCalibration": "00181200",
        "TimeOfLastCalibration": "00181201",
        "UDISequence": "0018100A",
        "DateOfManufacture": "00181204",
    }
)

# When a series was acquired: the earliest of its instances counts.
ACQUISITION: Final = _keys(
    {
        "AcquisitionDateTime": "0008002A",
        "AcquisitionDate": "00080022",
        "AcquisitionTime": "00080032",
    }
)

# What one instance says.
INSTANCE: Final = _keys(
    {
        "SOPInstanceUID": "00080018",
        "SOPClassUID": "00080016",
        "MediaStorageSOPClassUID": "00020002",
        "InstanceNumber": "00200013",
        "ConceptNameCodeSequence": "0040A043",
        "DocumentTitle": "00420010",
        "ContentDescription": "00700081",
        "ContentLabel": "00700080",
        "ImageType": "00080008",
    }
)

# What the items of the sequences above say.
NESTED: Final = _keys(
    {
        "SpecificCharacterSet": "00080005",
        "CodeValue": "00080100",
        "LongCodeValue": "00080119",
        "URNCodeValue": "00080120",
        "CodingSchemeDesignator": "00080102",
        "CodingSchemeVersion": "00080103",
        "CodeMeaning": "00080104",
        "EquivalentCodeSequence": "00080121",
        "CodingSchemeUID": "0008010C",
        "CodingSchemeURL": "0008010E",
        "CodingSchemeURLType": "0008010A",
        "LocalNamespaceEntityID": "00400031",
        "UniversalEntityID": "00400032",
        "UniversalEntityIDType": "00400033",
        "IdentifierTypeCode": "00400035",
        "PersonIdentificationCodeSequence": "00401101",
        "AnatomicRegionModifierSequence": "00082220",
        "SpecimenIdentifier": "00400551",
        "SpecimenUID": "00400554",
        "IssuerOfTheSpecimenIdentifierSequence": "00400562",
        "OrderPlacerIdentifierSequence": "00400026",
        "OrderFillerIdentifierSequence": "00400027",
        "UniqueDeviceIdentifier": "00181009",
    }
)

# The functional groups of multi-frame objects.
FRAMES: Final = _keys(
    {
        "SharedFunctionalGroupsSequence": "52009229",
        "PerFrameFunctionalGroupsSequence": "52009230",
        "FrameAnatomySequence": "00209071",
    }
)

# How a series was acquired; said by packs, and only when all of its instances agree.
TECHNIQUE: Final = _keys(
    {
        "KVP": "00180060",
        "ExposureTime": "00181150",
        "ExposureTimeInms": "00189328",
        "ExposureTimeInuS": "00188150",
        "XRayTubeCurrent": "00181151",
        "XRayTubeCurrentInmA": "00189330",
        "XRayTubeCurrentInuA": "00188151",
        "Exposure": "00181152",
        "ExposureInmAs": "00189332",
        "ExposureInuAs": "00181153",
        "CTDIvol": "00189345",
        "ConvolutionKernel": "00181210",
        "ViewPosition": "00185101",
        "ViewCodeSequence": "00540220",
        "MagneticFieldStrength": "00180087",
        "ScanningSequence": "00180020",
        "SequenceVariant": "00180021",
        "EchoTime": "00180081",
        "EffectiveEchoTime": "00189082",
        "RepetitionTime": "00180080",
        "InversionTime": "00180082",
        "InversionTimes": "00189079",
        "FlipAngle": "00181314",
        "RadiopharmaceuticalInformationSequence": "00540016",
        "Radiopharmaceutical": "00180031",
        "Units": "00541001",
        "RescaleType": "00281054",
        "SUVType": "00541006",
        "SeriesType": "00541000",
        "TransducerType": "00186031",
        "SequenceOfUltrasoundRegions": "00186011",
        "UltrasoundColorDataPresent": "00280014",
        "ContrastBolusAgent": "00180010",
        "ContrastBolusAgentSequence": "00180012",
        "SliceThickness": "00180050",
    }
)

# What packs say of one instance.
IMAGE: Final = _keys(
    {
        "PixelSpacing": "00280030",
        "SliceThickness": "00180050",
        "ImageType": "00080008",
        "BurnedInAnnotation": "00280301",
    }
)

# What the items of the technique's sequences say.
TECHNIQUE_NESTED: Final = _keys(
    {
        "RadiopharmaceuticalCodeSequence": "00540304",
        "RadionuclideCodeSequence": "00540300",
        "RadiopharmaceuticalStartTime": "00181072",
        "RadiopharmaceuticalStartDateTime": "00181078",
        "RadionuclideTotalDose": "00181074",
        "RadionuclideHalfLife": "00181075",
        "TransducerFrequency": "00186030",
        "PulseRepetitionFrequency": "00186032",
    }
)

# The macros of the functional groups that hold the technique.
TECHNIQUE_FRAMES: Final = _keys(
    {
        "PixelMeasuresSequence": "00289110",
        "CTExposureSequence": "00189321",
        "CTXRayDetailsSequence": "00189325",
        "CTReconstructionSequence": "00189314",
        "MRTimingAndRelatedParametersSequence": "00189112",
        "MREchoSequence": "00189114",
        "MRModifierSequence": "00189115",
    }
)

# Attributes that mean nothing without the one they follow: they are taken from an instance with the same leader.
FOLLOWERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "StudyDate": ("StudyTime", "TimezoneOffsetFromUTC"),
        "SeriesDate": ("SeriesTime",),
        "PerformedProcedureStepStartDate": ("PerformedProcedureStepStartTime",),
        "PatientBirthDate": ("PatientBirthTime",),
        "AccessionNumber": ("IssuerOfAccessionNumberSequence",),
        "AdmissionID": ("IssuerOfAdmissionIDSequence",),
        "ReferringPhysicianName": ("ReferringPhysicianIdentificationSequence",),
        "NameOfPhysiciansReadingStudy": ("PhysiciansReadingStudyIdentificationSequence",),
        "PerformingPhysicianName": ("PerformingPhysicianIdentificationSequence",),
        "OperatorsName": ("OperatorIdentificationSequence",),
        "DateOfLastCalibration": ("TimeOfLastCalibration",),
        "ResponsiblePerson": ("ResponsiblePersonRole",),
    }
)

_BASE: Final = (STUDY, PATIENT, SERIES, UNANIMOUS, DEVICE, ACQUISITION, INSTANCE, NESTED, FRAMES)
_PACKS: Final = (TECHNIQUE, IMAGE, TECHNIQUE_NESTED, TECHNIQUE_FRAMES)
_ALL: Final = _keys({keyword: key for table in (*_BASE, *_PACKS) for keyword, key in table.items()})


# Numbers that DICOM writes as text, DS or IS: "1.50" is "1.5".  For elements whose VR nobody wrote; a test asks the dictionary.
NUMBER_TEXTS: Final = frozenset(
    _ALL[keyword]
    for keyword in (
        "NumberOfStudyRelatedSeries",
        "NumberOfStudyRelatedInstances",
        "PatientWeight",
        "PatientSize",
        "PatientBodyMassIndex",
        "SeriesNumber",
        "NumberOfSeriesRelatedInstances",
        "InstanceNumber",
        "KVP",
        "ExposureTime",
        "ExposureTimeInuS",
        "XRayTubeCurrent",
        "XRayTubeCurrentInuA",
        "Exposure",
        "ExposureInuAs",
        "MagneticFieldStrength",
        "EchoTime",
        "RepetitionTime",
        "InversionTime",
        "FlipAngle",
        "SliceThickness",
        "PixelSpacing",
        "RadionuclideTotalDose",
        "RadionuclideHalfLife",
    )
)


def key_of(keyword: str) -> str:
    """The DICOM JSON key of a keyword that the tables above must have; any other is a mistake of the program.

    >>> key_of("PatientID")
    '00100020'
    >>> key_of("PatientsID")
    Traceback (most recent call last):
    KeyError: 'PatientsID'
    """
    return _ALL[keyword]


def known_key(keyword: str) -> str | None:
    """The DICOM JSON key of a keyword that a user may have written; None when the tables above do not have it.

    >>> known_key("PatientID"), known_key("PixelData")
    ('00100020', None)
    """
    return _ALL.get(keyword)


def tag_text(keyword: str) -> str | None:
    """The tag of a keyword of the tables above, as the standard prints it.

    >>> tag_text("PatientID"), tag_text("NoSuchThing")
    ('(0010,0020)', None)
    """
    key = _ALL.get(keyword)
    return f"({key[:4]},{key[4:]})" if key else None


def wanted(extra: Iterable[str] = ()) -> frozenset[str]:
    """The keys that a reader must keep, at every level of nesting: those of the base output, and others.

    >>> "00080020" in wanted(), "00180060" in wanted(), "00180060" in wanted(["00180060"])
    (True, False, True)
    """
    return frozenset(key for table in _BASE for key in table.values()) | frozenset(extra)
