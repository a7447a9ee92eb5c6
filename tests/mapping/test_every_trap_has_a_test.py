"""The published package fell into 77 traps; each has exactly one test that carries its mark."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
TRAPS = [*(f"B{number}" for number in range(1, 76)), "B10b", "B25b"]


def marked() -> Counter[str]:
    """The traps that the tests name, and how many tests name each."""
    marks: Counter[str] = Counter()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
                marks.update(
                    str(argument.value)
                    for call in calls
                    if ast.unparse(call.func) == "pytest.mark.trap"
                    for argument in call.args
                    if isinstance(argument, ast.Constant)
                )
    return marks


MARKED = marked()


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_has_exactly_one_test(trap: str) -> None:
    assert MARKED[trap] == 1


def test_no_test_names_a_trap_that_is_not_listed() -> None:
    assert MARKED.keys() <= set(TRAPS)
