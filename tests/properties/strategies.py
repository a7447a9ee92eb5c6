"""DICOM JSON of every kind: right, wrong, broken and mean."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR

from dicom2fhir import attributes
from tests.factories import CT_CLASS, Json, a_code, an_instance, an_issuer, an_item, config_of, key

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["data_sets", "examples", "leaves", "lively_instances", "options"]

_TOP: Final = (
    attributes.STUDY,
    attributes.PATIENT,
    attributes.SERIES,
    attributes.DEVICE,
    attributes.ACQUISITION,
    attributes.INSTANCE,
    attributes.UNANIMOUS,
    attributes.FRAMES,
    attributes.TECHNIQUE,
    attributes.IMAGE,
)
_INSIDE: Final = (
    attributes.NESTED,
    attributes.TECHNIQUE_NESTED,
    attributes.TECHNIQUE_FRAMES,
    attributes.FRAMES,
    attributes.PATIENT,
    attributes.STUDY,
)
_UIDS: Final = {"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"}
_TOP_KEYWORDS: Final = sorted({keyword for table in _TOP for keyword in table} - _UIDS)
_INSIDE_KEYWORDS: Final = sorted({keyword for table in _INSIDE for keyword in table} - _UIDS)
_VRS: Final = [
    "AE",
    "AS",
    "AT",
    "CS",
    "DA",
    "DS",
    "DT",
    "FD",
    "IS",
    "LO",
    "PN",
    "SH",
    "SQ",
    "ST",
    "TM",
    "UI",
    "UN",
    "US",
    "",
]
_NASTY: Final = [
    "",
    " ",
    "\0",
    "^^^^",
    "=",
    "=^",
    "nan",
    "-inf",
    "1e400",
    "1e-400",
    "1" * 70,
    "0." + "3" * 60,
    "-1",
    "1.5",
    "2147483648",
    "00000000",
    "00010101",
    "99991231",
    "99991231235959",
    "235960",
    "+1400",
    "-1200",
    "A\\B",
    "\\u0000",
    "\x85\u2028\u3000",
    "\ud800",
    "a\ud800b",
    "\ufeff",
    "a\tb\r\nc",
    "x" * 3000,
    "é" * 300,
    "../..",
    "urn:oid:1.2.3",
    "https://pacs.example.org/rs/studies/1.2.3",
    "(01)04056869000000(21)1",
    "%7C|&=?",
]
_BY_VR: Final[dict[str, list[Any]]] = {
    "CS": [
        "CT",
        "MR",
        "PT",
        "US",
        "MG",
        "SR",
        "ISO",
        "UUID",
        "URI",
        "FHIR",
        "L",
        "R",
        "CHEST",
        "M",
        "NONE",
        "BQML",
    ],
    "DA": ["20240115", "1976", "2024.01.15"],
    "TM": ["103015", "10", "10:30:15.123456"],
    "DT": ["20240115103015.5-0500", "2024"],
    "DS": ["70.5", "1.75", "3,0", 70.5, 1],
    "IS": ["7", "007", 7, 7.0],
    "FD": [0.5, 7],
    "UI": ["1.2.3", CT_CLASS, "1.02.3"],
    "PN": [{"Alphabetic": "Doe^Jane"}, {"Ideographic": "山田^太郎"}, "Roe^Jim", {"Alphabetic": "A^B=C^D=E"}],
    "SH": ["S1", "SCT", "SRT", "DCM", "99X", "-0500", "+0100"],
    "LO": ["P1", "FDG", "T-D3000", "pain"],
}


def examples(number: int) -> settings:
    """So many examples; EXAMPLES=50 in the environment makes it fifty times as many."""
    return settings(deadline=None, max_examples=number * int(os.environ.get("EXAMPLES", "1")))


def leaves(texts: SearchStrategy[str]) -> SearchStrategy[Any]:
    """What may stand where a value is expected."""
    numbers = st.integers(-(2**70), 2**70) | st.floats()
    return st.none() | st.booleans() | numbers | texts


def _junk(texts: SearchStrategy[str]) -> SearchStrategy[Any]:
    return st.recursive(
        leaves(texts),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=6,
    )


_ALL_TEXTS: Final = (
    st.sampled_from(_NASTY)
    | st.text(max_size=20)
    | st.text(st.characters(categories=["Cs", "Cc"]), max_size=5)
)


class _Builder:
    """Makes strategies over one choice of texts."""

    def __init__(self, texts: SearchStrategy[str]) -> None:
        self.texts = texts
        self.junk = _junk(texts)
        self.element = cache(self._element)  # making a strategy costs more than drawing from it
        self.more = st.dictionaries(texts, self.junk, max_size=1)

    def _element(self, keyword: str, depth: int) -> SearchStrategy[Any]:
        vr = dictionary_VR(keyword).split(" ")[0]
        right: SearchStrategy[Any] = (
            self.item(depth - 1) if vr == "SQ" else st.sampled_from(_BY_VR.get(vr, ["text"]))
        )
        if vr == "SQ" and depth == 0:
            right = st.just({})
        values = st.lists(right | leaves(self.texts), max_size=3)
        good = st.builds(lambda listed: {"vr": vr, "Value": listed}, st.lists(right, min_size=1, max_size=2))
        return (
            good
            | good
            | st.builds(lambda listed: {"vr": vr, "Value": listed}, values)
            | st.builds(
                lambda wrong, values: {"vr": wrong, "Value": values}, st.sampled_from(_VRS), self.junk
            )
            | st.just({"vr": vr})
            | st.just({"vr": vr, "BulkDataURI": "https://example.org/1"})
            | self.junk
        )

    def item(self, depth: int, keywords: list[str] = _INSIDE_KEYWORDS, size: int = 5) -> SearchStrategy[Json]:
        listed = st.lists(st.sampled_from(keywords), max_size=size, unique=True)

        @st.composite
        def made(draw: st.DrawFn) -> Json:
            chosen = draw(listed)
            elements = {
                draw(_spellings(keyword)): draw(self.element(keyword, max(depth, 0))) for keyword in chosen
            }
            return elements | draw(self.more)

        return made()


@cache
def _spellings(keyword: str) -> SearchStrategy[str]:
    tag = key(keyword)
    return st.sampled_from([tag, tag, tag, tag.lower(), f"({tag[:4]},{tag[4:]})"])


def data_sets(texts: SearchStrategy[str] = _ALL_TEXTS) -> SearchStrategy[Json]:
    """One data set of a few studies; most name their study, series and instance."""
    builder = _Builder(texts)
    whole = builder.item(2, _TOP_KEYWORDS, 12)
    uids = st.sampled_from(["1.2.3", "1.2.4", "1.2.5\0", "abc"])

    @st.composite
    def made(draw: st.DrawFn) -> Json:
        elements = draw(whole)
        for keyword in sorted(_UIDS):
            if draw(st.integers(0, 30)):
                elements[key(keyword)] = {"vr": "UI", "Value": [draw(uids)]}
            else:
                elements[key(keyword)] = draw(builder.element(keyword, 0))
        return elements

    return made()


def options(*, packs: bool = True) -> SearchStrategy[Json]:
    """Configurations as users write them."""
    chosen: dict[str, SearchStrategy[Any]] = {
        "add_instances": st.booleans(),
        "dicom_timezone": st.sampled_from(["Europe/Berlin", "+0100", "America/St_Johns", "UTC"]),
        "patient_policy": st.sampled_from(["put", "create_if_none_exist", "reference_only"]),
        "practitioners": st.booleans(),
        "related_counts": st.booleans(),
        "modality_list": st.sampled_from(["all", "acquisition"]),
        "wado_rs_url": st.sampled_from(["https://pacs.example.org/rs", "from-data"]),
        "meta_tags": st.just(["urn:tags|research"]),
        "fhir_base_url": st.just("https://fhir.example.org/r4"),
        "coding_schemes": st.just({"99X": "urn:oid:1.2.9"}),
        "issuer_systems": st.just({"P1": "urn:p"}),
        "profile": st.sampled_from([None, "mii"] if packs else [None]),
    }
    ours = {"patient_id_system": "urn:mrn"}  # to look for patients by the default warns
    written = st.fixed_dictionaries({}, optional=chosen)
    return written.map(
        lambda options: config_of(
            **options, **(ours if options.get("patient_policy", "put") != "put" else {})
        )
    )


_CONFLICTS: Final[dict[str, list[Any]]] = {
    "SeriesNumber": [None, 1, 1.0, 2, "2", "abc"],
    "InstanceNumber": [None, 1, 2, "1", -1],
    "Modality": ["CT", "SR", "CT ", None],
    "PatientID": ["P1", "P2", "P1 ", None],
    "IssuerOfPatientID": ["A", "B", None],
    "PatientName": ["Doe^Jane", "Doe^Jane^", "Roe", "^", None],
    "PatientBirthDate": ["19760131", "1976", None],
    "PatientBirthTime": ["0405", None],
    "PatientWeight": ["70", "71", "nan", 70, 70.0],
    "StudyDate": ["20240115", "20240116", None],
    "StudyTime": ["1030", "1130", None],
    "TimezoneOffsetFromUTC": ["+0100", "-0500", None],
    "SeriesDate": ["20240115", None],
    "SeriesTime": ["1030", "1131"],
    "AcquisitionDate": ["20240115", "20240114", "garbage", "00000000", None],
    "AcquisitionTime": ["09", "10"],
    "AcquisitionDateTime": ["20240115080000", "20240115080000-0500", "x", None],
    "StudyDescription": ["one", "two", " one"],
    "SeriesDescription": ["one", "two", None],
    "AccessionNumber": ["A1", "A2", None, 1, 1.0, True],
    "IssuerOfAccessionNumberSequence": [an_issuer("1.2.9", "ISO"), an_issuer("1.2.8", "ISO"), {}],
    "Manufacturer": ["ACME", "Other", None],
    "SoftwareVersions": [["1", "2"], "1", None],
    "Laterality": ["L", "R", "L ", None],
    "BodyPartExamined": ["CHEST", "HEAD", "RIBS"],
    "ReferringPhysicianName": ["Adams^Ada", "Brown^Ben", None],
    "ReferringPhysicianIdentificationSequence": [
        an_item(PersonIdentificationCodeSequence=a_code("D7", "99X")),
        {},
    ],
    "OperatorsName": ["Clark", ["Clark", "Dunn"]],
    "RequestAttributesSequence": [
        an_item(AccessionNumber="A1"),
        an_item(ReasonForTheRequestedProcedure="pain"),
    ],
    "ProcedureCodeSequence": [a_code("1", "99X", "one"), a_code("2", "99X", "two")],
    "CodingSchemeIdentificationSequence": [an_item(CodingSchemeDesignator="99X", CodingSchemeUID="1.2.9")],
    "RetrieveURL": ["https://a.example.org/rs/studies/1", "https://b.example.org/rs/studies/1"],
    "ImageType": [["ORIGINAL", "PRIMARY"], ["DERIVED", "SECONDARY"]],
    "SOPClassUID": [CT_CLASS, "1.2.840.10008.5.1.4.1.1.88.11", None],
    "SpecimenDescriptionSequence": [an_item(SpecimenIdentifier="S1"), an_item(SpecimenIdentifier="S2")],
    "KVP": ["120", "100"],
    "PixelSpacing": [["0.5", "0.7"], ["0.5", "0.5"], [1, 1], [1.0, 1.0]],
    "RadiopharmaceuticalInformationSequence": [an_item(Radiopharmaceutical="FDG"), {}],
}


@st.composite
def lively_instances(draw: st.DrawFn) -> Json:
    """An instance of few studies, series and UIDs, which says this here and that there."""
    study = draw(st.sampled_from(["1.2.3", "1.2.4"]))
    series = f"{study}.{draw(st.integers(1, 2))}"
    chosen = draw(st.lists(st.sampled_from(sorted(_CONFLICTS)), max_size=12, unique=True))
    keywords = {keyword: draw(st.sampled_from(_CONFLICTS[keyword])) for keyword in chosen}
    return an_instance(study, series, draw(st.integers(1, 3)), **keywords)


@st.composite
def alike_instances(draw: st.DrawFn) -> list[Json]:
    """The instances of a scan: few ways to say things, and each says one of them with a UID and a number of its own."""
    ways = draw(st.lists(lively_instances(), min_size=1, max_size=3))
    chosen = draw(st.lists(st.sampled_from(ways), min_size=2, max_size=12))
    numbers = draw(st.permutations(range(len(chosen))))
    return [
        instance
        | an_item(SOPInstanceUID=f"1.2.9.{number}", InstanceNumber=draw(st.sampled_from([number, 1, None])))
        for instance, number in zip(chosen, numbers, strict=True)
    ]
