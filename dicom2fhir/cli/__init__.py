"""The command ``dicom2fhir``: convert, inspect, validate, config.

====================  ==================================================================
``parser`` ``texts``  the command line and its help
``converting``        ``convert``; with ``inputs`` (PATHs to one source), ``resuming``, ``sinks``, ``summary``
``inspecting``        ``inspect``; with ``tree`` (text), ``page`` and ``charts`` (HTML)
``validating``        ``validate``
``configuring``       ``config``
====================  ==================================================================

Each command is imported when it is called.  Nothing here imports fhir.resources but ``validate``.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING

from dicom2fhir.cli.exits import Exit, UsageError, after_signal
from dicom2fhir.cli.parser import parsed
from dicom2fhir.cli.saying import say
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
