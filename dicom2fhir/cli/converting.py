"""``dicom2fhir convert``: PATHs to Bundles."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dicom2fhir.cli.exits import Exit, UsageError
from dicom2fhir.cli.files import AtomicFile, write_atomically
from dicom2fhir.cli.inputs import Inputs
from dicom2fhir.cli.interrupts import run, steadily
from dicom2fhir.cli.made import made_of
from dicom2fhir.cli.progress import Progress, progress_on, watched
from dicom2fhir.cli.resuming import Remaining
from dicom2fhir.cli.saying import say
from dicom2fhir.cli.settings import settings_of
from dicom2fhir.cli.sinks import FileSink, FolderSink, Sink, StdoutSink, format_of
from dicom2fhir.cli.state import FolderState, fingerprint
from dicom2fhir.cli.summary import Outcome, report_of
from dicom2fhir.cli.version import version
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.errors import Dicom2FhirError, EmptyStudyError
from dicom2fhir.parts import PartMaker
from dicom2fhir.streams import collected, completed, wanted_by

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncGenerator, Iterator

    from dicom2fhir.cli.made import Made
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.streams import Source

__all__ = ["run_convert"]


@dataclass(slots=True)
class _Job:
    """One run of the command."""

    config: ConvertConfig
    inputs: Inputs
    form: str
    sink: Sink
    remaining: Remaining | None
    outcome: Outcome
    strict: bool

    @property
    def source(self) -> Source:
        return self.remaining.opened if self.remaining else self.inputs.opened


def run_convert(options: Namespace) -> int:
    """Convert what a command line names; the answer is the exit code.

    >>> from dicom2fhir.cli.parser import parsed
    >>> run_convert(parsed(["convert", "no such folder"]))
    Traceback (most recent call last):
    dicom2fhir.cli.exits.UsageError: 'no such folder': there is no such file or folder; check the spelling
    """
    _check(options)
    job = _job(options)
    progress = progress_on(sys.stderr)
    failure: str | None = None
    try:
        job.outcome.signal = run(_converted(job, progress))
    except EmptyStudyError:
        pass  # the summary says so
    except BrokenPipeError:
        raise
    except (Dicom2FhirError, OSError) as error:
        failure = _failure(job, error)
    finally:
        progress.end()
        job.outcome.kept = job.sink.abandon(keep=job.outcome.signal is not None)
    return _told(job, options, failure)


def _check(options: Namespace) -> None:
    """What cannot be asked for together."""
    options.format = options.format or format_of(options.output or "-")
    if options.format == "per-study" and options.output in {None, "-"}:
        raise UsageError("--format per-study: needs a folder to write to; add '-o FOLDER'")
    if options.resume and options.format != "per-study":
        raise UsageError(
            "--resume: works on a folder with a file for each study; add '--format per-study -o FOLDER'"
        )
    if options.resume and "-" in options.paths:
        raise UsageError("--resume: standard input cannot be read twice; name a file or a folder")
    if options.report:
        AtomicFile(Path(options.report)).discard()  # better now than after an hour


def _job(options: Namespace) -> _Job:
    config = settings_of(options)
    Dicom2FHIRBundle(config)  # tells of a profile or a table that is no good before anything is written
    wanted_by(config)
    output = options.output or "-"
    if options.report and output != "-" and os.path.realpath(options.report) == os.path.realpath(output):
        raise UsageError(f"--report: '{options.report}' is where the output goes; name another file")
    own = [path for path in (output, options.report) if path and path != "-"]
    inputs = Inputs.of(
        options.paths, workers=options.workers, skip_invalid=config.skip_invalid_files, own=own
    )
    if options.workers > 1 and not options.resume:  # what is left to do is told by data set, not by part
        inputs = replace(inputs, reduce=PartMaker.of(config).assembled)
    sink, remaining = _sink(options, config, inputs)
    return _Job(config, inputs, options.format, sink, remaining, Outcome(), options.strict)


def _sink(options: Namespace, config: ConvertConfig, inputs: Inputs) -> tuple[Sink, Remaining | None]:
    output = options.output or "-"
    if options.format != "per-study":
        by_line = options.format == "ndjson"
        return StdoutSink() if output == "-" else FileSink(Path(output), by_line=by_line), None
    state = FolderState(Path(output), fingerprint(config, version()))
    if not inputs.can_be_read_twice:
        return FolderSink(Path(output), state, {}), None
    remaining = Remaining(inputs.opened, state.is_done if options.resume else lambda *_: False)
    return FolderSink(Path(output), state, remaining.counts), remaining


async def _converted(job: _Job, progress: Progress) -> None:
    collector = Dicom2FHIRBundle(job.config, report=job.outcome.report, unidentified=False)
    twice = job.form != "bundle" and job.inputs.can_be_read_twice
    source = watched(job.source, progress, twice=twice)
    try:
        if job.form == "bundle":
            await collected(source, collector)
            await _put(job, await asyncio.to_thread(collector.to_json), None)
        else:
            await _study_by_study(
                job, collector, completed(source, collector) if twice else _all(source, collector)
            )
    finally:
        collector.close()  # the report hears of what came after the last study
        job.outcome.already = len(job.remaining.done) if job.remaining else 0
    if job.outcome.studies:
        job.sink.finish()


async def _study_by_study(
    job: _Job, collector: Dicom2FHIRBundle, ends: AsyncGenerator[str | None, None] | AsyncGenerator[str, None]
) -> None:
    async with aclosing(ends) as finished:
        async for study_uid in finished:
            await _put(job, await asyncio.to_thread(collector.take_json, study_uid), study_uid)


async def _all(source: Source, collector: Dicom2FHIRBundle) -> AsyncGenerator[str | None, None]:
    """Every study, at the end of a source that can be read once."""
    await collected(source, collector)
    for study_uid in collector.finished():
        yield study_uid


async def _put(job: _Job, bundle: bytes, study_uid: str | None) -> None:
    made = made_of(bundle)
    report = job.outcome.report
    is_doubtful = bool(report) if study_uid is None else report.has_news_of(made.studies)
    if job.strict and is_doubtful:
        job.outcome.withheld += len(made.studies)
        return
    await steadily(_write, job, bundle, made, study_uid)


def _write(job: _Job, bundle: bytes, made: Made, study_uid: str | None) -> None:
    job.sink.put(bundle, made, study_uid)
    job.outcome.count(made)


def _failure(job: _Job, error: Dicom2FhirError | OSError) -> str:
    """Why the conversion could not go on."""
    if isinstance(error, OSError):
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        return f"cannot write to {job.sink.where}: {reason}; make room there, or name another place with -o"
    return str(error)


def _told(job: _Job, options: Namespace, failure: str | None) -> int:
    """Write the report, say the summary, and answer with the exit code."""
    outcome = job.outcome
    if options.report:
        write_atomically(Path(options.report), report_of(outcome.report))
    where = outcome.kept or job.sink.where
    for line in (*_ending(job, failure), *outcome.lines(where, strict=job.strict)):
        say(line, aside=True)
    return Exit.NOTHING if failure else outcome.exit_code(strict=job.strict)


def _ending(job: _Job, failure: str | None) -> Iterator[str]:
    """What is to be said when it did not end well."""
    outcome = job.outcome
    if failure:
        yield f"dicom2fhir convert: error: {failure}"
    elif outcome.signal is not None:
        kept = f"what was done is in {outcome.kept}" if outcome.kept else "nothing was written"
        yield f"interrupted by {signal.Signals(outcome.signal).name}: {kept}{_advice(job)}"
    elif not outcome.studies + outcome.already + outcome.withheld:
        named = ", ".join(f"'{path}'" for path in job.inputs.paths)
        yield f"nothing was converted: no DICOM instance was found in {named}; name a folder or file that holds some"


def _advice(job: _Job) -> str:
    if job.form == "per-study":
        return "; the same command with --resume goes on" if job.remaining else ""
    return (
        "; with --format per-study -o FOLDER, an interrupted run can be resumed"
        if job.form == "bundle"
        else ""
    )
