"""Data sets in, studies out: the room's only door.

A study costs one set of facts for each of its series and patients, and for each instance a digest of 16 bytes in a set;
with ``add_instances`` its row and its UID in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir import problems, values
from dicom2fhir.attributes import IMAGE, TECHNIQUE, UNANIMOUS, key_of
from dicom2fhir.dicom_json_proxy import DicomJsonProxy, first_number, first_text, normalized
from dicom2fhir.errors import EmptyStudyError
from dicom2fhir.findings import Findings
from dicom2fhir.study.duplicates import digest
from dicom2fhir.study.filters import has_filters, is_left_out
from dicom2fhir.study.finishing import finished
from dicom2fhir.study.frames import lifted
from dicom2fhir.study.kept_once import KeptOnce
from dicom2fhir.study.model import Instance, Study, place_of
from dicom2fhir.study.nameless import NamelessStudy
from dicom2fhir.study.open_study import OpenSeries, OpenStudy
from dicom2fhir.study.repeats import Latest
from dicom2fhir.study.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.study.repeats import Rank

__all__ = ["StudyAssembler"]

_STUDY_UID: Final = key_of("StudyInstanceUID")
_SERIES_UID: Final = key_of("SeriesInstanceUID")
_SOP_UID: Final = key_of("SOPInstanceUID")
_SOP_CLASS: Final = key_of("SOPClassUID")
_MEDIA_CLASS: Final = key_of("MediaStorageSOPClassUID")
_NUMBER: Final = key_of("InstanceNumber")
_MODALITY: Final = key_of("Modality")
_IMAGE_KEYS: Final = tuple(IMAGE.values())


class StudyAssembler:
    """Collects data sets and answers with their studies; the order they come in does not matter.

    Data sets that name no study are one study of their own as long as none names one (``unidentified=True``), and are
    skipped otherwise.

    >>> from dicom2fhir.config import ConvertConfig
    >>> assembler = StudyAssembler(ConvertConfig())
    >>> uids = {"0020000D": "1.2", "0020000E": "1.2.1", "00080018": "1.2.1.1"}
    >>> assembler.add({tag: {"vr": "UI", "Value": [uid]} for tag, uid in uids.items()})
    True
    >>> [(study.uid, [series.count for series in study.series]) for study in assembler.finish_all()]
    [('1.2', [1])]
    """

    def __init__(
        self,
        config: ConvertConfig,
        *,
        findings: Findings | None = None,
        technique: bool = False,
        unidentified: bool = True,
    ) -> None:
        self._config = config
        self._findings = Findings() if findings is None else findings
        self._unanimous = (*UNANIMOUS.values(), *(TECHNIQUE.values() if technique else ()))
        self._image_keys = _IMAGE_KEYS if technique else ()
        self._open: dict[str, OpenStudy] = {}
        self._current: tuple[OpenStudy, OpenSeries] | None = None
        self._takes_nameless = unidentified
        self._nameless = NamelessStudy()
        self._kept = KeptOnce()
        self._filters = has_filters(config)

    def __contains__(self, study_uid: object) -> bool:
        return study_uid in self._open

    @property
    def open_studies(self) -> list[str]:
        """The UIDs of the studies that are not finished, in the order of their first instance."""
        return list(self._open)

    def add(self, given: Mapping[str, Any] | DicomJsonProxy) -> bool:
        """Take one data set; False when it is left out, or its series has it already.

        >>> from dicom2fhir.config import ConvertConfig
        >>> findings = Findings()
        >>> StudyAssembler(ConvertConfig(), findings=findings, unidentified=False).add({})
        False
        >>> print(*findings)
        skipped-instance: StudyInstanceUID (0020,000D): missing or not a UID
        """
        raw = given.elements if isinstance(given, DicomJsonProxy) else given
        if self._current is not None and self._current[1].repeats.fits(raw):
            return self._add_instance(raw, *self._current)
        raw = normalized(raw)
        study_uid = self._uid(raw, _STUDY_UID)
        if study_uid is None:
            return self._add_nameless(raw)
        self._forget_nameless()
        series_uid = self._uid(raw, _SERIES_UID)
        if series_uid is None:
            self._skip("SeriesInstanceUID")
            return False
        if values.uid(first_text(raw.get(_SOP_UID))) is None:
            self._skip("SOPInstanceUID")
            return False
        if self._filters and is_left_out(self._config, first_text(raw.get(_MODALITY)), self._sop_class(raw)):
            return False
        return self._add_instance(raw, *self._turn_to(study_uid, series_uid, raw))

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

    def _add_instance(self, raw: Mapping[str, Any], study: OpenStudy, series: OpenSeries) -> bool:
        text = first_text(raw.get(_SOP_UID)) or ""
        is_legal = values.is_legal_uid(text)
        uid = text if is_legal else values.uid(text)
        if uid is None:
            self._skip("SOPInstanceUID")
            return False
        rank = (place_of(self._number(raw, study.findings)), uid)
        latest = series.repeats.heard(rank) or self._hear(raw, series, rank)
        if self._config.id_function is not None:
            study.see_first(rank, lifted(raw))
        series.see_acquisition(raw)
        counted = uid if self._config.add_instances else digest(uid)  # its row holds the UID anyhow
        is_new = series.instances.add(counted, latest.identity)
        if not is_new:
            study.findings.note(problems.REPEATED, keyword="SOPInstanceUID")
        elif not is_legal:
            study.findings.note(problems.ILLEGAL_UID, keyword="SOPInstanceUID")
        if self._config.add_instances:
            series.keep_row(Instance(*rank, latest.sop_class, latest.title, latest.image))
        return is_new

    def _hear(self, raw: Mapping[str, Any], series: OpenSeries, rank: Rank) -> Latest:
        """Take what a data set says of its series and its patient."""
        whole = lifted(raw)
        series.facts.add(whole, rank)
        image = {key: whole[key] for key in self._image_keys if key in whole}
        latest = Latest(
            series.patients.see(whole, rank),
            self._sop_class(whole),
            self._kept.title(title_of(whole)),
            self._kept.details(image),
        )
        if whole is raw:  # what frames say is not compared, but lifted each time
            series.repeats.learn(raw, rank, latest, watched=(*series.facts.keys, *self._image_keys))
        return latest

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: what was assembled, and not what only helps to assemble more."""
        return {"_open": self._open, "_findings": self._findings}

    def absorb(self, other: StudyAssembler) -> None:
        """Take over what another has assembled with the same options: a part of the same input, read elsewhere."""
        self._findings.update(other._findings)
        for uid, study in other._open.items():
            self._forget_nameless()
            self._open.setdefault(uid, OpenStudy()).absorb(study, self._unanimous)

    def rows(self) -> Iterator[Instance]:
        """Every instance that is to be listed."""
        for study in self._open.values():
            for series in study.series.values():
                yield from series.rows.values()

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

    def _skip(self, keyword: str, count: int = 1) -> None:
        if count:
            self._findings.note(problems.NO_UID, keyword=keyword, count=count)

    def _add_nameless(self, raw: Mapping[str, Any]) -> bool:
        if self._takes_nameless:
            self._nameless.add(raw)
        else:
            self._skip("StudyInstanceUID")
        return self._takes_nameless

    def _forget_nameless(self) -> None:
        """One data set names its study: then those that name none cannot be told apart and are skipped."""
        if self._takes_nameless:
            self._skip("StudyInstanceUID", self._nameless.count)
            self._takes_nameless, self._nameless = False, NamelessStudy()

    def forget(self, study_uid: str) -> None:
        """Let go of a study that was finished."""
        self._open.pop(study_uid, None)
        self._current = None

    def finish_all(self) -> list[Study]:
        """Every study, in the order of their UIDs.

        >>> from dicom2fhir.config import ConvertConfig
        >>> StudyAssembler(ConvertConfig()).finish_all()
        Traceback (most recent call last):
        dicom2fhir.errors.EmptyStudyError: No ImagingStudy data has been added
        """
        if self._nameless.count:
            return [self._nameless.finished()]
        if not self._open:
            raise EmptyStudyError
        return [self.finish(uid) for uid in sorted(self._open)]

    def finish(self, study_uid: str) -> Study:
        """One study as it stands; more of it may come."""
        return finished(study_uid, self._open[study_uid])
