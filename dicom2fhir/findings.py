"""What a conversion left out, guessed or found in conflict; it never holds a patient's value.

>>> findings = Findings()
>>> not_a_date = Problem(Kind.BAD_VALUE, "not-a-date", "not a date")
>>> findings.note(not_a_date, keyword="StudyDate")
>>> findings.note(not_a_date, keyword="StudyDate")
>>> [str(finding) for finding in findings]
['bad-value: StudyDate (0008,0020): not a date, 2 times']
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from dicom2fhir.attributes import tag_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Finding", "Findings", "Kind", "Problem"]


class Kind(str, Enum):
    """What sort of thing was found: first what is missing from the output, then what is doubtful in it."""

    SKIPPED_FILE = "skipped-file"
    SKIPPED_INSTANCE = "skipped-instance"
    SKIPPED_STUDY = "skipped-study"
    DAMAGED_FILE = "damaged-file"
    DUPLICATE = "duplicate"
    BAD_VALUE = "bad-value"
    GUESSED = "guessed"
    UNCODED = "uncoded"
    CONFLICT = "conflict"
    UNIDENTIFIED = "unidentified"

    @property
    def is_skipped(self) -> bool:
        """Whether something that was there is missing from the output."""
        return self.value.startswith("skipped-")


class Problem(NamedTuple):
    """What may be found: its kind, the stable code by which programs know it, and a sentence for people."""

    kind: Kind
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, and how often.

    ``study`` is the id of the resource that was made, not the UID that came in; ``source`` is the
    file, relative to the folder that was read, and stays out of ``str`` and ``repr`` because people name folders
    after patients.

    >>> not_dicom = Problem(Kind.SKIPPED_FILE, "not-dicom", "not DICOM")
    >>> print(Finding(not_dicom, source="DOE_JANE/readme.txt"))
    skipped-file: not DICOM
    """

    what: Problem
    keyword: str | None = None
    study: str | None = None
    count: int = 1
    source: str | None = field(default=None, repr=False)

    @property
    def kind(self) -> Kind:
        """What sort of thing it is."""
        return self.what.kind

    @property
    def code(self) -> str:
        """Which problem it is, for programs: codes stay, texts may improve."""
        return self.what.code

    @property
    def problem(self) -> str:
        """Which problem it is, for people."""
        return self.what.text

    @property
    def tag(self) -> str | None:
        """The tag of the keyword as the standard prints it."""
        return tag_text(self.keyword) if self.keyword else None

    def to_dict(self) -> dict[str, str | int]:
        """The finding as JSON, without what is not known.

        >>> Finding(Problem(Kind.BAD_VALUE, "not-a-date", "not a date"), "StudyDate").to_dict()
        {'kind': 'bad-value', 'code': 'not-a-date', 'problem': 'not a date', 'keyword': 'StudyDate', 'tag': '(0008,0020)', 'count': 1}
        """
        parts: dict[str, str | int | None] = {
            "kind": self.kind.value,
            "code": self.code,
            "problem": self.problem,
            "keyword": self.keyword,
            "tag": self.tag,
            "study": self.study,
            "count": self.count,
            "source": self.source,
        }
        return {name: value for name, value in parts.items() if value is not None}

    def __str__(self) -> str:
        where = f"{self.keyword} {self.tag or ''}".strip() + ": " if self.keyword else ""
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.kind.value}: {where}{self.problem}{times}"


_Key = tuple[Problem, "str | None", "str | None", "str | None"]
_PLACES: Final = {kind: place for place, kind in enumerate(Kind)}


class Findings:
    """Collects findings; equal ones are counted, and the order they came in does not matter.

    >>> findings = Findings()
    >>> findings.note(Problem(Kind.DUPLICATE, "came-before", "came before"), count=3)
    >>> len(findings), findings.by_kind(), findings.by_code()
    (1, {'duplicate': 3}, {'came-before': 3})
    """

    def __init__(self) -> None:
        self._counts: Counter[_Key] = Counter()

    def note(
        self,
        problem: Problem,
        *,
        keyword: str | None = None,
        study: str | None = None,
        source: str | None = None,
        count: int = 1,
    ) -> None:
        """Take one finding."""
        self._counts[problem, keyword, study, source] += count

    def update(self, other: Findings, study: str | None = None) -> None:
        """Take over all that another collector holds, as findings about a study."""
        for (problem, keyword, of_study, source), count in other._counts.items():
            self._counts[problem, keyword, of_study or study, source] += count

    def beyond(self, other: Findings) -> Findings:
        """What this collector holds and the other does not."""
        rest = Findings()
        # Not a difference of Counters, which looks at all of the other, too.
        for key, count in self._counts.items():
            if count > other._counts[key]:
                rest._counts[key] = count - other._counts[key]
        return rest

    def by_study(self) -> dict[str | None, dict[str, int]]:
        """How many of each kind about each study; None for no study in particular."""
        sums: dict[str | None, Counter[Kind]] = {}
        for (problem, _, study, _), count in self._counts.items():
            sums.setdefault(study, Counter())[problem.kind] += count
        return {study: _in_order(sums[study]) for study in sorted(sums, key=lambda study: study or "")}

    def by_kind(self) -> dict[str, int]:
        """How many of each kind, the kinds in the order of :class:`Kind`."""
        sums: Counter[Kind] = Counter()
        for (problem, *_), count in self._counts.items():
            sums[problem.kind] += count
        return _in_order(sums)

    def by_code(self) -> dict[str, int]:
        """How many of each code, in the order of their names."""
        sums: Counter[str] = Counter()
        for (problem, *_), count in self._counts.items():
            sums[problem.code] += count
        return dict(sorted(sums.items()))

    def __iter__(self) -> Iterator[Finding]:
        for key in sorted(self._counts, key=_order):
            problem, keyword, study, source = key
            yield Finding(problem, keyword, study, self._counts[key], source)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"Findings({self.by_kind()})"


def _in_order(sums: Counter[Kind]) -> dict[str, int]:
    return {kind.value: sums[kind] for kind in Kind if sums[kind]}


def _order(key: _Key) -> tuple[int, str, str, str, str]:
    problem, keyword, study, source = key
    return _PLACES[problem.kind], problem.text, keyword or "", study or "", source or ""
