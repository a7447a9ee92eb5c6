"""Findings on their way out of a run: into the caller's report, into the log, and in strict mode into an error at the end."""

from __future__ import annotations

import logging

from dicom2fhir.errors import FindingsError
from dicom2fhir.findings import Findings

__all__ = ["Reporter"]

_log = logging.getLogger("dicom2fhir")


class Reporter:
    """Hears findings, and passes on each once, however often it is told."""

    def __init__(self, report: Findings | None = None, *, strict: bool = False) -> None:
        self._report = report
        self._strict = strict
        self._heard = Findings()

    def hear(self, findings: Findings) -> None:
        """Pass on what is new in some findings: those of a study, or all of no study in particular so far."""
        news = findings.beyond(self._heard)
        if not news:
            return
        self._heard.update(news)
        if self._report is not None:
            self._report.update(news)
        for study, by_kind in news.by_study().items():
            counts = ", ".join(f"{kind}: {count}" for kind, count in by_kind.items())
            about = f"ImagingStudy {study}" if study else "no study in particular"
            level = logging.WARNING if study else logging.INFO
            _log.log(level, "findings of %s: %s", about, counts, extra={"findings": by_kind})

    def end(self) -> None:
        """After the last study: in strict mode an error when anything was found."""
        if self._strict and self._heard:
            raise FindingsError(list(self._heard))
