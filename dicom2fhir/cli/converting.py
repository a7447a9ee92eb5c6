"""``dicom2fhir convert``: PATHs to Bundles."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dicom2fhir.cli.atomic_files import AtomicFile, write_atomically
from dicom2fhir.cli.config_files import settings_of
from dicom2fhir.cli.inputs import Inputs
from dicom2fhir.cli.interrupts import run, steadily
from dicom2fhir.cli.outputs import FileSink, FolderSink, Sink, StdoutSink, format_of
from dicom2fhir.cli.progress import Progress, Watched, progress_on
from dicom2fhir.cli.resuming import FolderState, Remaining
from dicom2fhir.cli.summary import Outcome, report_of
from dicom2fhir.cli.terminal import Exit, UsageError, say
from dicom2fhir.conversion import Conversion
from dicom2fhir.converted import bundle_of
from dicom2fhir.errors import Dicom2FhirError, EmptyStudyError
from dicom2fhir.findings import Findings
from dicom2fhir.serialized import as_bytes
from dicom2fhir.streams import at_the_end, collected, completed, note_late

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncGenerator, Iterator

    from dicom2fhir.converted import Converted
    from dicom2fhir.streams import RereadableSource
    from dicom2fhir.study.assembler import StudyAssembler
    from dicom2fhir.study.model import Study

__all__ = ["run_convert"]


@dataclass(slots=True)
class _Job:
    """One run of the command."""

    conversion: Conversion
    inputs: Inputs
    form: str
    sink: Sink
    state: FolderState | None
    remaining: Remaining | None
    outcome: Outcome
    strict: bool
    ids: dict[str, str] = field(default_factory=dict)
    """The ImagingStudy of each study that was written."""

    @property
    def source(self) -> RereadableSource:
        return self.remaining or self.inputs.read_for(self.conversion)


def run_convert(options: Namespace) -> int:
    """Convert what a command line names; the answer is the exit code.

    >>> from dicom2fhir.cli.command_line import parsed
    >>> run_convert(parsed(["convert", "no such folder"]))
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: 'no such folder': there is no such file or folder; check the spelling
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
    return _end(job, options, failure)


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
    conversion = Conversion(config)  # tells of a bad profile or table before anything is written
    output = options.output or "-"
    if options.report and output != "-" and os.path.realpath(options.report) == os.path.realpath(output):
        raise UsageError(f"--report: '{options.report}' is where the output goes; name another file")
    own = [path for path in (output, options.report) if path and path != "-"]
    inputs = Inputs.of(
        options.paths, workers=options.workers, skip_invalid=config.skip_invalid_files, own=own
    )
    job = _Job(conversion, inputs, options.format, StdoutSink(), None, None, Outcome(), options.strict)
    if options.format == "per-study":
        _write_each_study(job, Path(output), resume=options.resume)
    elif output != "-":
        job.sink = FileSink(Path(output), by_line=options.format == "ndjson")
    return job


def _write_each_study(job: _Job, folder: Path, *, resume: bool) -> None:
    """Write a file for each study, and remember which are done where that can be known: where all can be counted first."""
    state = job.state = FolderState(folder, job.conversion.fingerprint)
    if not job.inputs.can_be_read_twice:
        job.sink = FolderSink(folder, state, {})
        return
    source = job.inputs.read_for(job.conversion)
    job.remaining = Remaining(source, state.is_done if resume else lambda *_: False)
    job.sink = FolderSink(folder, state, job.remaining.counts)


async def _converted(job: _Job, progress: Progress) -> None:
    assembler = job.conversion.collect(unidentified=False)
    source = Watched(job.source, progress)
    try:
        if job.form == "bundle":
            await collected(source, assembler)
            await _put_together(job, assembler)
        elif job.inputs.can_be_read_twice:
            late: Counter[str] = Counter()
            await _study_by_study(job, completed(source, assembler, late), assembler)
            _report_late(job, late, assembler.findings)
        else:
            await _study_by_study(job, at_the_end(source, assembler), assembler)
    finally:
        job.outcome.report.update(assembler.findings)
        job.outcome.already = len(job.remaining.done) if job.remaining else 0
    if job.outcome.studies:
        job.sink.finish()


async def _study_by_study(job: _Job, studies: AsyncGenerator[Study, None], assembler: StudyAssembler) -> None:
    async with aclosing(studies):
        async for study in studies:
            converted = await asyncio.to_thread(job.conversion.convert_or_note, study, assembler.findings)
            if converted is None:
                continue
            job.outcome.report.update(converted.findings)
            if job.strict and converted.findings:
                job.outcome.withheld += 1
                continue
            job.ids[str(converted.study_uid)] = converted.id
            bundle = await asyncio.to_thread(converted.to_json)
            await steadily(_write, job, bundle, converted)


def _write(job: _Job, bundle: bytes, converted: Converted) -> None:
    job.sink.put(bundle, converted)
    job.outcome.count(converted)


async def _put_together(job: _Job, assembler: StudyAssembler) -> None:
    """One Bundle of all studies."""
    findings = Findings()
    studies: list[Converted] = []
    for study in assembler.drain():
        converted = await asyncio.to_thread(job.conversion.convert_or_note, study, assembler.findings)
        if converted is not None:
            studies.append(converted)
            findings.update(converted.findings)
    if not studies:
        return
    bundle = await asyncio.to_thread(bundle_of, studies, findings)
    job.outcome.report.update(findings)
    if job.strict and (findings or assembler.findings):
        job.outcome.withheld += len(studies)
        return
    await steadily(job.sink.put, await asyncio.to_thread(as_bytes, bundle), None)
    for converted in studies:
        job.outcome.count(converted)


def _report_late(job: _Job, late: Counter[str], findings: Findings) -> None:
    """What came when its study had been written is missing there: say so, and do not take the study for done."""
    note_late(late, job.ids, findings)
    if job.state is not None:
        for study_uid in late:
            job.state.forget(study_uid)


def _failure(job: _Job, error: Dicom2FhirError | OSError) -> str:
    """Why the conversion could not go on."""
    if isinstance(error, OSError):
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        return f"cannot write to {job.sink.where}: {reason}; make room there, or name another place with -o"
    return str(error)


def _end(job: _Job, options: Namespace, failure: str | None) -> int:
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
