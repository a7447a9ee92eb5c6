"""The table "Speed" of the README, as ratios of one run on this machine.

    python tests/benchmarks/speed.py [--files 1000] [--studies 64] [--write]

Makes its own data, installs the published package into an environment of its own (``.cache/peer``), measures each row in fresh processes,
in turn with what it is compared to, and prints the table; ``--write`` puts it into the README. Half an hour on two cores, most of it the
published package's: each row is told on standard error as soon as it is there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
PEER = ROOT / ".cache" / "peer"
PEER_PACKAGES = ("dicom2fhir==0.1.25", "fhir.resources==8.2.0")
_ROUNDS = 5


def surroundings(path: str) -> dict[str, str]:
    """What a measurement finds around it: modules are compiled once and for all, as in the peer's, which pip has installed."""
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}


def run(python: Path | str, script: Path, *arguments: object) -> dict[str, Any]:
    """What a measurement prints; one core, so that two packages have the same."""
    command = [str(python), str(script), *map(str, arguments)]
    environment = surroundings("" if script.name == "peer.py" else str(ROOT))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=HERE)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ours(*arguments: object) -> dict[str, Any]:
    """One measurement of this package."""
    return run(sys.executable, HERE / "ours.py", *arguments)


def peer_python() -> Path:
    """The interpreter of the published package's own environment, made when it is not there."""
    python = PEER / "bin" / "python"
    if not (PEER / "ready").exists():
        venv.create(PEER, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
        (PEER / "ready").touch()
    return python


def cached(place: Path) -> Path:
    """The same, with the heads of its files in the cache of the system, whatever has happened there since they were written.

    In another process: what the system says of a process's memory begins with that of the one that started it.
    """
    ours("touch", place)
    return place


def alternating(one: Any, other: Any) -> tuple[float, float]:
    """The medians of two measurements that take turns, so that a machine that slows down slows both."""
    pairs = [(one()["seconds"], other()["seconds"]) for _ in range(_ROUNDS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def speed_rows(
    files: Path, many: Path, rows: Path, warm: Path, count: int, studies: int
) -> Iterator[tuple[str, str, str]]:
    """What takes how long, against what."""
    python, script = peer_python(), HERE / "peer.py"
    theirs, mine = alternating(
        lambda: run(python, script, "directory", cached(files), warm),
        lambda: ours("directory", cached(files), warm),
    )
    yield (
        "`from_directory`, one process, models and imports ready on both sides, against 0.1.25",
        "≥ 40 ×",
        f"{theirs / mine:.1f} × ({spaced(count / mine)} instances/s)",
    )
    one, two = alternating(
        lambda: ours("directory", cached(many), warm, 1), lambda: ours("directory", cached(many), warm, 2)
    )
    yield f"{spaced(count * studies)} files with `workers=2` against one", "≥ 1.7 ×", f"{one / two:.2f} ×"
    read = ours("reader", files)
    yield (
        "the reader against `pydicom.dcmread(stop_before_pixels=True)`",
        "≥ 5 ×",
        f"{read['pydicom'] / read['ours']:.1f} ×",
    )
    theirs, mine = alternating(
        lambda: run(python, script, "generator", rows, warm), lambda: ours("generator", rows, warm)
    )
    yield (
        "`from_generator` on ready DICOM JSON, models and imports ready on both sides, against 0.1.25",
        "≥ 15 ×",
        f"{theirs / mine:.1f} ×",
    )
    written = ours("serialize", 5000)
    yield "`to_json` against `model_dump_json`", "≥ 25 ×", f"{written['model'] / written['ours']:.1f} ×"


FIRST = """
import time; start = time.perf_counter()
import asyncio, sys
from dicom2fhir.dicom2fhir import {function}
config = {{"dicom_timezone": "Europe/Berlin", "generator": {{"imaging_study": {{"add_instances": True}}}}}}
async def main():
    bundle = await {function}(sys.argv[1], config)
    {last}
    print(time.perf_counter() - start)
asyncio.run(main())
"""
_COUNTS = (100, 1000, 5000)
_FIRST_GOALS = {"a model": (7, 30, 85), "JSON bytes": (15, 60, 100)}
_WAYS = {  # to what: our function and last step, and theirs
    "a model": (("from_directory", "pass"), ("from_directory", "pass")),
    "JSON bytes": (("collect_directory", "bundle.to_json()"), ("from_directory", "bundle.model_dump_json()")),
}


def first_rows(many: Path) -> Iterator[tuple[str, str, str]]:
    """What a user sees first: a fresh process, imports and all, until the Bundle of so many files is there."""
    return (_first_row(many, target, place) for target in _WAYS for place in range(len(_COUNTS)))


def _first_row(many: Path, target: str, place: int) -> tuple[str, str, str]:
    count, (mine, theirs) = _COUNTS[place], _WAYS[target]
    folder = part_of(many, count)
    seconds_ours, seconds_theirs = alternating(
        lambda: first(sys.executable, str(ROOT), mine, folder),
        lambda: first(peer_python(), "", theirs, folder),
    )
    what = f"a fresh process, imports and all, {spaced(count)} files to {target}, against 0.1.25"
    goal = f"≥ {_FIRST_GOALS[target][place]} ×"
    return (
        what,
        goal,
        f"{seconds_theirs / seconds_ours:.1f} × ({seconds_ours:.2f} s against {seconds_theirs:.2f} s)",
    )


def part_of(many: Path, count: int) -> Path:
    """A folder with links to the first files of many, their heads in the cache of the system."""
    folder = many.parent / f"first{count}"
    if not folder.exists():
        folder.mkdir()
        for number, file in zip(range(count), sorted(many.rglob("*.dcm")), strict=False):
            (folder / f"{number:05}.dcm").symlink_to(file)
    return cached(folder)


def first(python: Path | str, path: str, way: tuple[str, str], folder: Path) -> dict[str, float]:
    """The seconds from the first statement of a process until a Bundle is there."""
    function, last = way
    command = [str(python), "-c", FIRST.format(function=function, last=last), str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=surroundings(path), cwd=PEER
    )
    return {"seconds": float(done.stdout)}


def spaced(number: float) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,.0f}".replace(",", " ")


def memory_rows() -> list[tuple[str, str, str]]:
    """What needs how much, and whether it grows in step."""
    off, on = ours("memory", 100_000, "off"), ours("memory", 100_000, "on")
    small = ours("memory", 1_000, "on")
    exponent = math.log(on["seconds"] / small["seconds"], 100)
    middle = ours("memory", 10_000, "on")
    memory_exponent = math.log10(on["kilobytes"] / max(middle["kilobytes"], 1))
    way, validate = ours("model", 20_000, "whole")["peak"], ours("model", 20_000, "validate")["peak"]
    return [
        (
            "peak memory above the imports, 100 000 instances, `add_instances` off",
            "≤ 30 MB",
            f"{off['kilobytes'] / 1024:.1f} MB",
        ),
        (
            "the same, `add_instances` on",
            "≤ 1.5 KB an instance",
            f"{on['kilobytes'] / 100_000:.2f} KB an instance",
        ),
        (
            "the way to a model against `Bundle.model_validate` alone, peak memory",
            "≤ 1.3 ×",
            f"{way / validate:.2f} ×",
        ),
        (
            "time from 1 000 to 100 000 instances, memory from 10 000",
            "exponent ≤ 1.05",
            f"exponents {exponent:.2f} and {memory_exponent:.2f}",
        ),
    ]


def start_rows(files: Path) -> list[tuple[str, str, str]]:
    """What the first moment costs, and the longest one."""
    stalled = statistics.median(ours("stall", cached(files))["seconds"] for _ in range(3))
    nothing = import_time(sys.executable, "pass")
    package = import_time(sys.executable, "import dicom2fhir") - nothing
    statement = "from dicom2fhir.dicom2fhir import from_directory"
    mine, theirs = import_time(sys.executable, statement), import_time(str(peer_python()), statement)
    return [
        (
            "longest stall of the event loop, studies of 1 000 instances",
            "≤ 50 ms",
            f"{stalled * 1000:.0f} ms",
        ),
        ("`import dicom2fhir`", "≤ 60 ms", f"{package * 1000:.0f} ms"),
        (
            "`from dicom2fhir.dicom2fhir import from_directory`, against 0.1.25",
            "≤ 1 ×",
            f"{mine / theirs:.2f} ×",
        ),
    ]


def import_time(python: str, statement: str) -> float:
    """The seconds that a process with this statement takes, the median."""
    timer = f"import time; t=time.perf_counter(); {statement}; print(time.perf_counter()-t)"
    environment = surroundings("")
    runs = [
        subprocess.run(
            [python, "-c", timer], capture_output=True, text=True, check=True, env=environment, cwd=PEER
        )
        for _ in range(_ROUNDS)
    ]
    return statistics.median(float(one.stdout) for one in runs)


def table(count: int, studies: int) -> str:
    """The whole table, with the machine under it."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("files", "many", "rows.ndjson", "warm")]
        ours("make", *places, count, studies)
        files, many, rows, warm = places
        lines = ["| | goal | measured |", "|---|---|---|"]
        for row in itertools.chain(
            speed_rows(files, many, rows, warm, count, studies),
            first_rows(many),
            memory_rows(),
            start_rows(files),
        ):
            lines.append(f"| {' | '.join(row)} |")
            print(lines[-1], file=sys.stderr, flush=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return "\n".join(
        [*lines, "", f"Measured on {machine}, on {count} CT files of 512 KB with 256 header elements."]
    )


def write(measured: str) -> None:
    """Put the table into the README, between its marks."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    marks = r"(<!-- speed -->\n).*?(<!-- /speed -->)"
    # The goals are the developers'; a reader of the README wants what was measured.
    measured = re.sub(r"^(\|[^|]*\|)[^|]*\|", r"\1", measured, flags=re.MULTILINE)
    readme.write_text(
        re.sub(marks, lambda m: f"{m[1]}\n{measured}\n\n{m[2]}", text, flags=re.DOTALL), "utf-8"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--files", type=int, default=1000, help="how many files to convert (default: %(default)s)"
    )
    parser.add_argument(
        "--studies",
        type=int,
        default=64,
        help="how many times as many for several processes, 98 at the most (default: %(default)s)",
    )
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    measured = table(options.files, options.studies)
    print(measured)
    if options.write:
        write(measured)


if __name__ == "__main__":
    main()
