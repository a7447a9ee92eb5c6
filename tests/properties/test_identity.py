"""Who is who: ids are equal exactly where what identifies a resource is equal, and nobody gets another's number."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given
from hypothesis import strategies as st

from dicom2fhir.ids import default_id_function
from dicom2fhir.terminology import is_acquisition_modality
from tests.factories import ABSENT, Json, a_code, an_instance, an_item, at, converted, of_kind, the
from tests.properties.strategies import data_sets, examples

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

SYSTEMS: Final = st.sampled_from(["urn:a", "urn:b", "urn:oid:1.2.9", "urn:dicom:patient-id"])
OURS: Final = st.sampled_from(["urn:a", "urn:b", "urn:oid:1.2.9"])
NUMBERS: Final = st.sampled_from(["1", "2", "1Patient", "Patient1"])


def pairs(of: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, Any]]:
    """Two of a kind, which are often alike."""
    return st.tuples(of, of)


def patient_of(keywords: Json, options: Json) -> Json:
    return the(converted(an_instance(**keywords), **options), "Patient")


def main_of(patient: Json) -> Json:
    main: Json = patient["identifier"][0]
    assert main["use"] == "usual"
    return main


# -- patients -----------------------------------------------------------------------------------------------------------

MAPPED: Final = st.fixed_dictionaries(
    {
        "patient_id_system": OURS,
        "issuer_systems": st.fixed_dictionaries({"A": SYSTEMS, "Hospital A": SYSTEMS, "B": SYSTEMS}),
    }
)
NUMBERED: Final = st.fixed_dictionaries(
    {"PatientID": NUMBERS}, optional={"IssuerOfPatientID": st.sampled_from(["A", "Hospital A", "B"])}
)


@examples(300)
@given(pairs(st.tuples(NUMBERED, MAPPED)), st.sampled_from(["", "s3cret"]))
def test_ids_of_patients_are_equal_exactly_when_system_and_number_are(
    both: tuple[tuple[Json, Json], tuple[Json, Json]], pepper: str
) -> None:
    made = default_id_function(pepper)
    first, other = (patient_of(keywords, {**options, "id_function": made}) for keywords, options in both)
    same = [main_of(first)[part] == main_of(other)[part] for part in ("system", "value")]
    assert (first["id"] == other["id"]) == all(same)


@examples(100)
@given(
    pairs(
        st.fixed_dictionaries({"PatientID": NUMBERS}, optional={"IssuerOfPatientID": st.sampled_from("CD")})
    ),
    st.fixed_dictionaries({"patient_id_system": OURS}, optional={"issuer_systems": st.just({"A": "urn:a"})}),
)
def test_one_number_of_two_issuers_that_nobody_mapped_is_two_patients_whatever_the_system_of_the_house(
    both: tuple[Json, Json], options: Json
) -> None:
    first, other = (patient_of(keywords, options) for keywords in both)
    assert main_of(first)["system"] == main_of(other)["system"]
    assert (first["id"] == other["id"]) == (both[0] == both[1])


@examples(100)
@given(
    NUMBERED,
    st.sampled_from(["", "s3cret"]),
    st.sampled_from([{}, {"profile": "mii"}, {"practitioners": True}]),
)
def test_ids_of_who_configured_no_system_are_those_that_they_were(
    keywords: Json, pepper: str, options: Json
) -> None:
    text = "\x1f".join(
        [f"{pepper}Patient{keywords['PatientID']}", *filter(None, [keywords.get("IssuerOfPatientID")])]
    )
    patient = patient_of(keywords, {**options, "id_function": default_id_function(pepper)})
    assert patient["id"] == hashlib.sha256(text.encode()).hexdigest()


@examples(50)
@given(NUMBERED, MAPPED)
def test_a_user_s_own_id_function_is_asked_as_it_was(keywords: Json, options: Json) -> None:
    asked: list[str] = []

    def own(resource_type: str, proxy: DicomJsonProxy, extra: str = "") -> str:
        asked.append(extra)
        return f"{resource_type}-{proxy.PatientID}"

    assert patient_of(keywords, {**options, "id_function": own})["id"] == f"Patient-{keywords['PatientID']}"
    assert set(asked) == {""}
    of_two = {**options, "id_function": lambda _kind, proxy: proxy.PatientID}
    assert patient_of(keywords, of_two)["id"] == keywords["PatientID"]


@examples(200)
@given(st.lists(data_sets(), min_size=1, max_size=3), st.sampled_from(["put", "create_if_none_exist"]))
def test_no_other_number_ever_has_the_system_of_the_main_one(instances: list[Json], policy: str) -> None:
    options: Json = {"patient_policy": policy, "patient_id_system": "urn:ours"}
    bundle = converted(an_instance("1.2.9", PatientID="P0", OtherPatientIDs="P9"), *instances, **options)
    numbers = [
        identifier for patient in of_kind(bundle, "Patient") for identifier in patient.get("identifier", ())
    ]
    assert any(identifier["value"] == "P9" for identifier in numbers)
    for identifier in numbers:
        assert identifier["use"] == "usual" or identifier.get("system") != "urn:ours"
        assert identifier.get("system") != "urn:ours" or policy == "put" or "assigner" not in identifier


# -- equipment ----------------------------------------------------------------------------------------------------------

VALUES: Final = st.sampled_from([ABSENT, "1", "2"])
WORLDWIDE: Final = ("DeviceUID", "DeviceSerialNumber")
MADE: Final = ("Manufacturer", "ManufacturerModelName", "StationName")
PLACE: Final = ("InstitutionName", "InstitutionalDepartmentName")
LOCAL: Final = ("DeviceID", "GantryID")
EQUIPMENT: Final = st.fixed_dictionaries(
    dict.fromkeys((*WORLDWIDE, *MADE, *PLACE, *LOCAL), VALUES)
    | {"StudyInstanceUID": st.sampled_from(["1.2.3", "1.2.4"])}
)


def identity_of(keywords: Json) -> list[Any] | None:
    """What tells equipment from other equipment; None when nothing does."""

    def of(*names: str) -> list[Any]:
        return [keywords[name] for name in names]

    def is_there(*names: str) -> bool:
        return any(value is not ABSENT for value in of(*names))

    if is_there(*WORLDWIDE):
        return ["worldwide", *of(*WORLDWIDE, *MADE)]
    if is_there("ManufacturerModelName", "StationName"):
        return ["in its place", *of(*MADE, *PLACE)]
    return ["in its study", *of("StudyInstanceUID", "Manufacturer", *LOCAL)] if is_there(*LOCAL) else None


@examples(300)
@given(pairs(EQUIPMENT))
def test_ids_of_devices_are_equal_exactly_when_what_tells_equipment_apart_is(both: tuple[Json, Json]) -> None:
    bundles = [converted(an_instance(**keywords)) for keywords in both]
    ids = [[device["id"] for device in of_kind(bundle, "Device")] for bundle in bundles]
    first, other = map(identity_of, both)
    assert [bool(made) for made in ids] == [first is not None, other is not None]
    if first and other:
        assert (ids[0] == ids[1]) == (first == other)


@examples(100)
@given(EQUIPMENT)
def test_equipment_of_which_only_the_manufacturer_is_known_is_named_and_is_no_device(keywords: Json) -> None:
    bundle = converted(an_instance(**keywords))
    actor = at(the(bundle, "ImagingStudy"), "series[0].performer[0].actor")
    if identity_of(keywords):
        assert actor == {"reference": f"Device/{the(bundle, 'Device')['id']}"}
    elif keywords["Manufacturer"] is ABSENT:
        assert actor is None
    else:
        assert actor == {"type": "Device", "display": keywords["Manufacturer"]}


@examples(100)
@given(st.lists(st.sampled_from(["SR", "CT", "KO", "PT", "PR", "OT", "XYZ", None]), min_size=1, max_size=4))
def test_the_type_of_a_device_is_the_first_modality_that_it_acquired_with(
    modalities: list[str | None],
) -> None:
    series = [
        an_instance("1.2.3", f"1.2.3.{place}", SeriesNumber=place, Modality=modality, StationName="CT01")
        for place, modality in enumerate(modalities)
    ]
    acquiring = [modality for modality in modalities if modality and is_acquisition_modality(modality)]
    modality = at(the(converted(*series), "Device"), "type.coding[0].code")
    assert modality == (acquiring[0] if acquiring else None)


# -- people -------------------------------------------------------------------------------------------------------------

ACTING: Final = st.fixed_dictionaries(
    {
        "StudyInstanceUID": st.sampled_from(["1.2.3", "1.2.4"]),
        "InstitutionName": VALUES,
        "OperatorsName": st.sampled_from(["Müller^Anna", "Roe^Jim"]),
    },
    optional={
        "OperatorIdentificationSequence": st.sampled_from(
            [
                an_item(PersonIdentificationCodeSequence=a_code(number, scheme))
                for number in ("1", "2")
                for scheme in ("99X", "99KNOWN")
            ]
        )
    },
)


@examples(200)
@given(pairs(ACTING))
def test_ids_of_practitioners_are_equal_exactly_when_what_tells_people_apart_is(
    both: tuple[Json, Json],
) -> None:
    options: Json = {"practitioners": True, "coding_schemes": {"99KNOWN": "https://staff.example.org"}}
    ids = [the(converted(an_instance(**acting), **options), "Practitioner")["id"] for acting in both]
    assert (ids[0] == ids[1]) == (identity_of_person(both[0]) == identity_of_person(both[1]))


def identity_of_person(acting: Json) -> Json:
    """What tells a person from others: his number, where he is, in which study he acts, what he is called."""
    number = acting.get("OperatorIdentificationSequence")
    if number is None:
        return acting
    if "99KNOWN" in str(number):
        return {"number": number}
    institution = acting["InstitutionName"]
    where = acting["StudyInstanceUID"] if institution is ABSENT else institution
    return {"number": number, "where": where}


# -- what is said of every resource ----------------------------------------------------------------------------------------


@examples(100)
@given(
    st.lists(data_sets(), min_size=1, max_size=3),
    st.fixed_dictionaries({"profile": st.sampled_from([None, "mii"]), "practitioners": st.booleans()}),
)
def test_every_resource_has_the_configured_meta_and_nothing_else_changes(
    instances: list[Json], options: Json
) -> None:
    instances = [an_instance(StationName="CT1", RetrieveURL="https://a.example.org/studies/1"), *instances]
    meta: Json = {"meta_source": "urn:us", "meta_tags": "urn:tags|t", "meta_security": ["urn:labels|s"]}
    options = {**options, "wado_rs_url": "from-data"}
    with_it, without = converted(*instances, **options, **meta), converted(*instances, **options)
    for entry, plain in zip(with_it["entry"], without["entry"], strict=True):
        labels = entry["resource"].pop("meta")
        profiles = plain["resource"].pop("meta", {}).get("profile")
        assert labels.pop("profile", None) == profiles
        assert labels == {
            "source": "urn:us",
            "security": [{"system": "urn:labels", "code": "s"}],
            "tag": [{"system": "urn:tags", "code": "t"}],
        }
    assert with_it == without


@examples(100)
@given(st.lists(data_sets(), min_size=1, max_size=3))
def test_an_address_of_the_data_is_an_endpoint_only_for_who_asks_for_it(instances: list[Json]) -> None:
    instances = [an_instance(RetrieveURL="https://a.example.org/rs/studies/1"), *instances]
    assert not of_kind(converted(*instances), "Endpoint")
    assert of_kind(converted(*instances, wado_rs_url="from-data"), "Endpoint")
