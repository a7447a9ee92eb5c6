"""The mapping as a table: what DICOM says, and what FHIR then says at which place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.factories import CT_CLASS, Json, a_code, an_instance, an_issuer, an_item, at, of_kind

__all__ = ["CASES", "ROWS", "Row"]

SCT: Final = "http://snomed.info/sct"
DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
UCUM: Final = "http://unitsofmeasure.org"
V2: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
THO: Final = "http://terminology.hl7.org/CodeSystem"
EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition"
SR_CLASS: Final = "1.2.840.10008.5.1.4.1.1.88.11"
FULL: Final[Json] = {
    "PatientID": "P1",
    "ManufacturerModelName": "X1",
    "PatientWeight": "70",
    "StudyDate": "20240115",
    "OperatorsName": "Doe^Jo",
}


@dataclass(frozen=True)
class Row:
    """One row: the data sets, the options, a place in a resource and what must stand there (None: nothing)."""

    place: str
    expected: Any
    instances: tuple[Json, ...]
    options: Json = field(default_factory=dict)

    def value_in(self, bundle: Json) -> Any:
        """What stands at the place of the row."""
        kind, _, place = self.place.partition(".")
        resources = [bundle] if kind == "Bundle" else of_kind(bundle, kind)
        resource = resources[0] if resources else None
        return at(resource, place) if place else resource


def row(place: str, expected: Any, options: Json | None = None, /, **keywords: Any) -> Row:
    """A row about one instance."""
    return Row(place, expected, (an_instance(**keywords),), options or {})


def rows(expected_by_place: dict[str, Any], options: Json | None = None, /, **keywords: Any) -> list[Row]:
    """Several places that one instance fills."""
    return [row(place, expected, options, **keywords) for place, expected in expected_by_place.items()]


def accession(value: str, **more: Any) -> Json:
    """An accession number as FHIR says it."""
    return {"type": {"coding": [{"system": V2, "code": "ACSN"}]}, "value": value, **more}


LISTED: Final = {"add_instances": True}
BERLIN: Final = {"dicom_timezone": "Europe/Berlin"}
PAIN: Final = a_code("22253000", "SCT", "Pain")
PAIN_CONCEPT: Final = {"coding": [{"system": SCT, "code": "22253000", "display": "Pain"}], "text": "Pain"}
PHYSICIAN: Final = an_item(PersonIdentificationCodeSequence=a_code("D7", "99HOSP", "number"))
REFERRER: Final = {
    "ReferringPhysicianName": "Adams^Ada^B.^Dr.^MD",
    "ReferringPhysicianIdentificationSequence": PHYSICIAN,
}

BUNDLE: Final = [
    *rows(
        {
            "Bundle.type": "transaction",
            "Bundle.entry[0].resource.resourceType": "ImagingStudy",
            "Bundle.entry[1].resource.resourceType": "Patient",
            "Bundle.entry[2].resource.resourceType": "Device",
            "Bundle.entry[3].resource.resourceType": "Observation",
            "Bundle.entry[4].resource.resourceType": "Practitioner",
            "Bundle.entry[5].resource.resourceType": "Endpoint",
            "Bundle.entry[0].request.method": "PUT",
            "Bundle.meta": None,
            "ImagingStudy.meta": None,
        },
        {"practitioners": True, "wado_rs_url": "https://pacs.example.org/dicom-web"},
        **FULL,
    ),
    row("Bundle.entry[1].request.url", "Patient/7", {"id_function": lambda *_: "7"}),
    row(
        "Bundle.entry[1].fullUrl",
        "https://h/Patient/7",
        {"fhir_base_url": "https://h", "id_function": lambda *_: "7"},
    ),
]

IMAGING_STUDY: Final = [
    row("ImagingStudy.identifier[0]", {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}),
    row("ImagingStudy.identifier[0]", accession("A1", use="usual"), AccessionNumber="A1 "),
    row("ImagingStudy.identifier[1].system", "urn:dicom:uid", AccessionNumber="A1"),
    row(
        "ImagingStudy.identifier[0]",
        accession("A1", use="usual", system="urn:oid:1.2.9", assigner={"display": "RIS"}),
        AccessionNumber="A1",
        IssuerOfAccessionNumberSequence=an_issuer("1.2.9", "ISO", LocalNamespaceEntityID="RIS"),
    ),
    row(
        "ImagingStudy.identifier[0].system", "urn:ris", {"accession_system": "urn:ris"}, AccessionNumber="A1"
    ),
    row("ImagingStudy.identifier[1]", {"use": "secondary", "value": "S1"}, StudyID="S1"),
    row("ImagingStudy.identifier[1].system", "urn:ids", {"study_id_system": "urn:ids"}, StudyID="S1"),
    row("ImagingStudy.status", "available"),
    row("ImagingStudy.status", "available", InstanceAvailability="OFFLINE"),
    row("ImagingStudy.modality", [{"system": DCM, "code": "MR"}], Modality="MR"),
    row("ImagingStudy.modality", [{"system": DCM, "code": "SR"}], Modality="SR"),
    row("ImagingStudy.modality", [{"code": "SC"}], Modality="SC"),
    row("ImagingStudy.modality", None, {"modality_list": "acquisition"}, Modality="SR"),
    row("ImagingStudy.subject", {"reference": "Patient/7"}, {"id_function": lambda *_: "7"}),
    row("ImagingStudy.encounter.type", "Encounter", AdmissionID="V1"),
    row(
        "ImagingStudy.encounter.identifier",
        {"type": {"coding": [{"system": V2, "code": "VN"}]}, "value": "V1"},
        AdmissionID="V1",
    ),
    row(
        "ImagingStudy.encounter.identifier.system",
        "urn:oid:1.2.9",
        AdmissionID="V1",
        IssuerOfAdmissionIDSequence=an_issuer("1.2.9", "ISO"),
    ),
    row(
        "ImagingStudy.started", "2024-07-15T10:30:15+02:00", BERLIN, StudyDate="20240715", StudyTime="103015"
    ),
    row("ImagingStudy.started", "2024-07", StudyDate="202407", StudyTime="103015"),
    row("ImagingStudy.started", None, StudyDate="20240230"),
    row(
        "ImagingStudy.basedOn",
        [{"type": "ServiceRequest", "identifier": accession("A1")}],
        AccessionNumber="A1",
    ),
    *rows(
        {
            "ImagingStudy.basedOn[0].identifier": {
                "type": {"coding": [{"system": V2, "code": "PLAC"}]},
                "value": "P7",
            },
            "ImagingStudy.basedOn[1].identifier": {
                "type": {"coding": [{"system": V2, "code": "FILL"}]},
                "system": "urn:oid:1.2.9",
                "value": "F7",
            },
            "ImagingStudy.basedOn[1].display": "CT Thorax",
        },
        RequestAttributesSequence=an_item(
            PlacerOrderNumberImagingServiceRequest="P7",
            FillerOrderNumberImagingServiceRequest="F7",
            OrderFillerIdentifierSequence=an_issuer("1.2.9", "ISO"),
            RequestedProcedureDescription="CT Thorax",
        ),
    ),
    row(
        "ImagingStudy.basedOn",
        [{"type": "ServiceRequest", "display": "CT of chest"}],
        RequestedProcedureCodeSequence=a_code("169069000", "SCT", "CT of chest"),
    ),
    row("ImagingStudy.basedOn[0].display", "CT Thorax", RequestedProcedureDescription="CT Thorax"),
    *rows(
        {
            "ImagingStudy.referrer.display": "Dr. Ada B. Adams MD",
            "ImagingStudy.referrer.type": "Practitioner",
            "ImagingStudy.referrer.identifier": {"value": "D7"},
        },
        **REFERRER,
    ),
    *rows(
        {
            "Practitioner.name[0]": {
                "family": "Adams",
                "given": ["Ada", "B."],
                "prefix": ["Dr."],
                "suffix": ["MD"],
            },
            "Practitioner.identifier[0].value": "D7",
        },
        {"practitioners": True},
        **REFERRER,
    ),
    row(
        "ImagingStudy.interpreter[0].display", "Eve Evans", NameOfPhysiciansReadingStudy=["Evans^Eve", "Ford"]
    ),
    row("ImagingStudy.interpreter[1].display", "Ford", NameOfPhysiciansReadingStudy=["Evans^Eve", "Ford"]),
    row(
        "ImagingStudy.interpreter[0].identifier.value",
        "D7",
        NameOfPhysiciansReadingStudy="Evans^Eve",
        PhysiciansReadingStudyIdentificationSequence=PHYSICIAN,
    ),
    row("ImagingStudy.numberOfSeries", 1),
    row("ImagingStudy.numberOfInstances", 1, NumberOfStudyRelatedInstances=9),
    *rows(
        {
            "ImagingStudy.numberOfSeries": 4,
            "ImagingStudy.numberOfInstances": 9,
            "ImagingStudy.series[0].numberOfInstances": 5,
        },
        {"related_counts": True},
        NumberOfStudyRelatedSeries=4,
        NumberOfStudyRelatedInstances=9,
        NumberOfSeriesRelatedInstances=5,
    ),
    row("ImagingStudy.procedureCode", [PAIN_CONCEPT], ProcedureCodeSequence=PAIN),
    row(
        "ImagingStudy.location.display",
        "ACME Hospital, Radiology",
        InstitutionName="ACME Hospital",
        InstitutionalDepartmentName="Radiology",
    ),
    row("ImagingStudy.location.display", "Room 5", PerformedLocation="Room 5"),
    row("ImagingStudy.location", None, InstitutionName="ACME Hospital"),
    row("ImagingStudy.reasonCode", [{"text": "pain"}], ReasonForTheRequestedProcedure="pain"),
    row("ImagingStudy.reasonCode", [PAIN_CONCEPT], ReasonForRequestedProcedureCodeSequence=PAIN),
    row("ImagingStudy.reasonCode", [PAIN_CONCEPT], ReasonForPerformedProcedureCodeSequence=PAIN),
    row(
        "ImagingStudy.reasonCode",
        [{**PAIN_CONCEPT, "text": "it hurts"}],
        RequestAttributesSequence=an_item(
            ReasonForTheRequestedProcedure="it hurts", ReasonForRequestedProcedureCodeSequence=PAIN
        ),
    ),
    row(
        "ImagingStudy.reasonCode",
        [{"text": "pain"}],
        RequestAttributesSequence=[an_item(ReasonForTheRequestedProcedure="pain")] * 2,
        ReferencedRequestSequence=an_item(ReasonForTheRequestedProcedure="pain"),
    ),
    row("ImagingStudy.description", "CT Thorax", StudyDescription=" CT Thorax "),
]

SERIES: Final = [
    row("ImagingStudy.series[0].uid", "1.2.3.1"),
    row("ImagingStudy.series[0].number", 7, SeriesNumber="007"),
    row("ImagingStudy.series[0].modality", {"system": DCM, "code": "MR"}, Modality="mr "),
    row("ImagingStudy.series[0].modality.code", "OT", Modality=None),
    row("ImagingStudy.series[0].modality", {"code": "SC"}, Modality="SC"),
    row("ImagingStudy.series[0].description", "axial", SeriesDescription="axial "),
    row(
        "ImagingStudy.series[0].description",
        "Axial",
        SeriesDescriptionCodeSequence=a_code("1", "99X", "Axial"),
    ),
    row("ImagingStudy.series[0].numberOfInstances", 1),
    row(
        "ImagingStudy.series[0].bodySite",
        {"system": SCT, "code": "43799004", "display": "Chest"},
        BodyPartExamined="CHEST",
    ),
    row(
        "ImagingStudy.series[0].bodySite.code", "T1", {"body_sites": {"THIS": "T1"}}, BodyPartExamined="THIS"
    ),
    row("ImagingStudy.series[0].bodySite", {"code": "THAT", "display": "THAT"}, BodyPartExamined="THAT"),
    row(
        "ImagingStudy.series[0].bodySite",
        {"system": SCT, "code": "39607008", "display": "Lung"},
        SharedFunctionalGroupsSequence=an_item(
            FrameAnatomySequence=an_item(AnatomicRegionSequence=a_code("39607008", "SCT", "Lung"))
        ),
    ),
    row(
        "ImagingStudy.series[0].bodySite",
        {"code": "K", "display": "Knee"},
        AnatomicRegionSequence=a_code("K", "99X", "Knee"),
    ),
    row(
        "ImagingStudy.series[0].bodySite",
        {"display": "Knee"},
        AnatomicRegionSequence=an_item(CodeMeaning="Knee"),
    ),
    row(
        "ImagingStudy.series[0].bodySite.code",
        "43799004",
        AnatomicRegionSequence=a_code("K", "99X", "Knee"),
        BodyPartExamined="CHEST",
    ),
    *(
        row(
            "ImagingStudy.series[0].laterality",
            {"system": SCT, "code": code, "display": display},
            Laterality=side,
        )
        for side, code, display in (
            ("L", "7771000", "Left"),
            ("R", "24028007", "Right"),
            ("B", "51440002", "Bilateral"),
        )
    ),
    row("ImagingStudy.series[0].laterality", None, Laterality="U"),
    row("ImagingStudy.series[0].laterality.code", "24028007", ImageLaterality="R"),
    row(
        "ImagingStudy.series[0].laterality.code",
        "7771000",
        PerFrameFunctionalGroupsSequence=an_item(FrameAnatomySequence=an_item(FrameLaterality="L")),
    ),
    row(
        "ImagingStudy.series[0].laterality.code",
        "24028007",
        AnatomicRegionSequence=a_code(
            "76752008", "SCT", "Breast", AnatomicRegionModifierSequence=a_code("G-A100", "SRT", "Right")
        ),
    ),
    Row(
        "ImagingStudy.series[0].laterality",
        None,
        (an_instance(number=1, ImageLaterality="L"), an_instance(number=2, ImageLaterality="R")),
    ),
    row(
        "ImagingStudy.series[0].started",
        "2024-01-15T10:30:00+01:00",
        BERLIN,
        SeriesDate="20240115",
        SeriesTime="1030",
    ),
    Row(
        "ImagingStudy.series[0].started",
        "2024-01-15T08:00:00+01:00",
        (
            an_instance(number=1, AcquisitionDateTime="20240115090000"),
            an_instance(number=2, AcquisitionDateTime="20240115080000"),
            an_instance(number=3, AcquisitionDateTime="00000000"),
        ),
        BERLIN,
    ),
    row(
        "ImagingStudy.series[0].started",
        "2024-01-15T08:00:00-05:00",
        BERLIN,
        AcquisitionDateTime="20240115080000-0500",
    ),
    row(
        "ImagingStudy.series[0].started",
        "2024-01-15T08:00:00+01:00",
        BERLIN,
        AcquisitionDate="20240115",
        AcquisitionTime="08",
    ),
    row(
        "ImagingStudy.series[0].started",
        "2024-01-15T08:00:00-05:00",
        BERLIN,
        AcquisitionDate="20240115",
        AcquisitionTime="08",
        TimezoneOffsetFromUTC="-0500",
    ),
    row("ImagingStudy.series[0].started", "2024-01-15", PerformedProcedureStepStartDate="20240115"),
    *rows(
        {
            "ImagingStudy.series[0].specimen[0].type": "Specimen",
            "ImagingStudy.series[0].specimen[0].identifier": {"system": "urn:oid:1.2.9", "value": "S-1"},
            "ImagingStudy.series[0].specimen[0].display": "urn:oid:1.2.8",
            "ImagingStudy.series[0].specimen[1].identifier": {
                "system": "urn:ietf:rfc:3986",
                "value": "urn:oid:1.2.7",
            },
        },
        SpecimenDescriptionSequence=[
            an_item(
                SpecimenIdentifier="S-1",
                SpecimenUID="1.2.8",
                IssuerOfTheSpecimenIdentifierSequence=an_issuer("1.2.9", "ISO"),
            ),
            an_item(SpecimenUID="1.2.7"),
        ],
    ),
    row(
        "ImagingStudy.series[0].performer[0]",
        {"actor": {"reference": "Device/7"}},
        {"id_function": lambda *_: "7"},
        DeviceSerialNumber="SN1",
        Manufacturer="ACME",
    ),
    row(
        "ImagingStudy.series[0].performer",
        [{"actor": {"type": "Device", "display": "ACME"}}],
        Manufacturer="ACME",
        InstitutionName="ACME Hospital",
    ),
    *rows(
        {
            "ImagingStudy.series[0].performer[0].function.coding[0].code": "PRF",
            "ImagingStudy.series[0].performer[0].actor.display": "Ben Brown",
            "ImagingStudy.series[0].performer[1].function.coding[0].code": "SPRF",
            "ImagingStudy.series[0].performer[1].actor.display": "Cleo Clark",
            "ImagingStudy.series[0].performer[1].actor.identifier.value": "D7",
        },
        PerformingPhysicianName="Brown^Ben",
        OperatorsName="Clark^Cleo",
        OperatorIdentificationSequence=PHYSICIAN,
    ),
    row("ImagingStudy.series[0].extension", None, KVP="120", ContrastBolusAgent="X"),
]

INSTANCE: Final = [
    row("ImagingStudy.series[0].instance", None),
    *rows(
        {
            "ImagingStudy.series[0].instance[0].uid": "1.2.3.1.1",
            "ImagingStudy.series[0].instance[0].sopClass": {
                "system": "urn:ietf:rfc:3986",
                "code": f"urn:oid:{CT_CLASS}",
            },
            "ImagingStudy.series[0].instance[0].number": 5,
            "ImagingStudy.series[0].instance[0].title": "DERIVED\\PRIMARY",
        },
        LISTED,
        InstanceNumber="5",
        ImageType=["DERIVED", "PRIMARY"],
    ),
    Row(
        "ImagingStudy.series[0].instance[0].sopClass.code",
        f"urn:oid:{SR_CLASS}",
        ({**an_instance(SOPClassUID=None), "00020002": {"vr": "UI", "Value": [SR_CLASS]}},),
        LISTED,
    ),
    row(
        "ImagingStudy.series[0].instance[0].title",
        "Report",
        LISTED,
        ConceptNameCodeSequence=a_code("1", "DCM", "Report"),
        DocumentTitle="x",
    ),
    row(
        "ImagingStudy.series[0].instance[0].title",
        "Letter",
        LISTED,
        DocumentTitle="Letter",
        ContentDescription="x",
    ),
    row(
        "ImagingStudy.series[0].instance[0].title",
        "markings",
        LISTED,
        ContentDescription="markings",
        ContentLabel="X",
    ),
    row(
        "ImagingStudy.series[0].instance[0].title",
        "LABEL",
        LISTED,
        ContentLabel="LABEL",
        ImageType=["ORIGINAL", "PRIMARY"],
    ),
]

PATIENT: Final = [
    row(
        "Patient.identifier",
        [{"use": "usual", "system": "urn:dicom:patient-id", "value": "P1"}],
        PatientID="P1",
    ),
    row("Patient.identifier[0].system", "urn:mrn", {"patient_id_system": "urn:mrn"}, PatientID="P1"),
    row("Patient.identifier[0].assigner.display", "HOSP", PatientID="P1", IssuerOfPatientID="HOSP"),
    row(
        "Patient.identifier[0].system",
        "urn:hosp",
        {"issuer_systems": {"HOSP": "urn:hosp"}},
        PatientID="P1",
        IssuerOfPatientID="HOSP",
    ),
    *(
        row(
            "Patient.identifier[0].system",
            system,
            PatientID="P1",
            IssuerOfPatientIDQualifiersSequence=an_issuer(entity, kind),
        )
        for entity, kind, system in (
            ("1.2.9", "ISO", "urn:oid:1.2.9"),
            ("6F0A4D3E-6F2B-5C55-9A3E-0D1C0F2FD1C0", "UUID", "urn:uuid:6f0a4d3e-6f2b-5c55-9a3e-0d1c0f2fd1c0"),
            ("https://example.org/mrn", "URI", "https://example.org/mrn"),
            ("example.org", "DNS", "urn:dicom:patient-id"),
            ("not an OID", "ISO", "urn:dicom:patient-id"),
            ("not-a-uuid", "UUID", "urn:dicom:patient-id"),
            ("not a uri", "URI", "urn:dicom:patient-id"),
        )
    ),
    row(
        "Patient.identifier[0].assigner.identifier",
        {"value": "example.org", "type": {"text": "DNS"}},
        PatientID="P1",
        IssuerOfPatientIDQualifiersSequence=an_issuer("example.org", "DNS"),
    ),
    row(
        "Patient.identifier[0].type",
        {"coding": [{"system": V2, "code": "MR"}]},
        PatientID="P1",
        IssuerOfPatientIDQualifiersSequence=an_issuer(IdentifierTypeCode="MR"),
    ),
    row("Patient.identifier[0].type", None, PatientID="P1", TypeOfPatientID="RFID"),
    row(
        "Patient.identifier[1]",
        {"use": "secondary", "value": "P2", "assigner": {"display": "HOSP"}},
        {"patient_id_system": "urn:mrn"},
        PatientID="P1",
        OtherPatientIDsSequence=[an_item(PatientID="P1"), an_item(PatientID="P2", IssuerOfPatientID="HOSP")],
    ),
    *(
        row(
            "Patient.identifier[1].system",
            system,
            {"issuer_systems": {"HOSP": "urn:hosp"}},
            PatientID="P1",
            OtherPatientIDsSequence=an_item(PatientID="P2", **issuer),
        )
        for issuer, system in (
            ({"IssuerOfPatientID": "HOSP"}, "urn:hosp"),
            ({"IssuerOfPatientIDQualifiersSequence": an_issuer("1.2.9", "ISO")}, "urn:oid:1.2.9"),
        )
    ),
    row(
        "Patient.identifier[1]",
        {"use": "secondary", "value": "P3"},
        {"patient_id_system": "urn:mrn"},
        PatientID="P1",
        OtherPatientIDs="P3",
    ),
    row("Patient.identifier[1].value", "P3", PatientID="P1", OtherPatientIDs=["P1", "P3"]),
    row("Patient.identifier[2]", None, PatientID="P1", OtherPatientIDs=["P1", "P3"]),
    row(
        "Patient.name",
        [{"family": "Doe", "given": ["Jane", "B."], "prefix": ["Dr."], "suffix": ["MD"]}],
        PatientName="Doe^Jane^B.^Dr.^MD",
    ),
    row("Patient.name[0].given", ["Anna Maria"], PatientName="Doe^Anna Maria"),
    row(
        "Patient.name[1].extension",
        [{"url": f"{EXTENSION}/iso21090-EN-representation", "valueCode": "IDE"}],
        PatientName="Yamada^Tarou=山田^太郎",
    ),
    row("Patient.name[0].extension[0].valueCode", "IDE", PatientName="=山田^太郎"),
    row("Patient.name[0].family", "山田", PatientName="=山田^太郎"),
    row("Patient.name[1]", {"family": "Roe"}, PatientName="Doe", OtherPatientNames="Roe"),
    row("Patient.name[1]", {"use": "maiden", "family": "Poe"}, PatientName="Doe", PatientBirthName="Poe"),
    row("Patient.birthDate", "1976-01-31", PatientBirthDate="19760131"),
    row("Patient.birthDate", None, PatientBirthDate="19760231"),
    row(
        "Patient._birthDate.extension",
        [{"url": f"{EXTENSION}/patient-birthTime", "valueDateTime": "1976-01-31T04:05:06+01:00"}],
        BERLIN,
        PatientBirthDate="19760131",
        PatientBirthTime="040506",
    ),
    row("Patient._birthDate", None, PatientBirthDate="19760131", PatientBirthTime="040506"),
    row("Patient._birthDate", None, BERLIN, PatientBirthTime="040506"),
    *(
        row("Patient.gender", gender, PatientSex=sex)
        for sex, gender in (("M", "male"), ("f ", "female"), ("O", "other"), ("X", "unknown"), (None, None))
    ),
    row(
        "Patient.address",
        [{"text": "Main St 1, Springfield", "line": ["Main St 1, Springfield"]}],
        PatientAddress="Main St 1, Springfield",
    ),
    row(
        "Patient.address",
        [
            {
                "text": "Main St 1, Springfield, 12345, US",
                "line": ["Main St 1"],
                "city": "Springfield",
                "postalCode": "12345",
                "country": "US",
            }
        ],
        PatientAddress="Main St 1^^Springfield^^12345^US",
    ),
    row("Patient.address", [{"country": "DE"}], CountryOfResidence="DE"),
    row(
        "Patient.telecom",
        [{"system": "phone", "value": "030 1", "use": "home"}],
        PatientTelephoneNumbers="030 1",
    ),
    *rows(
        {
            "Patient.extension[0].url": f"{EXTENSION}/patient-animal",
            "Patient.extension[0].extension[0].url": "species",
            "Patient.extension[0].extension[0].valueCodeableConcept.text": "Canine species",
            "Patient.extension[0].extension[1].valueCodeableConcept.text": "Beagle",
            "Patient.extension[0].extension[2].valueCodeableConcept.coding[0].code": "neutered",
            "Patient.contact[0].name.family": "Doe",
            "Patient.contact[0].relationship[0].text": "OWNER",
            "Patient.contact[0].organization.display": "Kennel",
        },
        PatientSpeciesDescription="Canine species",
        PatientBreedDescription="Beagle",
        PatientSexNeutered="ALTERED",
        ResponsiblePerson="Doe^Jo",
        ResponsiblePersonRole="OWNER",
        ResponsibleOrganization="Kennel",
    ),
    row("Patient.extension", None, PatientBreedDescription="Beagle"),
    row(
        "Patient.extension[0].extension[0].valueCodeableConcept.coding[0].code",
        "448771007",
        PatientSpeciesCodeSequence=a_code("448771007", "SCT", "Canis lupus familiaris"),
    ),
    row(
        "Patient.extension[0].extension[1].valueCodeableConcept.text",
        "Beagle",
        PatientSpeciesDescription="Dog",
        PatientBreedCodeSequence=a_code("1", "99X", "Beagle"),
    ),
]

SCANNER: Final[Json] = {"ManufacturerModelName": "X1"}
DEVICE: Final = [
    *rows(
        {
            "Device.identifier": [
                {"use": "official", "system": "urn:dicom:device-serial-number", "value": "SN1"}
            ],
            "Device.serialNumber": "SN1",
        },
        DeviceSerialNumber="SN1",
    ),
    row(
        "Device.identifier",
        [{"use": "official", "system": "urn:dicom:device-uid", "value": "1.2.9"}],
        DeviceUID="1.2.9",
    ),
    row(
        "Device.identifier",
        [{"use": "secondary", "value": "D1"}, {"use": "secondary", "value": "G1"}],
        DeviceID="D1",
        GantryID="G1",
    ),
    row("Device.manufacturer", "ACME", Manufacturer="ACME ", **SCANNER),
    *rows(
        {"Device.deviceName": [{"name": "X1", "type": "model-name"}], "Device.modelNumber": "X1"},
        ManufacturerModelName="X1",
    ),
    row("Device.deviceName", [{"name": "CT1", "type": "user-friendly-name"}], StationName="CT1"),
    row("Device.version", [{"value": "1"}, {"value": "2"}], **SCANNER, SoftwareVersions=["1", "2"]),
    row("Device.owner.display", "ACME Hospital", **SCANNER, InstitutionName="ACME Hospital"),
    row("Device.location.display", "Radiology", **SCANNER, InstitutionalDepartmentName="Radiology"),
    row("Device.type", {"coding": [{"system": DCM, "code": "CT"}], "text": "CT"}, **SCANNER),
    *(row("Device.type", None, **SCANNER, Modality=other) for other in ("SR", "KO", "PR", "OT", "XYZ")),
    Row(
        "Device.type.text",
        "CT",
        (
            an_instance("1.2.3", "1.2.3.1", SeriesNumber=1, Modality="SR", **SCANNER),
            an_instance("1.2.3", "1.2.3.2", SeriesNumber=2, Modality="CT", **SCANNER),
        ),
    ),
    row("Device.property", None, **SCANNER, SpatialResolution="0.5"),
    row(
        "Device.note",
        [{"text": "Last calibration: 2024-01-15T08:00:00+01:00"}, {"text": "Last calibration: 2024-01-16"}],
        BERLIN,
        **SCANNER,
        DateOfLastCalibration=["20240115", "20240116"],
        TimeOfLastCalibration="080000",
    ),
    row("Device.note", None, **SCANNER, PixelPaddingValue=0),
    *(
        row(
            "Device.udiCarrier[0]",
            {
                "deviceIdentifier": di,
                "issuer": f"http://hl7.org/fhir/NamingSystem/{issuer}",
                "carrierHRF": udi,
            },
            UDISequence=an_item(UniqueDeviceIdentifier=udi),
        )
        for udi, di, issuer in (
            ("(01)04056869000000(21)1", "04056869000000", "gs1-di"),
            ("+H123PARTNO1234567890120/$$420020216LOT1", "H123PARTNO1234567890120", "hibcc-dI"),
            ("=/A9999XYZ100T0474=,000025=A99971312345600", "A9999XYZ100T0474", "iccbba-other-di"),
        )
    ),
    row("Device.udiCarrier", [{"carrierHRF": "??"}], UDISequence=an_item(UniqueDeviceIdentifier="??")),
    row("Device.manufactureDate", "2020-02", **SCANNER, DateOfManufacture="202002"),
    row("Device", None, Modality="CT", InstitutionName="ACME Hospital"),
    row("Device", None, Manufacturer="ACME", SoftwareVersions="1"),
]

OBSERVATION: Final = [
    *(
        each
        for keyword, written, loinc, value, unit in (
            ("PatientWeight", "70.5", "29463-7", 70.5, "kg"),
            ("PatientSize", "1.75", "8302-2", 175, "cm"),
            ("PatientBodyMassIndex", "23.1", "39156-5", 23.1, "kg/m2"),
        )
        for each in rows(
            {
                "Observation.code.coding[0].code": loinc,
                "Observation.code.coding[0].system": "http://loinc.org",
                "Observation.valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
                "Observation.status": "final",
                "Observation.category[0].coding[0].code": "vital-signs",
                "Observation.subject.reference": "Patient/7",
                "Observation.partOf[0].reference": "ImagingStudy/7",
                "Observation.meta": None,
            },
            {"id_function": lambda _kind, _proxy: "7"},
            **{keyword: written},
        )
    ),
    row("Observation.valueQuantity.value", 175, PatientSize="175"),
    *(row("Observation", None, PatientSize=size) for size in ("0", "-1", "5", "1750", "nan", "abc")),
    *(row("Observation", None, PatientWeight=weight) for weight in ("0", "-1", "9999", "nan", "70,5kg")),
    row("Observation", None, PatientBodyMassIndex="0"),
    row("Observation", None, {"add_vital_signs": False}, PatientWeight="70"),
    row("Observation.effectiveDateTime", "2024-01-15", PatientWeight="70", StudyDate="20240115"),
    row(
        "Observation.effectiveDateTime",
        "2024-01-16",
        PatientWeight="70",
        SeriesDate="20240116",
        AcquisitionDate="20240115",
    ),
    row("Observation.effectiveDateTime", "2024-01-15", PatientWeight="70", AcquisitionDate="20240115"),
    row("Observation.effectiveDateTime", None, PatientWeight="70", StudyDate="202401"),
    row(
        "Observation.effectivePeriod.extension",
        [{"url": f"{EXTENSION}/data-absent-reason", "valueCode": "unknown"}],
        PatientWeight="70",
    ),
]


def coded(
    designator: str | None, code: str, expected: Json, options: Json | None = None, **keywords: Any
) -> Row:
    """A row about the Coding of a procedure."""
    return row(
        "ImagingStudy.procedureCode[0].coding[0]",
        {**expected, "display": "x"},
        options,
        ProcedureCodeSequence=a_code(code, designator, "x"),
        **keywords,
    )


SCHEMES: Final = [
    *(
        coded(designator, code, {"system": system, "code": code})
        for designator, code, system in (
            ("SCT", "51185008", SCT),
            ("SRT", "ZZ-1", "http://snomed.info/srt"),
            ("DCM", "121181", DCM),
            ("LN", "24627-2", "http://loinc.org"),
            ("UCUM", "mm", UCUM),
            ("RADLEX", "RID10321", "http://radlex.org"),
            ("C4", "71250", "http://www.ama-assn.org/go/cpt"),
            ("CD2", "D0210", "http://www.ada.org/cdt"),
            ("HPC", "G0297", f"{THO}/HCPCS-all-codes"),
            ("I10", "R07.4", "http://hl7.org/fhir/sid/icd-10"),
            ("I10P", "BW24ZZZ", "http://www.cms.gov/Medicare/Coding/ICD10"),
            ("I9", "786", f"{THO}/icd9"),
            ("I9C", "786.5", f"{THO}/icd9cm"),
            ("I9CDX", "786.5", "http://hl7.org/fhir/sid/icd-9-cm"),
            ("ICDO3", "8140/3", f"{THO}/icd-o-3"),
            ("MDC", "150456", "urn:iso:std:iso:11073:10101"),
            ("MSH", "D014057", "https://www.nlm.nih.gov/mesh"),
            ("NCIt", "C17204", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
            ("NDC", "0409", "http://hl7.org/fhir/sid/ndc"),
            ("RXNORM", "1", "http://www.nlm.nih.gov/research/umls/rxnorm"),
            ("CVX", "1", "http://hl7.org/fhir/sid/cvx"),
            ("UMLS", "C0040405", f"{THO}/umls"),
            ("ACR", "1", f"{THO}/ACR"),
            ("POS", "21", f"{THO}/POS"),
            ("ISO3166_1", "DE", "urn:iso:std:iso:3166"),
            ("RFC5646", "de", "urn:ietf:bcp:47"),
            ("RFC3066", "de", "urn:ietf:bcp:47"),
            ("FMA", "7195", "urn:oid:2.16.840.1.113883.6.119"),
            ("NEU", "1", "urn:oid:2.16.840.1.113883.6.210"),
            ("ITIS_TSN", "1", "urn:oid:1.2.840.10008.2.16.7"),
            ("PUBCHEM_CID", "1", "urn:oid:1.2.840.10008.2.16.9"),
            ("IBSI", "1", "urn:oid:1.2.840.10008.2.16.13"),
        )
    ),
    *(
        coded(old, "T-D3000", {"system": SCT, "code": "51185008"})
        for old in ("SRT", "SNM3", "SNM", "99SDM", "SCT")
    ),
    coded("DCMUID", "1.2.840.1", {"system": "urn:ietf:rfc:3986", "code": "urn:oid:1.2.840.1"}),
    coded("99ACME", "42", {"code": "42"}),
    coded(None, "42", {"code": "42"}),
    coded("99ACME", "42", {"system": "urn:acme", "code": "42"}, {"coding_schemes": {"99ACME": "urn:acme"}}),
    coded(
        "RADLEX",
        "RID1",
        {"system": "http://www.radlex.org", "code": "RID1"},
        {"coding_schemes": {"RADLEX": "http://www.radlex.org"}},
    ),
    coded(
        "99ACME",
        "42",
        {"system": "https://acme.example.org/codes", "code": "42"},
        CodingSchemeIdentificationSequence=an_item(
            CodingSchemeDesignator="99ACME",
            CodingSchemeURL="https://acme.example.org/codes",
            CodingSchemeURLType="FHIR",
        ),
    ),
    coded(
        "99ACME",
        "42",
        {"system": "urn:oid:1.2.9", "code": "42"},
        CodingSchemeIdentificationSequence=an_item(
            CodingSchemeDesignator="99ACME",
            CodingSchemeURL="https://acme.example.org/",
            CodingSchemeURLType="OWL",
            CodingSchemeUID="1.2.9",
        ),
    ),
    coded(
        "99ACME",
        "42",
        {"code": "42"},
        CodingSchemeIdentificationSequence=an_item(
            CodingSchemeDesignator="99ACME", CodingSchemeUID="nonsense"
        ),
    ),
    row(
        "ImagingStudy.procedureCode[0].coding",
        [
            {"system": "https://example.org/code/1", "code": "x"},
            {"system": SCT, "code": "22253000", "display": "Pain"},
        ],
        {"coding_schemes": {"99X": "https://example.org/code/1"}},
        ProcedureCodeSequence=a_code("x", "99X", EquivalentCodeSequence=PAIN),
    ),
    row(
        "ImagingStudy.procedureCode[0].coding",
        [{"system": "urn:ietf:rfc:3986", "code": "urn:oid:1.2.9"}],
        ProcedureCodeSequence=an_item(URNCodeValue="urn:oid:1.2.9"),
    ),
    row(
        "ImagingStudy.procedureCode",
        [{"text": "only a meaning"}],
        ProcedureCodeSequence=an_item(CodeMeaning="only a meaning"),
    ),
]

PACS: Final = "https://pacs.example.org/dicom-web"
ENDPOINT: Final = [
    *rows(
        {
            "Endpoint.status": "active",
            "Endpoint.connectionType": {"system": f"{THO}/endpoint-connection-type", "code": "dicom-wado-rs"},
            "Endpoint.payloadType": [
                {
                    "coding": [{"system": f"{THO}/endpoint-payload-type", "code": "none"}],
                    "text": "DICOM WADO-RS",
                }
            ],
            "Endpoint.payloadMimeType[0]": "application/dicom",
            "Endpoint.address": PACS,
            "ImagingStudy.series[0].endpoint": None,
        },
        {"wado_rs_url": PACS},
    ),
    row("Endpoint.address", PACS, {"wado_rs_url": f"{PACS}/"}),
    row("Endpoint.name", "DICOMweb", {"wado_rs_url": PACS}),
    row(
        "Endpoint.address",
        PACS,
        {"wado_rs_url": "from-data"},
        RetrieveURL=f"{PACS}/studies/1.2.3/series/1.2.3.1",
    ),
    row("Endpoint", None, RetrieveURL=f"{PACS}/studies/1.2.3/series/1.2.3.1"),
    row("Endpoint", None, {"wado_rs_url": "from-data"}, RetrieveURL="not an address"),
    row("Endpoint", None),
]

ROWS: Final[dict[str, list[Row]]] = {
    "1.1": BUNDLE,
    "1.2": IMAGING_STUDY,
    "1.3": SERIES,
    "1.3b": INSTANCE,
    "1.4": PATIENT,
    "1.5": DEVICE,
    "1.6": OBSERVATION,
    "1.9": SCHEMES,
    "4.4": ENDPOINT,
}

CASES: Final[dict[str, Row]] = {
    f"{section}-{number:02}-{row.place}": row
    for section, rows in ROWS.items()
    for number, row in enumerate(rows, start=1)
}
"""The rows by the names that they have in tests."""
