"""The options of a conversion, read from the nested mapping that users already have.

>>> config = ConvertConfig.of({"dicom_timezone": "Europe/Berlin", "generator": {"imaging_study": {"add_instances": True}}})
>>> config.dicom_timezone, config.add_instances, config.add_vital_signs
('Europe/Berlin', True, True)
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir import values
from dicom2fhir.errors import ConfigError, InputTypeError

if TYPE_CHECKING:
    import datetime as dt
    from os import PathLike

__all__ = [
    "FROM_DATA",
    "OPTIONS",
    "PATIENT_ID_SYSTEM",
    "ConfigWarning",
    "ConvertConfig",
    "Label",
    "Option",
]

PATIENT_ID_SYSTEM: Final = "urn:dicom:patient-id"
"""The ``patient_id_system`` of who sets none: one for the whole world, so it tells no hospital from another."""
FROM_DATA: Final = "from-data"
"""The ``wado_rs_url`` that asks for the addresses in the data."""
_URL: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")
_CODE: Final = re.compile(r"\S+(?: \S+)*")  # FHIR's code
_EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


class ConfigWarning(UserWarning):
    """A key of the configuration is not known, or its value does nothing."""


class Label(NamedTuple):
    """A tag or a security label that every resource gets."""

    system: str
    code: str
    display: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertConfig:
    """Every option, with its default; the names in ``OPTIONS`` are those of the nested mapping."""

    dicom_timezone: str | None = None
    """IANA name or offset that holds where an instance has no TimezoneOffsetFromUTC; without one a time is not said."""
    skip_invalid_files: bool = True
    """Pass over files that do not look like DICOM; False tries to read each of them first."""
    add_instances: bool = False
    """List every instance in its series."""
    add_vital_signs: bool = True
    """Make Observations of body weight, height and mass index."""
    id_function: Callable[..., str] | None = field(default=None, repr=False)
    """``(resource_type, proxy[, extra]) -> id``; the default hashes what identifies the resource."""
    profile: str | None = None
    """The name of a profile pack, such as ``mii``."""
    patient_id_system: str = PATIENT_ID_SYSTEM
    """``Identifier.system`` of a PatientID whose issuer has no system of its own; one that you set is part of the Patient's id."""
    issuer_systems: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """IssuerOfPatientID to ``Identifier.system``, which takes the issuer's place in the Patient's id."""
    accession_system: str | None = None
    """``Identifier.system`` of accession numbers whose issuer names none."""
    study_id_system: str | None = None
    """``Identifier.system`` of StudyID."""
    coding_schemes: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Coding scheme designator to ``Coding.system``."""
    wado_rs_url: str | None = None
    """Base of the DICOMweb service; makes an Endpoint. ``from-data`` makes one of each service that a RetrieveURL names."""
    fhir_base_url: str | None = None
    """Base of the FHIR server; makes ``fullUrl`` an address in place of a ``urn:uuid:``."""
    patient_policy: str = "put"
    """``put``, ``create_if_none_exist`` or ``reference_only``; the last two want a ``patient_id_system`` of your own."""
    on_conflict: str = "majority"
    """What becomes of a study whose instances name two patients: ``majority`` gives it to the most frequent, ``skip`` leaves it out."""
    practitioners: bool = False
    """Make Practitioner resources of physicians and operators in place of references with a display."""
    meta_source: str | None = None
    """``meta.source`` of every resource: a URI that says where it comes from."""
    meta_tags: tuple[Label, ...] = ()
    """``meta.tag`` of every resource: a list of ``"system|code"``, or of ``{"system": …, "code": …, "display": …}``."""
    meta_security: tuple[Label, ...] = ()
    """``meta.security`` of every resource, written as ``meta_tags``."""
    related_counts: bool = False
    """Say the larger number where NumberOfStudyRelatedInstances and its kin exceed what was converted."""
    modality_list: str = "all"
    """``all`` or ``acquisition``: what ``ImagingStudy.modality`` lists."""
    include_modalities: frozenset[str] = frozenset()
    """Convert only these modalities."""
    exclude_modalities: frozenset[str] = frozenset()
    """Leave these modalities out."""
    include_sop_classes: frozenset[str] = frozenset()
    """Convert only these SOP classes."""
    exclude_sop_classes: frozenset[str] = frozenset()
    """Leave these SOP classes out."""
    body_sites: Mapping[str, Any] | str | PathLike[str] | Callable[[str], Any] | None = field(
        default=None, repr=False
    )
    """DICOM body part to coding: a mapping, a JSON or CSV file, or a function."""
    body_sites_replace: bool = False
    """Ask only ``body_sites``, never the built-in table."""
    extra_attributes: frozenset[str] = frozenset()
    """Keywords or tags that a reader of files keeps besides the mapped ones, for an id function or a pack of yours."""
    warned: InitVar[frozenset[str]] = (
        frozenset()
    )  # of what the configuration that this one was made of warned

    def __post_init__(self, warned: frozenset[str]) -> None:
        for option in OPTIONS:
            if option.check is not None:
                option.check(option.name, getattr(self, option.field))
        for doubt in self._doubts():
            if doubt not in warned:
                warnings.warn(doubt, ConfigWarning, stacklevel=3)

    def _doubts(self) -> list[str]:
        """What can be used and is probably not what was meant."""
        doubts: list[str] = []
        if self.dicom_timezone and self.zone is None:
            doubts.append(
                f"dicom_timezone: {self.dicom_timezone!r} is neither an IANA zone nor an offset; times are not said"
            )
        if self.patient_policy != "put" and self.patient_id_system == PATIENT_ID_SYSTEM:
            doubts.append(
                f"patient_policy: {self.patient_policy!r} finds a patient by system and number, and {PATIENT_ID_SYSTEM!r}"
                " is every hospital's system; set patient_id_system to a URI of your own"
            )
        return doubts

    @property
    def zone(self) -> str | dt.tzinfo | None:
        """The zone of ``dicom_timezone``, when there is one.

        >>> ConvertConfig(dicom_timezone="+0100").zone
        '+01:00'
        """
        return values.zone(self.dicom_timezone) if self.dicom_timezone else None

    @classmethod
    def of(cls, given: Mapping[str, Any] | ConvertConfig | None) -> ConvertConfig:
        """Read a mapping without writing to it; a ready configuration is handed back.

        >>> ConvertConfig.of(None) == ConvertConfig.of({}) == ConvertConfig()
        True
        """
        if isinstance(given, ConvertConfig):
            return given
        if given is None:
            return cls()
        if not isinstance(given, Mapping):
            raise InputTypeError(f"config: expected a mapping or a ConvertConfig, got {type(given).__name__}")
        chosen: dict[str, Any] = {}
        for path, value in _leaves(given):
            option = _BY_PATH.get(path)
            if option is None:
                _warn_of(path)
            elif value is not None:
                chosen[option.field] = option.read(option.name, value)
        return cls(**chosen)

    def with_options(self, **changes: Any) -> ConvertConfig:
        """The same configuration but for some options.

        >>> ConvertConfig().with_options(add_instances=True).add_instances
        True
        """
        return replace(self, **changes, warned=frozenset(self._doubts()))


def _leaves(given: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for name, value in given.items():
        path = f"{above}{name}"
        if path in _SECTIONS and isinstance(value, Mapping):
            leaves += _leaves(value, f"{path}.")
        elif path in _SECTIONS and value is not None:
            raise ConfigError(f"{path}: expected a mapping of options, got {type(value).__name__}")
        elif path not in _SECTIONS:
            leaves.append((path, value))
    return leaves


def _warn_of(path: str) -> None:
    import difflib

    names = [option.name for option in OPTIONS]
    near = difflib.get_close_matches(path, names, n=1, cutoff=0.5)
    last = path.rpartition(".")[2]
    same = [known for known in names if known.rpartition(".")[2] == last]
    advice = f"; did you mean {(same or near)[0]!r}?" if same or near else ""
    warnings.warn(f"unknown option {path!r} is ignored{advice}", ConfigWarning, stacklevel=4)


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {
        "true",
        "yes",
        "on",
        "1",
        "false",
        "no",
        "off",
        "0",
    }:
        return value.strip().lower() in {"true", "yes", "on", "1"}
    if isinstance(value, int) and value in {0, 1}:
        return bool(value)
    raise ConfigError(f"{name}: expected true or false, got {value!r}")


def _string(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        raise ConfigError(f"{name}: expected a string, got {type(value).__name__}")
    return value.strip() or None


def _choice(name: str, value: Any) -> str | None:
    text = _string(name, value)
    return None if text is None or text.lower() == "none" else text.lower()


def _table(name: str, value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(part, str) for pair in value.items() for part in pair
    ):
        raise ConfigError(f"{name}: expected a mapping from string to string")
    for uri in value.values():
        _is_uri(name, uri)
    return MappingProxyType({key.strip(): uri.strip() for key, uri in value.items()})


def _names(name: str, value: Any) -> frozenset[str]:
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, Mapping) or not hasattr(listed, "__iter__"):
        raise ConfigError(f"{name}: expected a list of strings")
    names = list(listed)
    if not all(isinstance(text, str) for text in names):
        raise ConfigError(f"{name}: expected a list of strings")
    return frozenset(text.strip() for text in names)


def _codes(name: str, value: Any) -> frozenset[str]:
    return frozenset(code.upper() for code in _names(name, value))


def _labels(name: str, value: Any) -> tuple[Label, ...]:
    listed = [value] if isinstance(value, (str, Mapping)) else value
    if not hasattr(listed, "__iter__"):
        raise ConfigError(f"{name}: expected a list of 'system|code', or of mappings with system and code")
    return tuple(dict.fromkeys(_label(name, label) for label in listed))


def _label(name: str, value: Any) -> Label:
    if isinstance(value, Label):
        return value
    if isinstance(value, str):
        system, _, code = value.rpartition("|")
        value = {"system": system, "code": code}
    if not isinstance(value, Mapping) or not {"system", "code"} <= value.keys() <= set(Label._fields):
        raise ConfigError(f"{name}: expected 'system|code', or a mapping with system, code and maybe display")
    parts = {part: _string(f"{name}: {part}", text) for part, text in value.items() if text is not None}
    return Label(parts.get("system") or "", parts.get("code") or "", parts.get("display"))


def _are_labels(name: str, value: Any) -> None:
    for label in value:
        if not isinstance(label, Label):
            raise ConfigError(f"{name}: expected dicom2fhir.config.Label, got {type(label).__name__}")
        if not values.is_uri(label.system):
            raise ConfigError(
                f"{name}: {label.system!r} is not an absolute URI; 'urn:…|code' or 'https://…|code' would do"
            )
        if not _CODE.fullmatch(label.code):
            raise ConfigError(f"{name}: {label.code!r} is not a code; {label.system}|code would do")


def _callable(name: str, value: Any) -> Callable[..., str]:
    if not callable(value):
        raise ConfigError(
            f"{name}: expected a function (resource_type, proxy, extra), got {type(value).__name__}"
        )
    return value  # type: ignore[no-any-return]  # what it answers is checked where it is called


def _as_is(_name: str, value: Any) -> Any:
    return value


def _is_uri(name: str, value: str | None) -> None:
    if value is not None and not values.is_uri(value.strip()):
        raise ConfigError(f"{name}: {value!r} is not an absolute URI; 'urn:oid:…' or 'https://…' would do")


def _is_url(name: str, value: str | None) -> None:
    if value is not None and not _URL.fullmatch(value):
        raise ConfigError(f"{name}: {value!r} is not an http(s) address")


def _is_url_or_from_data(name: str, value: str | None) -> None:
    if value is not None and value != FROM_DATA and not _URL.fullmatch(value):
        raise ConfigError(f"{name}: {value!r} is neither an http(s) address nor {FROM_DATA!r}")


def _is_one_of(*allowed: str) -> Callable[[str, Any], None]:
    def check(name: str, value: Any) -> None:
        if value not in allowed:
            raise ConfigError(f"{name}: {value!r} is unknown; known: {', '.join(allowed)}")

    return check


@dataclass(frozen=True, slots=True)
class Option:
    """One key of the nested mapping: how it is spelt, read and checked."""

    name: str
    field: str
    read: Callable[[str, Any], Any]
    check: Callable[[str, Any], None] | None = None
    aliases: tuple[str, ...] = ()


OPTIONS: Final[tuple[Option, ...]] = (
    Option("dicom_timezone", "dicom_timezone", _string),
    Option("directory_parser.skip_invalid_files", "skip_invalid_files", _flag),
    Option(
        "generator.imaging_study.add_instances",
        "add_instances",
        _flag,
        aliases=("generator.imaging_study.add_instance",),
    ),
    Option("generator.observation.add_vital_signs", "add_vital_signs", _flag),
    Option("id_function", "id_function", _callable),
    Option("profile", "profile", _choice),
    Option(
        "patient_policy",
        "patient_policy",
        _choice,
        _is_one_of("put", "create_if_none_exist", "reference_only"),
    ),
    Option("patient_id_system", "patient_id_system", _string, _is_uri),
    Option("issuer_systems", "issuer_systems", _table),
    Option("accession_system", "accession_system", _string, _is_uri),
    Option("study_id_system", "study_id_system", _string, _is_uri),
    Option("coding_schemes", "coding_schemes", _table),
    Option("wado_rs_url", "wado_rs_url", _string, _is_url_or_from_data),
    Option("fhir_base_url", "fhir_base_url", _string, _is_url),
    Option("on_conflict", "on_conflict", _choice, _is_one_of("majority", "skip")),
    Option("practitioners", "practitioners", _flag),
    Option("meta_source", "meta_source", _string, _is_uri),
    Option("meta_tags", "meta_tags", _labels, _are_labels),
    Option("meta_security", "meta_security", _labels, _are_labels),
    Option("related_counts", "related_counts", _flag),
    Option("modality_list", "modality_list", _choice, _is_one_of("all", "acquisition")),
    Option("include_modalities", "include_modalities", _codes),
    Option("exclude_modalities", "exclude_modalities", _codes),
    Option("include_sop_classes", "include_sop_classes", _names),
    Option("exclude_sop_classes", "exclude_sop_classes", _names),
    Option("body_sites", "body_sites", _as_is),
    Option("body_sites_replace", "body_sites_replace", _flag),
    Option("extra_attributes", "extra_attributes", _names),
)
_BY_PATH: Final = {path: option for option in OPTIONS for path in (option.name, *option.aliases)}
_SECTIONS: Final = frozenset(
    ".".join(path.split(".")[:depth]) for path in _BY_PATH for depth in range(1, path.count(".") + 1)
)
