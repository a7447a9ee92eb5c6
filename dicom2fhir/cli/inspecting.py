"""``dicom2fhir inspect``: what is in some folders and files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dicom2fhir.cli.atomic_files import AtomicFile, write_atomically
from dicom2fhir.cli.config_files import settings_of
from dicom2fhir.cli.inputs import Inputs
from dicom2fhir.cli.inspection_page import page
from dicom2fhir.cli.inspection_tree import tree
from dicom2fhir.cli.interrupts import run
from dicom2fhir.cli.progress import Watched, progress_on
from dicom2fhir.cli.terminal import Exit, after_signal, say
from dicom2fhir.conversion import Conversion
from dicom2fhir.inspection.survey import survey

if TYPE_CHECKING:
    from argparse import Namespace

    from dicom2fhir.inspection.facts import Overview
    from dicom2fhir.streams import Source

__all__ = ["run_inspect"]


def run_inspect(options: Namespace) -> int:
    """Print the tree, and write the page; the answer is the exit code.

    >>> from dicom2fhir.cli.command_line import parsed
    >>> run_inspect(parsed(["inspect", "no such folder"]))
    Traceback (most recent call last):
    dicom2fhir.cli.terminal.UsageError: 'no such folder': there is no such file or folder; check the spelling
    """
    # a patient is told from another whatever the conversion will do with him
    config = settings_of(options).with_options(patient_policy="put", on_conflict="majority")
    conversion = Conversion(config)
    if options.html:
        AtomicFile(Path(options.html)).discard()  # better now than after an hour
    own = [options.html] if options.html else []
    inputs = Inputs.of(
        options.paths, workers=options.workers, skip_invalid=config.skip_invalid_files, own=own
    )
    progress = progress_on(sys.stderr)
    overviews: list[Overview] = []
    try:
        number = run(_surveyed(Watched(inputs.read_for(conversion), progress), conversion, overviews))
    finally:
        progress.end()
    if number is not None:
        say("interrupted: nothing was looked at to the end; call it again", aside=True)
        return after_signal(number)
    return _show(overviews[0], options)


async def _surveyed(source: Source, conversion: Conversion, overviews: list[Overview]) -> None:
    overviews.append(await survey(source, conversion))


def _show(overview: Overview, options: Namespace) -> int:
    for line in tree(overview, identities=options.identities):
        say(line)
    if options.html:
        text = page(overview, identities=options.identities)
        write_atomically(Path(options.html), text.encode("utf-8", "replace"))
    if not overview.patients:
        named = ", ".join(f"'{path}'" for path in options.paths)
        say(f"no DICOM instance was found in {named}; name a folder or file that holds some", aside=True)
        return Exit.NOTHING
    return Exit.SKIPPED if overview.skipped() else Exit.DONE
