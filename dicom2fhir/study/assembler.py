"""Data sets in, studies out: the room's only door.

A study costs one set of facts for each of its series and patients, and for each instance a digest of 16 bytes in a set;
with ``add_instances`` its row and its UID in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import UNANIMOUS, key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, first_number, first_text, normalized
from dicom2fhir.errors import EmptyStudyError, InputTypeError
from dicom2fhir.findings import Findings
from dicom2fhir.study.duplicates import digest
from dicom2fhir.study.finishing import finished
from dicom2fhir.study.frames import lifted
from dicom2fhir.study.kept_once import KeptOnce
from dicom2fhir.study.model import Instance, Study, place_of
from dicom2fhir.study.nameless import NamelessStudy
from dicom2fhir.study.open_study import OpenSeries, OpenStudy
from dicom2fhir.study.repeats import Latest
from dicom2fhir.study.rules import Rules
from dicom2fhir.study.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dicom2fhir.study.repeats import Rank

__all__ = ["StudyAssembler"]

_STUDY_UID: Final = key_of("StudyInstanceUID")
_SERIES_UID: Final = key_of("SeriesInstanceUID")
_SOP_UID: Final = key_of("SOPInstanceUID")
_SOP_CLASS: Final = key_of("SOPClassUID")
_MEDIA_CLASS: Final = key_of("MediaStorageSOPClassUID")
_NUMBER: Final = key_of("InstanceNumber")
_MODALITY: Final = key_of("Modality")
_USUAL: Final = Rules()


class StudyAssembler:
    """Collects data sets and answers with their studies; the order they come in does not matter.

    Data sets that name no study are one study of their own as long as none names one (``unidentified=True``), and are
    skipped otherwise.

    >>> assembler = StudyAssembler()
    >>> uids = {"0020000D": "1.2", "0020000E": "1.2.1", "00080018": "1.2.1.1"}
    >>> assembler.add({tag: {"vr": "UI", "Value": [uid]} for tag, uid in uids.items()})
    True
    >>> [(study.uid, [series.count for series in study.series]) for study in assembler.drain()]
    [('1.2', [1])]
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
        self._takes_nameless = unidentified
        self._nameless = NamelessStudy()
        self._kept = KeptOnce()

    def __contains__(self, study_uid: object) -> bool:
        return study_uid in self._open

    @property
    def open_studies(self) -> list[str]:
        """The UIDs of the studies that are not finished, in the order of their first instance."""
        return list(self._open)

    def add(self, given: Mapping[str, Any] | DicomJsonProxy, *, source: str | None = None) -> bool:
        """Take one data set; False when it is left out, or its series has it already.

        What is left out is noted with its source, the file that it is from.

        >>> assembler = StudyAssembler(unidentified=False)
        >>> assembler.add({})
        False
        >>> print(*assembler.findings)
        skipped-instance: StudyInstanceUID (0020,000D): missing or not a UID
        """
        raw = given.elements if isinstance(given, DicomJsonProxy) else given
        if self._current is not None and self._current[1].repeats.fits(raw):
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
        if not series.repeats.fits(raw):
            series.repeats.forget()
        self._current = (study, series)
        return self._current

    def _add_instance(
        self, raw: Mapping[str, Any], study: OpenStudy, series: OpenSeries, source: str | None
    ) -> bool:
        text = first_text(raw.get(_SOP_UID)) or ""
        is_legal = values.is_legal_uid(text)
        uid = text if is_legal else values.uid(text)
        if uid is None:
            self._skip("SOPInstanceUID", source)
            return False
        rank = (place_of(self._number(raw, study.findings)), uid)
        latest = series.repeats.heard(rank) or self._hear(raw, series, rank)
        if self._rules.keep_first:
            study.see_first(rank, lifted(raw))
        series.see_acquisition(raw)
        counted = uid if self._rules.list_instances else digest(uid)  # its row holds the UID anyhow
        is_new = series.instances.add(counted, latest.identity)
        if not is_new:
            study.findings.note(problems.REPEATED, keyword="SOPInstanceUID")
        elif not is_legal:
            study.findings.note(problems.ILLEGAL_UID, keyword="SOPInstanceUID")
        if self._rules.list_instances:
            series.keep_row(Instance(*rank, latest.sop_class, latest.title, latest.image))
        return is_new

    def _hear(self, raw: Mapping[str, Any], series: OpenSeries, rank: Rank) -> Latest:
        """Take what a data set says of its series and its patient."""
        whole = lifted(raw)
        series.facts.add(whole, rank)
        image = {key: whole[key] for key in self._rules.instance_keys if key in whole}
        latest = Latest(
            series.patients.see(whole, rank),
            self._sop_class(whole),
            self._kept.title(title_of(whole)),
            self._kept.details(image),
        )
        if whole is raw:  # what frames say is not compared, but lifted each time
            series.repeats.learn(raw, rank, latest, watched=(*series.facts.keys, *self._rules.instance_keys))
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
        return self._kept.uid(first_text(raw.get(key)))

    def _sop_class(self, raw: Mapping[str, Any]) -> str | None:
        return self._uid(raw, _SOP_CLASS) or self._uid(raw, _MEDIA_CLASS)

    def _number(self, raw: Mapping[str, Any], findings: Findings) -> int | None:
        if _NUMBER not in raw:
            return None
        written = first_number(raw[_NUMBER])
        number = None if written is None else values.unsigned(written)
        if written is not None and number is None:
            findings.note(problems.NOT_AN_UNSIGNED, keyword="InstanceNumber")
        return number

    def _is_left_out(self, raw: Mapping[str, Any]) -> bool:
        modality = (first_text(raw.get(_MODALITY)) or "OT").upper()
        return self._rules.leaves_out(modality, self._sop_class(raw))

    def _skip(self, keyword: str, source: str | None = None, count: int = 1) -> None:
        if count:
            self.findings.note(problems.NO_UID, keyword=keyword, source=source, count=count)

    def _add_nameless(self, raw: Mapping[str, Any], source: str | None) -> bool:
        if self._takes_nameless:
            self._nameless.add(raw)
        else:
            self._skip("StudyInstanceUID", source)
        return self._takes_nameless

    def _forget_nameless(self) -> None:
        """One data set names its study: then those that name none cannot be told apart and are skipped."""
        if self._takes_nameless:
            self._skip("StudyInstanceUID", count=self._nameless.count)
            self._takes_nameless, self._nameless = False, NamelessStudy()

    def forget(self, study_uid: str) -> None:
        """Let go of a study that was finished."""
        self._open.pop(study_uid, None)
        self._current = None

    def take(self, study_uid: str) -> Study:
        """One study, which is forgotten here."""
        study = self.finish(study_uid)
        self.forget(study_uid)
        return study

    def drain(self) -> Iterator[Study]:
        """Every study in the order of their UIDs, each forgotten here; EmptyStudyError when there is none."""
        if self._nameless.count:
            yield self._nameless.finished()
            return
        if not self._open:
            raise EmptyStudyError
        for study_uid in sorted(self._open):
            yield self.take(study_uid)

    def finish_all(self) -> list[Study]:
        """Every study as it stands, in the order of their UIDs; more may come.  EmptyStudyError when there is none."""
        if self._nameless.count:
            return [self._nameless.finished()]
        if not self._open:
            raise EmptyStudyError
        return [self.finish(uid) for uid in sorted(self._open)]

    def finish(self, study_uid: str) -> Study:
        """One study as it stands; more of it may come."""
        return finished(study_uid, self._open[study_uid], self._rules)
