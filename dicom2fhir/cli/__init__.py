"""The command ``dicom2fhir``: convert, inspect, validate, config.

The commands, and what each of them alone uses:

===================  ==================================================================================================
``command_line``     which commands and arguments there are; ``--version``
``help_texts``       what ``--help`` says of them, with examples
``converting``       ``convert``: PATHs to Bundles
``outputs``          where its Bundles go: standard output, a file, a file of lines, a folder with a file for each study
``resuming``         ``--resume``: which studies an output folder holds already, and the source without them
``summary``          the end of a conversion: its exit code, its summary, and what ``--report`` writes
``inspecting``       ``inspect``: what is in some folders and files
``inspection_tree``  what it prints: a tree of patients, studies and series
``inspection_page``  what ``--html`` writes: a page, styled by ``inspection_page.css``
``svg_charts``       the charts on that page
``validating``       ``validate``: Bundles against the models of fhir.resources
``configuring``      ``config``: an example with every option, and a check of a file
===================  ==================================================================================================

What several of them use:

===================  ==================================================================================================
``config_files``     ``--config``: options from a TOML or JSON file and from flags, and what is wrong with them
``inputs``           the PATHs of a command as one source of data sets
``ndjson_lines``     the lines of such a source, from a file or from standard input
``atomic_files``     files that are written whole or not at all; a text file of the user's is read here too
``progress``         how far the work is, on standard error
``interrupts``       work that Ctrl-C or SIGTERM ends cleanly
``terminal``         lines for people, exit codes, and errors that a user can mend
===================  ==================================================================================================

Each command is imported when it is called.  Nothing here imports fhir.resources but ``validating``.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING

from dicom2fhir.cli.command_line import parsed
from dicom2fhir.cli.terminal import Exit, UsageError, after_signal, say
from dicom2fhir.errors import ConfigError, Dicom2FhirError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the answer is its exit code.

    >>> main(["config", "--check", "config.yaml"])
    2
    """
    try:
        options = parsed(argv)
    except SystemExit as leaving:  # argparse has said why
        return leaving.code if isinstance(leaving.code, int) else int(Exit.USAGE)
    try:
        with warnings.catch_warnings():
            _hush()
            code = _run(options)
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes it once more
        return after_signal(13)
    except KeyboardInterrupt:
        return after_signal(signal.SIGINT)
    except (UsageError, ConfigError) as error:
        say(f"dicom2fhir {options.command}: error: {error}", aside=True)
        return int(Exit.USAGE)
    except Dicom2FhirError as error:
        say(f"dicom2fhir {options.command}: error: {error}", aside=True)
        return int(Exit.NOTHING)
    return int(code)


def _run(options: Namespace) -> int:
    if options.command == "convert":
        from dicom2fhir.cli.converting import run_convert

        return run_convert(options)
    if options.command == "inspect":
        from dicom2fhir.cli.inspecting import run_inspect

        return run_inspect(options)
    if options.command == "validate":
        from dicom2fhir.cli.validating import run_validate

        return run_validate(options)
    from dicom2fhir.cli.configuring import run_config

    return run_config(options)


def _hush() -> None:
    """What pydicom warns of may repeat a patient's value; what matters of it is a finding, and findings are summed up."""
    warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
    for name in ("pydicom", "dicom2fhir"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
