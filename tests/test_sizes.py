"""The sizes that keep the house readable: modules and functions."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import dicom2fhir

ROOT = Path(__file__).parent.parent
MODULES = sorted(Path(dicom2fhir.__file__).parent.rglob("*.py"))


def functions() -> list[tuple[str, int]]:
    """Every function with its lines, its docstring not counted: documentation costs nothing."""
    lengths = []
    for path in [*MODULES, ROOT / "build_terminologies.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                first = node.body[0]
                if ast.get_docstring(node) is not None:
                    lines -= (first.end_lineno or first.lineno) - first.lineno + 1
                lengths.append((f"{path.name}:{node.name}", lines))
    return lengths


def test_no_module_is_longer_than_500_lines_and_half_are_shorter_than_120() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {str(path): length for path, length in lengths.items() if length > 500} == {}
    assert statistics.median(lengths.values()) <= 120


def test_no_function_is_longer_than_50_lines_and_half_are_shorter_than_12() -> None:
    lengths = functions()
    assert [function for function in lengths if function[1] > 50] == []
    assert statistics.median(lines for _, lines in lengths) <= 12
