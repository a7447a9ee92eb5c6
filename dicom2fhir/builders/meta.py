"""The ``meta`` that the configuration gives every resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir.builders.datatypes import Json, unique, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom2fhir.config import ConvertConfig, Label

__all__ = ["with_meta"]


def with_meta(resource: Json, config: ConvertConfig) -> Json:
    """The resource with ``meta_source``, ``meta_security`` and ``meta_tags`` beside what its meta says already, behind its id.

    >>> from dicom2fhir.config import ConvertConfig
    >>> config = ConvertConfig(meta_source="urn:dicom2fhir")
    >>> with_meta({"resourceType": "Device", "id": "7", "meta": {"profile": ["urn:p"]}, "modelNumber": "X"}, config)
    {'resourceType': 'Device', 'id': '7', 'meta': {'source': 'urn:dicom2fhir', 'profile': ['urn:p']}, 'modelNumber': 'X'}
    """
    already: Json = resource.get("meta", {})
    meta = without_empty(
        source=config.meta_source or already.get("source"),
        profile=already.get("profile"),
        security=unique([*already.get("security", ()), *_codings(config.meta_security)]),
        tag=unique([*already.get("tag", ()), *_codings(config.meta_tags)]),
    )
    if not meta:
        return resource
    head: Json = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    more = {name: value for name, value in already.items() if name not in meta}
    return {
        **head,
        "meta": {**more, **meta},
        **{name: value for name, value in resource.items() if name != "meta"},
    }


def _codings(labels: Iterable[Label]) -> Iterable[Json]:
    return (without_empty(**label._asdict()) for label in labels)
