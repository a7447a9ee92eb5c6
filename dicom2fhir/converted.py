"""A study, converted: a value that is asked for its Bundle as bytes, as plain JSON or as a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dicom2fhir.builders.entry import Entry
from dicom2fhir.findings import Findings
from dicom2fhir.serialized import as_bytes, as_plain
from dicom2fhir.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.builders.datatypes import Json

__all__ = ["Converted", "bundle_of"]


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one study.

    >>> from dicom2fhir.conversion import convert_study
    >>> converted = convert_study([{"00100020": {"vr": "LO", "Value": ["P1"]}}])
    >>> [entry.kind for entry in converted.entries], converted.to_json()[:24]
    (['ImagingStudy', 'Patient'], b'{"resourceType":"Bundle"')
    """

    study_uid: str | None
    """None for the study of data sets that name none."""
    id: str
    """The id of the ImagingStudy."""
    series: int
    instances: int
    """How many instances the study has, whether or not they are listed."""
    findings: Findings = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    """The resources, with numbers as they were written."""
    base_url: str | None = field(default=None, repr=False)

    def to_json(self, *, instances: bool = True) -> bytes:
        """The Bundle as bytes, the fast way out; without ``instances`` no series lists them, for servers that take no more."""
        return as_bytes(self._bundle(instances=instances))

    def to_dict(self) -> dict[str, Any]:
        """The Bundle as plain FHIR JSON."""
        plain: dict[str, Any] = as_plain(self._bundle())
        return plain

    def to_model(self) -> Bundle:
        """The Bundle as a model of fhir.resources, validated."""
        from dicom2fhir.models import bundle_model

        return bundle_model(self._bundle())

    def _bundle(self, *, instances: bool = True) -> Json:
        entries = self.entries if instances else tuple(map(_without_instances, self.entries))
        return transaction([self.name], entries, self.base_url, Findings())

    @property
    def name(self) -> str:
        """What names the study in the id of its Bundle."""
        return self.study_uid or self.id


def bundle_of(studies: Sequence[Converted], findings: Findings) -> Json:
    """One Bundle of several studies; on what they disagree is noted in the findings."""
    entries = [entry for study in studies for entry in study.entries]
    return transaction([study.name for study in studies], entries, studies[0].base_url, findings)


def _without_instances(entry: Entry) -> Entry:
    if not any("instance" in series for series in entry.resource.get("series", ())):
        return entry
    bare = [
        {name: value for name, value in series.items() if name != "instance"}
        for series in entry.resource["series"]
    ]
    return Entry({**entry.resource, "series": bare}, entry.if_none_exist)
