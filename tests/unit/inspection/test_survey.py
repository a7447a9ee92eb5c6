"""What a survey says of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dicom2fhir.config import ConvertConfig
from dicom2fhir.conversion import Conversion
from dicom2fhir.findings import Findings
from dicom2fhir.inspection.facts import Overview, PatientFacts, StudyFacts
from dicom2fhir.inspection.survey import survey
from dicom2fhir.parts import DataSets
from dicom2fhir.sources.directory import Skipped
from dicom2fhir.streams import iterated
from tests.factories import an_instance

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dicom2fhir.parts import Part


async def surveyed(*instances: Any, **options: Any) -> Overview:
    return await survey(iterated(instances), Conversion(ConvertConfig(**options)))


def in_place(study: int = 1, series: int = 1, number: int = 1, **keywords: Any) -> Any:
    uids = {
        "StudyInstanceUID": f"1.2.{study}",
        "SeriesInstanceUID": f"1.2.{study}.{series}",
        "SOPInstanceUID": f"1.2.{study}.{series}.{number}",
    }
    return an_instance(**{**uids, **keywords})


async def test_the_same_patient_is_one_whatever_study() -> None:
    overview = await surveyed(
        in_place(1, PatientID="P1"), in_place(2, PatientID="P1"), in_place(3, PatientID="P2")
    )
    assert [len(patient.studies) for patient in overview.patients] == [2, 1]


async def test_the_same_id_of_two_issuers_is_two_patients() -> None:
    overview = await surveyed(
        in_place(1, PatientID="P1", IssuerOfPatientID="A"), in_place(2, PatientID="P1", IssuerOfPatientID="B")
    )
    assert len(overview.patients) == 2


async def test_patients_without_an_id_are_not_mixed() -> None:
    overview = await surveyed(in_place(1, PatientID=None), in_place(2, PatientID=None))
    assert len(overview.patients) == 2


async def test_the_order_of_the_instances_changes_nothing() -> None:
    instances = [
        in_place(study, series, number) for study in (1, 2) for series in (1, 2) for number in (1, 2)
    ]
    assert (await surveyed(*instances)).patients == (await surveyed(*instances[::-1])).patients


async def test_a_study_has_the_id_that_its_imaging_study_will_have() -> None:
    from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle

    bundle = Dicom2FHIRBundle()
    bundle.add(in_place())
    (study,) = (await surveyed(in_place())).studies
    assert study.id == bundle.to_dict()["entry"][0]["resource"]["id"]
    assert dict(study.resources)["ImagingStudy"] == 1


async def test_findings_are_told_with_their_study_and_all_together() -> None:
    overview = await surveyed(in_place(1, StudyDate="banana"), in_place(2, StudyDate="20240101"))
    assert [len(study.findings) for study in overview.studies] == [0, 1]
    assert overview.findings.by_kind() == {"bad-value": 1}


async def test_what_a_source_passes_over_is_told() -> None:
    class Folder:
        async def parts(self, skipped: Callable[[Skipped], None]) -> AsyncGenerator[Part, None]:
            skipped(Skipped("DOE_JANE/letter.txt", "not-dicom"))
            yield DataSets([(in_place(), None), ({}, "DOE_JANE/empty.dcm")])

    overview = await survey(Folder(), Conversion())
    assert [(finding.problem, finding.source) for finding in overview.skipped()] == [
        ("not-dicom", "DOE_JANE/letter.txt"),
        ("missing or not a UID", "DOE_JANE/empty.dcm"),
    ]
    assert "DOE" not in repr(overview)


async def test_a_repr_names_no_patient() -> None:
    overview = await surveyed(
        in_place(
            PatientID="SECRET",
            PatientName="Secret^Sally",
            StudyDescription="Secret",
            SeriesDescription="Secret",
            BodyPartExamined="KNEE SECRET",
            Modality="CT OF SECRET",
        )
    )
    assert overview.patients[0].identity.startswith("SECRET, Secret^Sally")
    assert "secret" not in repr(overview).lower()


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ([], {}),
        ([None], {}),
        (["2024-01-05", "2024-03-01T10:00:00Z"], {"2024-01": 1, "2024-02": 0, "2024-03": 1}),
        (["2020-01-05", "2023-03-01"], {"2020": 1, "2021": 0, "2022": 0, "2023": 1}),
        (["2023", "2024-01-05"], {"2023": 1, "2024": 1}),
    ],
)
def test_studies_are_counted_by_month_or_by_year(days: list[str | None], shown: dict[str, int]) -> None:
    studies = tuple(StudyFacts(str(place), day, ()) for place, day in enumerate(days))
    assert Overview((PatientFacts(1, studies),), Findings()).by_time() == shown


async def test_a_body_site_is_kept_apart_from_one_that_has_no_code() -> None:
    overview = await surveyed(
        in_place(1, 1, BodyPartExamined="CHEST"), in_place(1, 2, BodyPartExamined="KNEE OF X"), in_place(1, 3)
    )
    sites = [(series.body_site, series.uncoded_body_site) for series in overview.series_of()]
    assert sites == [("Chest", None), (None, "KNEE OF X"), (None, None)]


async def test_a_region_that_is_only_described_is_a_body_site_without_a_code() -> None:
    region = {"vr": "SQ", "Value": [{"00080104": {"vr": "LO", "Value": ["knee of X"]}}]}
    (series,) = (await surveyed({**in_place(), "00082218": region})).series_of()
    assert (series.body_site, series.uncoded_body_site) == (None, "knee of X")


async def test_a_study_that_is_filtered_out_is_not_shown() -> None:
    overview = await surveyed(
        in_place(1, Modality="CT"), in_place(2, Modality="SR"), exclude_modalities=frozenset({"SR"})
    )
    assert overview.by_modality(identities=False) == {"CT": (1, 1)}


async def test_a_modality_is_kept_apart_from_one_that_has_no_code() -> None:
    overview = await surveyed(
        in_place(1, 1, Modality="CT"), in_place(1, 2, Modality="ct of x"), in_place(1, 3, Modality="")
    )
    modalities = [(series.modality, series.uncoded_modality) for series in overview.series_of()]
    assert modalities == [("CT", None), (None, "CT OF X"), ("OT", None)]


async def test_modalities_without_a_code_are_counted_together_where_no_patient_may_be_named() -> None:
    overview = await surveyed(*(in_place(1, place, Modality=f"CT OF {place}") for place in (1, 2)))
    assert overview.by_modality(identities=False) == {"uncoded": (2, 2)}
    assert overview.by_modality(identities=True) == {"CT OF 1": (1, 1), "CT OF 2": (1, 1)}
