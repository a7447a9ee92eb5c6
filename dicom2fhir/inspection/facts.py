"""What a survey found: plain facts, with whatever names a patient kept apart from the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dicom2fhir.findings import Finding, Findings

__all__ = ["Overview", "PatientFacts", "SeriesFacts", "StudyFacts"]


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One series; what people may write a name into stays out of the ``repr``: its description, and what has no code.

    >>> series = SeriesFacts(1, "CT", 2, uncoded_body_site="LEFT KNEE MRS DOE")
    >>> series.shown_body_site(identities=False), series.shown_body_site(identities=True)
    ('uncoded', 'LEFT KNEE MRS DOE')
    """

    number: int | None
    modality: str | None
    """The modality, when DICOM has a code for it."""
    instances: int
    body_site: str | None = None
    """The name of the body site, from a coding system."""
    uncoded_body_site: str | None = field(default=None, repr=False)
    """The body site as the data set has it, when no coding system knows it."""
    uncoded_modality: str | None = field(default=None, repr=False)
    """The modality as the data set has it, when DICOM has no code for it."""
    description: str | None = field(default=None, repr=False)

    def shown_modality(self, *, identities: bool) -> str:
        """The modality for people: without ``identities``, one that has no code is not repeated."""
        return _shown(self.modality, self.uncoded_modality, identities=identities) or ""

    def shown_body_site(self, *, identities: bool) -> str | None:
        """The body site for people: without ``identities``, one that has no code is not repeated."""
        return _shown(self.body_site, self.uncoded_body_site, identities=identities)


def _shown(coded: str | None, uncoded: str | None, *, identities: bool) -> str | None:
    if uncoded is None:
        return coded
    return uncoded if identities else "uncoded"


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """One study, under the id that its ImagingStudy would have.

    >>> study = StudyFacts("7", "2024-01-15", (SeriesFacts(1, "CT", 2), SeriesFacts(2, "SR", 1), SeriesFacts(3, "CT", 4)))
    >>> study.shown_modalities(identities=False), study.instances
    (('CT', 'SR'), 7)
    """

    id: str
    started: str | None
    series: tuple[SeriesFacts, ...]
    resources: tuple[tuple[str, int], ...] = ()
    """How many of each type of resource a conversion would make."""
    findings: tuple[Finding, ...] = ()
    uid: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)

    def shown_modalities(self, *, identities: bool) -> tuple[str, ...]:
        """The modalities for people, each once, in the order of the series."""
        return tuple(dict.fromkeys(series.shown_modality(identities=identities) for series in self.series))

    @property
    def instances(self) -> int:
        """How many instances all series have."""
        return sum(series.instances for series in self.series)


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """One patient: a number in this survey, and the studies in the order of time.

    >>> PatientFacts(1, (), patient_id="P1", name="Doe^Jane")
    PatientFacts(number=1, studies=())
    """

    number: int
    studies: tuple[StudyFacts, ...]
    patient_id: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    birth_date: str | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        """Who it is, as far as the data say.

        >>> PatientFacts(1, (), patient_id="P1", name="Doe^Jane").identity
        'P1, Doe^Jane'
        """
        parts = (self.patient_id, self.name, self.birth_date and f"born {self.birth_date}")
        return ", ".join(part for part in parts if part) or "without id and name"


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it."""

    patients: tuple[PatientFacts, ...]
    findings: Findings

    @property
    def studies(self) -> list[StudyFacts]:
        """The studies of all patients."""
        return [study for patient in self.patients for study in patient.studies]

    def series_of(self) -> Iterator[SeriesFacts]:
        """The series of all studies."""
        return (series for study in self.studies for series in study.series)

    def by_modality(self, *, identities: bool) -> dict[str, tuple[int, int]]:
        """How many series and instances each modality has, as it is shown, the most instances first."""
        series_counts: Counter[str] = Counter()
        instances: Counter[str] = Counter()
        for series in self.series_of():
            modality = series.shown_modality(identities=identities)
            series_counts[modality] += 1
            instances[modality] += series.instances
        names = sorted(instances, key=lambda name: (-instances[name], name))
        return {name: (series_counts[name], instances[name]) for name in names}

    def by_time(self) -> dict[str, int]:
        """How many studies there are in each month, or in each year when that would be too many months.

        >>> from dicom2fhir.findings import Findings
        >>> days = ("2023-12-24", "2024-02-01", None)
        >>> patient = PatientFacts(1, tuple(StudyFacts(str(day), day, ()) for day in days))
        >>> Overview((patient,), Findings()).by_time()
        {'2023-12': 1, '2024-01': 0, '2024-02': 1}
        """
        months = [study.started[:7] for study in self.studies if study.started and len(study.started) >= 7]  # noqa: PLR2004 - YYYY-MM
        years = [study.started[:4] for study in self.studies if study.started]
        if not years:
            return {}
        if len(months) == len(years):
            every = _months(min(months), max(months))
            if len(every) <= _MOST_MONTHS:
                counts = Counter(months)
                return {month: counts[month] for month in every}
        counts = Counter(years)
        return {f"{year:04}": counts[f"{year:04}"] for year in range(int(min(years)), int(max(years)) + 1)}

    def skipped(self) -> list[Finding]:
        """What would be skipped."""
        return [finding for finding in self.findings if finding.kind.is_skipped]


_MOST_MONTHS = 24


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
