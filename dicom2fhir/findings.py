"""What a conversion left out, guessed or found in conflict; it never holds a patient's value.

>>> findings = Findings()
>>> findings.note(Kind.BAD_VALUE, "not a date", keyword="StudyDate")
>>> findings.note(Kind.BAD_VALUE, "not a date", keyword="StudyDate")
>>> [str(one) for one in findings]
['bad-value: StudyDate (0008,0020): not a date, 2 times']
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dicom2fhir.attributes import tag_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Finding", "Findings", "Kind"]


class Kind(str, Enum):
    """What sort of thing was found.

    >>> Kind("conflict") is Kind.CONFLICT
    True
    """

    SKIPPED_FILE = "skipped-file"
    SKIPPED_INSTANCE = "skipped-instance"
    DUPLICATE = "duplicate"
    BAD_VALUE = "bad-value"
    GUESSED = "guessed"
    UNCODED = "uncoded"
    CONFLICT = "conflict"
    UNIDENTIFIED = "unidentified"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, and how often.

    ``study`` is the id of the resource that was made, not the UID that came in; ``source`` is the
    file, relative to the folder that was read, and stays out of ``str`` and ``repr`` because people name folders
    after patients.

    >>> Finding(Kind.SKIPPED_FILE, "not DICOM", source="DOE_JANE/readme.txt")
    Finding(kind=<Kind.SKIPPED_FILE: 'skipped-file'>, problem='not DICOM', keyword=None, study=None, count=1)
    """

    kind: Kind
    problem: str
    keyword: str | None = None
    study: str | None = None
    count: int = 1
    source: str | None = field(default=None, repr=False)

    @property
    def tag(self) -> str | None:
        """The tag of the keyword as the standard prints it.

        >>> Finding(Kind.BAD_VALUE, "not a date", "StudyDate").tag
        '(0008,0020)'
        """
        return tag_text(self.keyword) if self.keyword else None

    def to_dict(self) -> dict[str, str | int]:
        """The finding as JSON, without what is not known.

        >>> Finding(Kind.BAD_VALUE, "not a date", "StudyDate").to_dict()
        {'kind': 'bad-value', 'problem': 'not a date', 'keyword': 'StudyDate', 'tag': '(0008,0020)', 'count': 1}
        """
        told: dict[str, str | int | None] = {
            "kind": self.kind.value,
            "problem": self.problem,
            "keyword": self.keyword,
            "tag": self.tag,
            "study": self.study,
            "count": self.count,
            "source": self.source,
        }
        return {name: value for name, value in told.items() if value is not None}

    def __str__(self) -> str:
        where = f"{self.keyword} {self.tag or ''}".strip() + ": " if self.keyword else ""
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.kind.value}: {where}{self.problem}{times}"


_Key = tuple[Kind, str, "str | None", "str | None", "str | None"]


class Findings:
    """Collects findings; equal ones are counted, and the order they came in does not matter.

    >>> findings = Findings()
    >>> bool(findings), len(findings)
    (False, 0)
    """

    def __init__(self) -> None:
        self._counts: Counter[_Key] = Counter()

    def note(
        self,
        kind: Kind,
        problem: str,
        *,
        keyword: str | None = None,
        study: str | None = None,
        source: str | None = None,
        count: int = 1,
    ) -> None:
        """Take one finding.

        >>> findings = Findings()
        >>> findings.note(Kind.GUESSED, "no modality; OT is said", keyword="Modality")
        >>> len(findings)
        1
        """
        self._counts[kind, problem, keyword, study, source] += count

    def update(self, other: Findings, study: str | None = None) -> None:
        """Take over all that another collector holds, as findings about a study.

        >>> one, two = Findings(), Findings()
        >>> two.note(Kind.DUPLICATE, "came before")
        >>> one.update(two)
        >>> len(one)
        1
        """
        for (kind, problem, keyword, of_study, source), count in other._counts.items():
            self._counts[kind, problem, keyword, of_study or study, source] += count

    def beyond(self, other: Findings) -> Findings:
        """What this collector holds and the other does not.

        >>> one = Findings()
        >>> one.note(Kind.DUPLICATE, "came before", count=3)
        >>> one.beyond(Findings()).by_kind()
        {'duplicate': 3}
        """
        rest = Findings()
        rest._counts = self._counts - other._counts
        return rest

    def by_kind(self) -> dict[str, int]:
        """How many of each kind, the kinds in the order of :class:`Kind`.

        >>> findings = Findings()
        >>> findings.note(Kind.DUPLICATE, "came before", count=3)
        >>> findings.by_kind()
        {'duplicate': 3}
        """
        sums: Counter[Kind] = Counter()
        for key, count in self._counts.items():
            sums[key[0]] += count
        return {kind.value: sums[kind] for kind in Kind if sums[kind]}

    def __iter__(self) -> Iterator[Finding]:
        order = {kind: place for place, kind in enumerate(Kind)}
        for key in sorted(self._counts, key=lambda one: (order[one[0]], *(part or "" for part in one[1:]))):
            kind, problem, keyword, study, source = key
            yield Finding(kind, problem, keyword, study, self._counts[key], source)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"Findings({self.by_kind()})"
