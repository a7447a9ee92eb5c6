"""The configuration: every option, every mistake."""

from __future__ import annotations

import copy
import dataclasses
from types import MappingProxyType
from typing import Any

import pytest

from dicom2fhir.config import OPTIONS, ConfigWarning, ConvertConfig, Label
from dicom2fhir.errors import ConfigError, InputTypeError
from tests.factories import Json, config_of

# A value as it is written in a mapping, and what is understood by it.
GOOD: dict[str, tuple[Any, Any]] = {
    "dicom_timezone": (" Europe/Berlin ", "Europe/Berlin"),
    "skip_invalid_files": ("no", False),
    "add_instances": ("TRUE", True),
    "add_vital_signs": (0, False),
    "id_function": (max, max),
    "profile": ("MII", "mii"),
    "patient_policy": ("Reference_Only", "reference_only"),
    "on_conflict": ("Skip", "skip"),
    "patient_id_system": ("urn:oid:1.2.3", "urn:oid:1.2.3"),
    "issuer_systems": ({" A ": " urn:a "}, {"A": "urn:a"}),
    "accession_system": ("urn:a", "urn:a"),
    "study_id_system": ("urn:a", "urn:a"),
    "coding_schemes": ({"99X": "urn:a"}, {"99X": "urn:a"}),
    "wado_rs_url": ("https://pacs.example.org/rs", "https://pacs.example.org/rs"),
    "fhir_base_url": ("http://127.0.0.1:8080/fhir", "http://127.0.0.1:8080/fhir"),
    "practitioners": (1, True),
    "meta_source": (" urn:a ", "urn:a"),
    "meta_tags": (
        ["urn:a|b", {"system": " urn:c ", "code": "d", "display": "D"}, "urn:a|b"],
        (Label("urn:a", "b"), Label("urn:c", "d", "D")),
    ),
    "meta_security": ({"system": "urn:a", "code": "b c", "display": None}, (Label("urn:a", "b c"),)),
    "related_counts": ("on", True),
    "modality_list": ("acquisition", "acquisition"),
    "include_modalities": (["ct", " MR "], frozenset({"CT", "MR"})),
    "exclude_modalities": ("sr", frozenset({"SR"})),
    "include_sop_classes": (("1.2.3",), frozenset({"1.2.3"})),
    "exclude_sop_classes": ({"1.2.3"}, frozenset({"1.2.3"})),
    "body_sites": ({"RIBS": "113197003"}, {"RIBS": "113197003"}),
    "body_sites_replace": (True, True),
    "extra_attributes": (["RequestingService"], frozenset({"RequestingService"})),
}
BAD: list[tuple[str, Any, str]] = [
    ("add_instances", "maybe", "generator.imaging_study.add_instances: expected true or false"),
    ("add_instances", 2, "expected true or false"),
    ("dicom_timezone", 1, "dicom_timezone: expected a string, got int"),
    ("id_function", "sha256", "id_function: expected a function"),
    ("patient_policy", "post", "'post' is unknown; known: put, create_if_none_exist, reference_only"),
    ("patient_id_system", "mrn", "'mrn' is not an absolute URI"),
    ("issuer_systems", {"A": "not a uri"}, "issuer_systems: 'not a uri' is not an absolute URI"),
    ("issuer_systems", {"A": 1}, "expected a mapping from string to string"),
    ("coding_schemes", ["99X"], "expected a mapping from string to string"),
    ("wado_rs_url", "pacs.example.org", "wado_rs_url: 'pacs.example.org' is neither an http"),
    ("fhir_base_url", "ftp://example.org", "is not an http"),
    ("on_conflict", "fail", "'fail' is unknown; known: majority, skip"),
    ("meta_source", "here", "'here' is not an absolute URI"),
    ("meta_tags", "research", "meta_tags: '' is not an absolute URI"),
    ("meta_tags", "urn:a|", "meta_tags: '' is not a code"),
    ("meta_tags", ["a|b"], "'a' is not an absolute URI"),
    ("meta_tags", {"system": "urn:a", "kode": "b"}, "expected 'system|code', or a mapping with system, code"),
    ("meta_tags", [{"system": "urn:a", "code": 7}], "meta_tags: code: expected a string, got int"),
    ("meta_security", 7, "meta_security: expected a list of 'system|code'"),
    ("meta_security", [7], "expected 'system|code', or a mapping with system, code and maybe display"),
    ("modality_list", "some", "'some' is unknown; known: all, acquisition"),
    ("include_modalities", 7, "include_modalities: expected a list of strings"),
    ("include_modalities", {"CT": 1}, "expected a list of strings"),
    ("include_sop_classes", [1], "expected a list of strings"),
]


def test_there_is_a_case_for_every_option() -> None:
    fields = {field.name for field in dataclasses.fields(ConvertConfig)}
    assert GOOD.keys() == {option.field for option in OPTIONS} == fields


@pytest.mark.filterwarnings("ignore:patient_policy")
@pytest.mark.parametrize("name", GOOD)
def test_an_option_is_read_from_its_place_in_the_mapping_and_the_mapping_stays(name: str) -> None:
    written, understood = GOOD[name]
    given = config_of(**{name: written})
    before = copy.deepcopy(given)
    assert getattr(ConvertConfig.of(given), name) == understood
    assert given == before


@pytest.mark.parametrize("name", GOOD)
def test_an_option_that_is_null_has_its_default(name: str) -> None:
    assert getattr(ConvertConfig.of(config_of(**{name: None})), name) == getattr(ConvertConfig(), name)


@pytest.mark.parametrize(("name", "written", "message"), BAD)
def test_an_unusable_option_is_an_error_that_names_it(name: str, written: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ConvertConfig.of(config_of(**{name: written}))
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ({"dicom_time_zone": "UTC"}, "'dicom_timezone'"),
        (
            {"generator": {"imaging_study": {"add_instanzes": True}}},
            "'generator.imaging_study.add_instances'",
        ),
        ({"add_vital_signs": False}, "'generator.observation.add_vital_signs'"),
        ({"generator": {"add_instances": True}}, "'generator.imaging_study.add_instances'"),
        # the name of an option in another section is nearer than a name that is spelt much the same
        (
            {"generator": {"observation": {"add_instances": True}}},
            "'generator.imaging_study.add_instances'",
        ),
        ({"wado": "https://pacs.example.org"}, "'wado_rs_url'"),
    ],
)
def test_an_unknown_option_warns_with_the_nearest_known_name(given: Json, nearest: str) -> None:
    with pytest.warns(ConfigWarning, match=f"did you mean {nearest}"):
        assert ConvertConfig.of(given) == ConvertConfig()


def test_an_option_like_no_other_warns_without_advice() -> None:
    with pytest.warns(ConfigWarning, match=r"unknown option 'xyzzy' is ignored$"):
        ConvertConfig.of({"xyzzy": 1})


def test_a_zone_that_nobody_knows_warns_and_is_none() -> None:
    with pytest.warns(ConfigWarning, match="'Mars/Olympus' is neither an IANA zone nor an offset"):
        assert ConvertConfig.of({"dicom_timezone": "Mars/Olympus"}).zone is None


@pytest.mark.parametrize("policy", ["create_if_none_exist", "reference_only"])
def test_to_look_for_patients_by_the_system_of_all_hospitals_warns_once(policy: str) -> None:
    advice = f"{policy}.*set patient_id_system to a URI of your own"
    with pytest.warns(ConfigWarning, match=advice) as caught:
        config = ConvertConfig.of({"patient_policy": policy})
    assert len(caught) == 1
    assert (
        config.with_options(add_instances=True).patient_policy == policy
    )  # a warning would be an error here
    with pytest.warns(ConfigWarning, match="Mars"):
        config.with_options(dicom_timezone="Mars")
    assert ConvertConfig(patient_policy=policy, patient_id_system="urn:oid:1.2.3").patient_policy == policy


def test_a_section_that_is_no_mapping_is_an_error_and_a_null_section_is_none() -> None:
    with pytest.raises(ConfigError, match="generator: expected a mapping of options, got list"):
        ConvertConfig.of({"generator": []})
    assert ConvertConfig.of({"generator": None, "directory_parser": {}}) == ConvertConfig()


def test_a_configuration_may_be_any_mapping_or_a_ready_one_and_nothing_else() -> None:
    ready = ConvertConfig(add_instances=True)
    assert ConvertConfig.of(ready) is ready
    frozen = MappingProxyType({"generator": MappingProxyType({"imaging_study": {"add_instances": True}})})
    assert ConvertConfig.of(frozen) == ready
    with pytest.raises(InputTypeError, match="expected a mapping or a ConvertConfig, got str"):
        ConvertConfig.of("dicom_timezone")  # type: ignore[arg-type]  # that is the point


def test_options_are_given_by_name() -> None:
    with pytest.raises(TypeError, match="positional"):
        ConvertConfig("UTC")  # type: ignore[call-arg]  # that is the point


def test_a_ready_configuration_is_checked_too_and_cannot_be_changed() -> None:
    with pytest.raises(ConfigError, match="patient_policy"):
        ConvertConfig(patient_policy="post")
    with pytest.raises(ConfigError, match="wado_rs_url"):
        ConvertConfig().with_options(wado_rs_url="nowhere")
    with pytest.raises(ConfigError, match=r"meta_tags: expected dicom2fhir\.config\.Label, got str"):
        ConvertConfig(meta_tags=("urn:a|b",))  # type: ignore[arg-type]  # that is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        ConvertConfig().add_instances = True  # type: ignore[misc]  # that is the point


def test_what_holds_secrets_of_the_user_is_not_in_the_repr() -> None:
    config = ConvertConfig(id_function=max, body_sites={"RIBS": "1"})
    assert "max" not in repr(config)
    assert "RIBS" not in repr(config)
