"""Many data sets to studies: duplicates, mixing, order and conflicts are settled here.

A study costs one set of facts for each of its series and patients, and for each instance a digest of 16 bytes in a set;
with ``add_instances`` its row and its UID in their place.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import (
    DEVICE,
    PATIENT,
    SERIES,
    STUDY,
    UNANIMOUS,
    key_of,
)
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, first_number, first_text, normalized
from dicom2fhir.errors import EmptyStudyError, InputTypeError
from dicom2fhir.findings import Findings
from dicom2fhir.study.facts import Facts, canonical
from dicom2fhir.study.frames import lifted
from dicom2fhir.study.model import Instance, Series, Study, place_of
from dicom2fhir.study.open import Latest, OpenSeries, OpenStudy
from dicom2fhir.study.people import People, chosen
from dicom2fhir.study.rules import Rules
from dicom2fhir.study.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["StudyAssembler"]


def _key(keyword: str) -> str:
    return str(key_of(keyword))


_STUDY_UID: Final = _key("StudyInstanceUID")
_SERIES_UID: Final = _key("SeriesInstanceUID")
_SOP_UID: Final = _key("SOPInstanceUID")
_SOP_CLASS: Final = _key("SOPClassUID")
_MEDIA_CLASS: Final = _key("MediaStorageSOPClassUID")
_NUMBER: Final = _key("InstanceNumber")
_MODALITY: Final = _key("Modality")
_STUDY_KEYS: Final = tuple(STUDY.values())
_KEYWORDS: Final = {
    key: keyword for table in (STUDY, SERIES, DEVICE, PATIENT) for keyword, key in table.items()
}
_USUAL: Final = Rules()
_SHARED_MAX: Final = 10_000  # texts kept for sharing; an endless stream must not fill memory
_SPOKEN_FOR: Final = frozenset((*_STUDY_KEYS, *PATIENT.values(), *DEVICE.values()))
_VARIES_BY_NATURE: Final = frozenset(
    map(
        _key,
        (
            "CodingSchemeIdentificationSequence",
            "ReferencedRequestSequence",
            "RequestAttributesSequence",
            "RetrieveURL",
        ),
    )
)


class StudyAssembler:
    """Collects data sets and answers with their studies; the order they come in does not matter.

    Data sets that name no study are one study of their own as long as none names one (``unidentified=True``), and are
    skipped otherwise.

    >>> assembler = StudyAssembler()
    >>> assembler.add({"00080020": {"vr": "DA", "Value": ["20210101"]}})
    True
    >>> [study.uid for study in assembler.drain()]
    [None]
    """

    def __init__(
        self,
        rules: Rules = _USUAL,
        *,
        findings: Findings | None = None,
        unidentified: bool = True,
    ) -> None:
        self._rules = rules
        self.findings = Findings() if findings is None else findings
        """What was found of no study in particular."""
        self._unanimous = (*UNANIMOUS.values(), *rules.series_keys)
        self._open: dict[str, OpenStudy] = {}
        self._current: tuple[OpenStudy, OpenSeries] | None = None
        self._nameless: OpenSeries | None = None
        self._takes_nameless = unidentified
        self._nameless_count = 0
        self._shared: dict[str, Any] = {}

    def __contains__(self, study_uid: object) -> bool:
        return study_uid in self._open

    @property
    def open_studies(self) -> list[str]:
        """The UIDs of the studies that are not finished, in the order of their first instance."""
        return list(self._open)

    def add(self, given: Mapping[str, Any] | DicomJsonProxy, *, source: str | None = None) -> bool:
        """Take one data set; False when it is left out, which is noted with its source, the file that it is from.

        >>> assembler = StudyAssembler(unidentified=False)
        >>> assembler.add({})
        False
        >>> print(*assembler.findings)
        skipped-instance: StudyInstanceUID (0020,000D): missing or not a UID
        """
        raw = given.elements if isinstance(given, DicomJsonProxy) else given
        if self._current is not None and self._current[1].is_repeated_by(raw):
            return self._add_instance(raw, *self._current, source)
        if not hasattr(raw, "keys"):
            raise InputTypeError(f"Expected a DicomJsonProxy object, got {type(raw).__name__}")
        raw = normalized(raw)
        study_uid = self._uid(raw, _STUDY_UID)
        if study_uid is None:
            return self._add_nameless(raw, source)
        self._forget_nameless()
        series_uid = self._uid(raw, _SERIES_UID)
        if series_uid is None:
            self._skip("SeriesInstanceUID", source)
            return False
        if values.uid(first_text(raw.get(_SOP_UID))) is None:
            self._skip("SOPInstanceUID", source)
            return False
        if self._rules.leave_some_out and self._is_left_out(raw):
            return False
        return self._add_instance(raw, *self._turn_to(study_uid, series_uid, raw), source)

    def _turn_to(
        self, study_uid: str, series_uid: str, raw: Mapping[str, Any]
    ) -> tuple[OpenStudy, OpenSeries]:
        """The study and the series that a data set is of; it knows whether the data set repeats its latest."""
        study = self._open.get(study_uid)
        if study is None:
            study = self._open[study_uid] = OpenStudy()
        series = study.series.get(series_uid)
        if series is None:
            series = study.series[series_uid] = OpenSeries(self._unanimous)
        if not series.is_repeated_by(raw):
            series.forget_latest()
        self._current = (study, series)
        return self._current

    def _add_instance(
        self, raw: Mapping[str, Any], study: OpenStudy, series: OpenSeries, source: str | None
    ) -> bool:
        said = first_text(raw.get(_SOP_UID)) or ""
        is_legal = values.is_legal_uid(said)
        uid = said if is_legal else values.uid(said)
        if uid is None:
            self._skip("SOPInstanceUID", source)
            return False
        rank = (place_of(self._number(raw, study.findings)), uid)
        latest = series.latest
        if latest is None or rank <= series.bar:
            latest = self._told(raw, series, rank)
        if self._rules.keep_first:
            study.see_first(rank, lifted(raw))
        series.see_acquisition(raw)
        counted = uid if self._rules.list_instances else _digest(uid)  # its row holds the UID anyhow
        is_new = series.people.count_in(counted, latest.identity)
        if not is_new:
            study.findings.note(problems.REPEATED, keyword="SOPInstanceUID")
        elif not is_legal:
            study.findings.note(problems.ILLEGAL_UID, keyword="SOPInstanceUID")
        if self._rules.list_instances:
            series.keep_row(Instance(*rank, latest.sop_class, latest.title, latest.image))
        return is_new

    def _told(self, raw: Mapping[str, Any], series: OpenSeries, rank: tuple[int, str]) -> Latest:
        """Tell the facts of a data set."""
        whole = lifted(raw)
        series.facts.add(whole, rank)
        identity = series.people.see(whole, rank)
        latest = Latest(identity, self._sop_class(whole), self._title(whole), self._image(whole))
        if whole is raw:  # what frames say is not compared, but lifted each time
            series.learn(raw, rank, latest, watched=self._rules.instance_keys)
        return latest

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: what was assembled, and not what only helps to assemble more."""
        return {"_open": self._open, "findings": self.findings}

    def absorb(self, other: StudyAssembler) -> None:
        """Take over what another has assembled by the same rules: a part of the same input, read elsewhere."""
        self.findings.update(other.findings)
        for uid, study in other._open.items():
            self._forget_nameless()
            self._open.setdefault(uid, OpenStudy()).absorb(study, self._unanimous)

    def _uid(self, raw: Mapping[str, Any], key: str) -> str | None:
        """A UID that many instances share, as one string."""
        said = first_text(raw.get(key))
        if said is None:
            return None
        if said not in self._shared:
            if len(self._shared) > _SHARED_MAX:
                self._shared.clear()
            self._shared[said] = values.uid(said)
        found: str | None = self._shared[said]
        return found

    def _sop_class(self, raw: Mapping[str, Any]) -> str | None:
        return self._uid(raw, _SOP_CLASS) or self._uid(raw, _MEDIA_CLASS)

    def _number(self, raw: Mapping[str, Any], findings: Findings) -> int | None:
        if _NUMBER not in raw:
            return None
        said = first_number(raw[_NUMBER])
        number = None if said is None else values.unsigned(said)
        if said is not None and number is None:
            findings.note(problems.NOT_AN_UNSIGNED, keyword="InstanceNumber")
        return number

    def _title(self, raw: Mapping[str, Any]) -> str | None:
        title = title_of(raw)
        return None if title is None else self._shared.setdefault(f"title {title}", title)

    def _image(self, raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a pack says of an instance; equal ones are kept once."""
        if not self._rules.instance_keys:
            return None
        said = {key: raw[key] for key in self._rules.instance_keys if key in raw}
        return self._shared.setdefault(f"image {said!r}", said) if said else None

    def _is_left_out(self, raw: Mapping[str, Any]) -> bool:
        modality = (first_text(raw.get(_MODALITY)) or "OT").upper()
        return self._rules.leaves_out(modality, self._sop_class(raw))

    def _skip(self, keyword: str, source: str | None = None, count: int = 1) -> None:
        if count:
            self.findings.note(problems.NO_UID, keyword=keyword, source=source, count=count)

    # -- the study of those that name none ---------------------------------------------------------------------------

    def _add_nameless(self, raw: Mapping[str, Any], source: str | None) -> bool:
        if not self._takes_nameless:
            self._skip("StudyInstanceUID", source)
            return False
        if self._nameless is None:
            self._nameless = OpenSeries(())
        self._nameless_count += 1
        self._nameless.facts.add(raw, ())
        identity = self._nameless.people.see(raw, ())
        self._nameless.people.count_in(_digest(canonical({"Value": [raw]})), identity)
        return True

    def _forget_nameless(self) -> None:
        """One data set names its study: then those that name none cannot be told apart and are skipped."""
        if self._takes_nameless:
            self._skip("StudyInstanceUID", count=self._nameless_count)
            self._takes_nameless, self._nameless, self._nameless_count = False, None, 0

    def _finish_nameless(self, one: OpenSeries) -> Study:
        findings = Findings()
        findings.note(problems.NO_STUDY_UID, keyword="StudyInstanceUID")
        series_facts = {key: element for key, element in one.facts.elements().items() if key in _STUDY_KEYS}
        return Study(None, _view(series_facts, [one.people], findings), [], findings)

    def forget(self, study_uid: str) -> None:
        """Let go of a study that was finished."""
        self._open.pop(study_uid, None)
        self._current = None

    # -- the end -----------------------------------------------------------------------------------------------------

    def take(self, study_uid: str) -> Study:
        """One study, which is forgotten here."""
        study = self.finish(study_uid)
        self.forget(study_uid)
        return study

    def drain(self) -> Iterator[Study]:
        """Every study in the order of their UIDs, each forgotten here; EmptyStudyError when there is none."""
        if self._nameless is not None:
            yield self._finish_nameless(self._nameless)
            return
        if not self._open:
            raise EmptyStudyError
        for study_uid in sorted(self._open):
            yield self.take(study_uid)

    def finish_all(self) -> list[Study]:
        """Every study as it stands, in the order of their UIDs; more may come.  EmptyStudyError when there is none."""
        if self._nameless is not None:
            return [self._finish_nameless(self._nameless)]
        if not self._open:
            raise EmptyStudyError
        return [self.finish(uid) for uid in sorted(self._open)]

    def finish(self, study_uid: str) -> Study:
        """One study as it stands; more of it may come."""
        one, findings = self._open[study_uid], Findings()
        findings.update(one.findings)
        if not values.is_legal_uid(study_uid):
            findings.note(problems.ILLEGAL_UID, keyword="StudyInstanceUID")
        series = [_finished(uid, state, findings) for uid, state in one.series.items()]
        series.sort(key=lambda each: (place_of(each.number), each.uid))
        facts = Facts(_STUDY_KEYS)
        for place, each in enumerate(series):
            facts.add(each.view.elements, (place,))
        _note_conflicts(findings, facts.conflicts - _VARIES_BY_NATURE)
        people = [one.series[each.uid].people for each in series]
        first = {
            key: said for key, said in (one.first[1] if one.first else {}).items() if key not in _SPOKEN_FOR
        }
        return Study(study_uid, _view(facts.elements(), people, findings), series, findings, first=first)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _finished(uid: str, state: OpenSeries, findings: Findings) -> Series:
    if not values.is_legal_uid(uid):
        findings.note(problems.ILLEGAL_UID, keyword="SeriesInstanceUID")
    _note_conflicts(findings, state.facts.conflicts - _VARIES_BY_NATURE)
    view = DicomJsonProxy(state.facts.elements(), findings)
    number = values.unsigned(first_text(view.elements.get(key_of("SeriesNumber") or "")))
    rows = sorted(state.rows.values())
    unlisted = sum(1 for row in rows if row.sop_class is None)
    if unlisted:
        findings.note(problems.NO_SOP_CLASS, keyword="SOPClassUID", count=unlisted)
    return Series(uid, number, view, state.people.count(), rows, state.acquisition())


def _view(said: dict[str, Any], people: list[People], findings: Findings) -> DicomJsonProxy:
    """The view of a study: what it says itself, and what is said of its patient."""
    of_patient, conflicts, persons = chosen(people)
    _note_conflicts(findings, conflicts)
    if persons > 1:
        findings.note(problems.TWO_PATIENTS, keyword="PatientID")
    return DicomJsonProxy({**said, **of_patient}, findings)


def _note_conflicts(findings: Findings, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        if key in _KEYWORDS:
            findings.note(problems.INSTANCES_DISAGREE, keyword=_KEYWORDS[key])
