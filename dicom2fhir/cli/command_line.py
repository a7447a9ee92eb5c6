"""The command line: which arguments there are, and what ``--version`` answers."""

from __future__ import annotations

import argparse
import difflib
import importlib.metadata
from typing import TYPE_CHECKING, Any, Final, NoReturn

from dicom2fhir.cli.help_texts import COMMANDS, DESCRIPTION, EPILOG, HELP

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Parser", "command_line", "parsed", "version"]


class Parser(argparse.ArgumentParser):
    """An argparse parser that takes options as they are spelt, and says what to do when they are not."""

    def __init__(self, **settings: Any) -> None:
        settings = {
            "allow_abbrev": False,
            "formatter_class": argparse.RawDescriptionHelpFormatter,
            **settings,
        }
        super().__init__(**settings)

    @property
    def arguments(self) -> list[argparse.Action]:
        """What it takes."""
        return self._actions

    def error(self, message: str) -> NoReturn:
        """Say what was wrong, and leave with exit code 2."""
        self.exit(2, f"{self.prog}: error: {message}\nSee '{self.prog} --help'.\n")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Say which argument is not known, and which one may have been meant."""
        name = unknown[0].partition("=")[0]
        known = [option for argument in self.arguments for option in argument.option_strings]
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"; did you mean '{near[0]}'?" if near else ""
        self.error(f"'{unknown[0]}' is not an argument of this command{advice}")


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of a command line.

    >>> parsed(["inspect", "scans"]).paths
    ['scans']
    """
    parser, commands = command_line()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        commands.get(options.command, parser).refuse(unknown)
    if options.command is None:
        parser.error(f"say what to do: {', '.join(commands)}")
    return options


def command_line() -> tuple[Parser, dict[str, Parser]]:
    """The parser, and that of each command.

    >>> sorted(command_line()[1])
    ['config', 'convert', 'inspect', 'validate']
    """
    parser = Parser(prog="dicom2fhir", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"dicom2fhir {version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    parsers: dict[str, Parser] = {}
    for name, add in _COMMANDS.items():
        words = COMMANDS[name]
        parsers[name] = commands.add_parser(
            name, help=words.line, description=words.text, epilog=words.examples
        )
        add(parsers[name])
    return parser, parsers


def version() -> str:
    """The version that is installed."""
    try:
        return importlib.metadata.version("dicom2fhir")
    except importlib.metadata.PackageNotFoundError:
        return "unknown (not installed)"


def _convert(parser: Parser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help=HELP["path"])
    parser.add_argument("-o", "--output", metavar="FILE|DIR|-", help=HELP["output"])
    parser.add_argument("--format", choices=("bundle", "ndjson", "per-study"), help=HELP["format"])
    _add_conversion(parser)
    parser.add_argument("--instances", action="store_true", help=HELP["instances"])
    parser.add_argument("--no-vital-signs", action="store_true", help=HELP["no_vital_signs"])
    parser.add_argument("--profile", metavar="NAME", help=HELP["profile"])
    parser.add_argument("--report", metavar="FILE", help=HELP["report"])
    parser.add_argument("--strict", action="store_true", help=HELP["strict"])
    parser.add_argument("--resume", action="store_true", help=HELP["resume"])


def _add_conversion(parser: Parser) -> None:
    parser.add_argument("--config", metavar="FILE", help=HELP["config"])
    parser.add_argument("--timezone", metavar="ZONE", help=HELP["timezone"])
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help=HELP["workers"])


def _inspect(parser: Parser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help=HELP["path"])
    parser.add_argument("--identities", action="store_true", help=HELP["identities"])
    parser.add_argument("--html", metavar="FILE", help=HELP["html"])
    _add_conversion(parser)


def _validate(parser: Parser) -> None:
    parser.add_argument("paths", nargs="+", metavar="FILE", help=HELP["bundles"])


def _config(parser: Parser) -> None:
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--example", action="store_true", help=HELP["example"])
    action.add_argument("--check", metavar="FILE", help=HELP["check"])
    parser.add_argument("--json", action="store_true", help=HELP["as_json"])


_COMMANDS: Final = {"convert": _convert, "inspect": _inspect, "validate": _validate, "config": _config}


def _workers(number: str) -> int:
    if not number.isdecimal() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"'{number}' is not a number of processes; 1 or more would do")
    return int(number)
