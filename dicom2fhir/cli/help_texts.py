"""What the help says of each command and argument.  A line of an epilog that begins with ``$`` is an example, and a test runs it."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["COMMANDS", "DESCRIPTION", "EPILOG", "HELP", "CommandHelp"]


class CommandHelp(NamedTuple):
    """What the help says of a command: a line, a paragraph and examples."""

    line: str
    text: str
    examples: str


DESCRIPTION: Final = "DICOM metadata in, FHIR R4B transaction Bundles out."

EPILOG: Final = """\
examples:
  $ dicom2fhir inspect scans
  $ dicom2fhir convert scans -o bundle.json
  $ dicom2fhir validate bundle.json

'dicom2fhir COMMAND --help' says more about each command.
"""

_EXITS: Final = """\
exit codes:
  0    all was converted
  1    nothing was converted, the work could not go on, or --strict and something was found
  2    wrong use: an argument, a path or a configuration that cannot be used
  3    converted, but files or instances were skipped
  130  interrupted by Ctrl-C (SIGINT); 143: by SIGTERM; 141: nobody reads the output
"""

COMMANDS: Final = {
    "convert": CommandHelp(
        "convert DICOM files to FHIR Bundles",
        """\
Convert DICOM files, and DICOM JSON, to FHIR transaction Bundles.

One ImagingStudy is made for each study, whichever PATHs its files lie in, with its Patient, Devices and
Observations.  A summary on standard error says what was converted, skipped and found.
Nothing that is written is ever half a file: Ctrl-C ends the run cleanly with what is done, which is the files of
the studies that were finished (per-study), or their lines in FILE.partial (ndjson).""",
        f"""\
examples:
  $ dicom2fhir convert scans -o bundle.json
  $ dicom2fhir convert scans more/IM0001.dcm --format ndjson -o bundles.ndjson --instances
  $ dicom2fhir convert scans -o studies/ --format per-study --resume --workers 2
  $ dicom2fhir convert scans --config dicom2fhir.toml --timezone Europe/Berlin --report findings.json -o bundle.json
  $ dicom2fhir convert scans --profile mii --no-vital-signs -o mii.json
  $ cat study.ndjson | dicom2fhir convert - --format ndjson > bundles.ndjson

{_EXITS}""",
    ),
    "inspect": CommandHelp(
        "show what is in a folder",
        """\
Show the patients, studies and series of some folders and files: counts, modalities, dates, conflicts, and what
a conversion would skip.  Nothing is converted, and no patient is named unless you say --identities.""",
        """\
examples:
  $ dicom2fhir inspect scans
  $ dicom2fhir inspect scans study.json --html overview.html
  $ dicom2fhir inspect scans --identities

exit codes:
  0    all can be converted
  1    there is no DICOM instance, or the work could not go on
  2    wrong use: an argument or a path that cannot be used
  3    files or instances would be skipped
  130  interrupted by Ctrl-C (SIGINT); 143: by SIGTERM
""",
    ),
    "validate": CommandHelp(
        "check Bundles against the FHIR R4B models",
        """\
Check Bundles against the models of fhir.resources, and say where in the file each error is.  A .ndjson file holds a
Bundle on each line.  What an element holds is not repeated: Bundles are about patients.""",
        """\
examples:
  $ dicom2fhir validate bundle.json
  $ dicom2fhir validate bundle.json bundles.ndjson

exit codes:
  0    every Bundle is valid
  1    at least one is not
  2    wrong use: an argument or a file that cannot be used
""",
    ),
    "config": CommandHelp(
        "print an example configuration, or check one",
        """\
Print a configuration with every option, its default and what it does, or say what in a file is unknown or
cannot be used.  TOML needs Python 3.11 or newer to be read; JSON is always understood.""",
        """\
examples:
  $ dicom2fhir config --example > example.toml
  $ dicom2fhir config --example --json > example.json
  $ dicom2fhir config --check dicom2fhir.toml

exit codes:
  0    the configuration can be used
  2    something in it is unknown or cannot be used
""",
    ),
}

HELP: Final = {
    "path": (
        "a folder (with all folders below it), a DICOM file, a .json or .ndjson file of DICOM JSON,"
        " or - for NDJSON on standard input"
    ),
    "output": (
        "where to write: a file; a folder for per-study, which is made when it is not there;"
        " or - for standard output (default: -)"
    ),
    "format": (
        "bundle: one Bundle of all studies; ndjson: a Bundle for each study, one a line;"
        " per-study: a file for each study, named after the id of its ImagingStudy"
        " (default: by the output: per-study for a folder, ndjson for a .ndjson file, otherwise bundle)"
    ),
    "config": "options in a .toml or .json file; see 'dicom2fhir config --example'.  Flags win",
    "timezone": "zone of the times that say none: a name such as Europe/Berlin, or an offset such as +01:00",
    "workers": "read files with N processes (default: 1)",
    "instances": "list every instance in its series",
    "no_vital_signs": "make no Observations of body weight, height and mass index",
    "profile": "a profile pack: mii",
    "report": (
        "write every finding to a JSON file: what was skipped, left out, guessed or in conflict, with the"
        " path of the file where it is known"
    ),
    "strict": (
        "take every finding for an error: exit code 1, and what it concerns is not written (the study in ndjson"
        " and per-study; the whole in bundle)"
    ),
    "resume": (
        "with per-study: go on where an earlier run stopped.  A study is passed over when its file is whole and was"
        " made with the same options of as many files; what was found in it is not told again"
    ),
    "identities": "show ids, names, descriptions, file names and body parts without a code as well",
    "html": "write the same as one page for a browser, with charts; it loads nothing from anywhere",
    "bundles": "a .json file with a Bundle, or a .ndjson file with one on each line",
    "example": "print a configuration with every option",
    "check": "check a .toml or .json file",
    "as_json": "print the example as JSON, which has no comments",
}
"""What the help says of each argument."""
