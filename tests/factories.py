"""DICOM JSON with only the tags that a test is about, and ways to look into what comes out; all people are made up.

>>> one = an_instance(PatientID="P1")
>>> the(converted(one), "Patient")["identifier"][0]["value"]
'P1'
"""

from __future__ import annotations

import re
from typing import Any, Final

from pydicom.datadict import dictionary_VR, tag_for_keyword

from dicom2fhir.config import OPTIONS
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.findings import Finding, Findings, Kind

__all__ = [
    "ABSENT",
    "CT_CLASS",
    "Json",
    "a_code",
    "a_series",
    "a_study",
    "an_element",
    "an_instance",
    "an_issuer",
    "an_item",
    "at",
    "config_of",
    "converted",
    "findings_of",
    "key",
    "kinds_and_keywords",
    "of_kind",
    "the",
]

Json = dict[str, Any]
ABSENT: Final = object()
"""As the value of a keyword: the data set does not have it at all (None is an element without a value)."""
CT_CLASS: Final = "1.2.840.10008.5.1.4.1.1.2"
_NESTED: Final = {option.field: option.name for option in OPTIONS}
_PART: Final = re.compile(r"([^\[\]]+)((?:\[[0-9]+\])*)")


def key(keyword: str) -> str:
    """The DICOM JSON key of a keyword.

    >>> key("PatientID")
    '00100020'
    """
    tag = tag_for_keyword(keyword)
    assert tag is not None, f"{keyword} is no DICOM keyword"
    return f"{tag:08X}"


def an_element(keyword: str, value: Any) -> Json:
    """An element as DICOM JSON writes it: a value, several of them in a list, or None for an empty one.

    >>> an_element("PatientName", "Doe^Jane"), an_element("StudyDate", None)
    ({'vr': 'PN', 'Value': [{'Alphabetic': 'Doe^Jane'}]}, {'vr': 'DA'})
    """
    vr = dictionary_VR(keyword).split(" ")[0]
    if value is None:
        return {"vr": vr}
    listed = list(value) if isinstance(value, (list, tuple)) else [value]
    if vr == "PN":
        listed = [{"Alphabetic": value} if isinstance(value, str) else value for value in listed]
    return {"vr": vr, "Value": listed}


def an_item(**keywords: Any) -> Json:
    """A data set, or the item of a sequence, of just these attributes.

    >>> an_item(CodeMeaning="Chest")
    {'00080104': {'vr': 'LO', 'Value': ['Chest']}}
    """
    return {key(word): an_element(word, value) for word, value in keywords.items() if value is not ABSENT}


def a_code(value: str, scheme: str | None, meaning: str | None = None, **more: Any) -> Json:
    """An item of the Code Sequence Macro.

    >>> sorted(a_code("T-D3000", "SRT"))
    ['00080100', '00080102']
    """
    elements = {
        "CodeValue": value,
        "CodingSchemeDesignator": ABSENT if scheme is None else scheme,
        "CodeMeaning": ABSENT if meaning is None else meaning,
        **more,
    }
    return an_item(**elements)


def an_issuer(entity: str | None = None, kind: str | None = None, **more: Any) -> Json:
    """An item of the HL7v2 Hierarchic Designator Macro.

    >>> sorted(an_issuer("1.2.3", "ISO"))
    ['00400032', '00400033']
    """
    elements = {
        "UniversalEntityID": ABSENT if entity is None else entity,
        "UniversalEntityIDType": ABSENT if kind is None else kind,
        **more,
    }
    return an_item(**elements)


def an_instance(study: str = "1.2.3", series: str | None = None, number: int = 1, **keywords: Any) -> Json:
    """A CT image of a study, with what the test is about besides.

    >>> sorted(an_instance())
    ['00080016', '00080018', '00080060', '0020000D', '0020000E']
    """
    series = series or f"{study}.1"
    elements = {
        "StudyInstanceUID": study,
        "SeriesInstanceUID": series,
        "SOPInstanceUID": f"{series}.{number}",
        "SOPClassUID": CT_CLASS,
        "Modality": "CT",
        **keywords,
    }
    return an_item(**elements)


def a_series(study: str = "1.2.3", series: str | None = None, count: int = 2, **keywords: Any) -> list[Json]:
    """The instances of a series, numbered from 1.

    >>> [one["00200013"]["Value"] for one in a_series()]
    [[1], [2]]
    """
    return [
        an_instance(study, series, number, **{"InstanceNumber": number, **keywords})
        for number in range(1, count + 1)
    ]


def a_study(study: str = "1.2.3", series: int = 2, count: int = 2, **keywords: Any) -> list[Json]:
    """The instances of a study, its series numbered from 1.

    >>> len(a_study())
    4
    """
    return [
        instance
        for number in range(1, series + 1)
        for instance in a_series(study, f"{study}.{number}", count, **{"SeriesNumber": number, **keywords})
    ]


def config_of(**options: Any) -> Json:
    """The nested mapping that users write, from the short names of the options.

    >>> config_of(add_instances=True)
    {'generator': {'imaging_study': {'add_instances': True}}}
    """
    made: Json = {}
    for name, value in options.items():
        *sections, last = _NESTED[name].split(".")
        inner = made
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[last] = value
    return made


def converted(*instances: Json, **options: Any) -> Json:
    """The Bundle of some instances as plain FHIR JSON.

    >>> converted(an_instance())["type"]
    'transaction'
    """
    bundle = Dicom2FHIRBundle(config_of(**options))
    for instance in instances:
        bundle.add(instance)
    return bundle.to_dict()


def findings_of(*instances: Json, **options: Any) -> list[Finding]:
    """What a conversion of some instances finds.

    >>> findings_of(an_instance())
    []
    """
    report = Findings()
    bundle = Dicom2FHIRBundle(config_of(**options), report=report)
    for instance in instances:
        bundle.add(instance)
    bundle.to_dict()
    return list(report)


def kinds_and_keywords(findings: list[Finding]) -> set[tuple[Kind, str | None]]:
    """The kinds and keywords of findings.

    >>> from dicom2fhir.problems import NO_MODALITY
    >>> kinds_and_keywords([Finding(NO_MODALITY, "Modality")])
    {(<Kind.GUESSED: 'guessed'>, 'Modality')}
    """
    return {(finding.kind, finding.keyword) for finding in findings}


def of_kind(bundle: Json, kind: str) -> list[Json]:
    """The resources of a type.

    >>> len(of_kind(converted(an_instance()), "ImagingStudy"))
    1
    """
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in resources if resource["resourceType"] == kind]


def the(bundle: Json, kind: str) -> Json:
    """The only resource of a type.

    >>> the(converted(an_instance()), "ImagingStudy")["status"]
    'available'
    """
    (resource,) = of_kind(bundle, kind)
    return resource


def at(resource: Any, path: str) -> Any:
    """What stands at a path of a resource, such as ``series[0].bodySite.code``; None when nothing does.

    >>> at({"name": [{"family": "Doe"}]}, "name[0].family"), at({}, "name[0].family")
    ('Doe', None)
    """
    place = resource
    for part in path.split("."):
        match = _PART.fullmatch(part)
        assert match, f"{part} is no part of a path"
        place = place.get(match[1]) if isinstance(place, dict) else None
        for index in map(int, re.findall(r"[0-9]+", match[2])):
            place = place[index] if isinstance(place, list) and index < len(place) else None
    return place
