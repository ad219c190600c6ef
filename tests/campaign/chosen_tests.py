"""Which tests a mutant meets: those that execute the mutated statement, fastest first."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True)
class Statement:
    """A statement of a module, without the statements inside it."""

    lines: range
    at_import: bool
    """Whether it runs when its module is imported."""


def statement_at(module: ast.Module, line: int) -> Statement:
    """Find the innermost statement that a line belongs to."""
    around = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.stmt) and _first(node) <= line <= (node.end_lineno or 0)
    ]
    innermost = around[-1]
    inside = [_first(node) for node in ast.walk(innermost) if isinstance(node, ast.stmt)][1:]
    end = min(inside, default=(innermost.end_lineno or 0) + 1)
    # `except` and `case` stand between statements.
    lines = range(_first(innermost), end) if line < end else range(line, line + 1)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return Statement(lines, not any(isinstance(node, functions) for node in around[:-1]))


def _first(statement: ast.stmt) -> int:
    return min(
        [statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))]
    )


def executing(contexts: Iterable[str], seconds: Mapping[str, float]) -> list[str]:
    """Return the tests that contexts of pytest-cov mean (`test|run`, `test|setup`), fastest first.

    A fixture is shared: what one test sets up, each test of its file may assert.
    """
    found = set()
    for context in contexts:
        test, _, phase = context.rpartition("|")
        if phase == "setup":
            found |= {other for other in seconds if file_of(other) == file_of(test)}
        elif test in seconds:
            found.add(test)
    return sorted(found, key=lambda test: (seconds[test], test))


def within(tests: Sequence[str], seconds: Mapping[str, float], at_most: float) -> list[str]:
    """Choose, in this order, tests that together take so long; at least one."""
    shared = shared_seconds(seconds)
    chosen, left = [], at_most
    for test in tests:
        file = file_of(test)
        cost = seconds[test] + shared[file]
        if cost <= left:
            left -= cost
            shared[file] = 0
            chosen.append(test)
    return chosen or list(tests[:1])


def shared_seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return for each file how long what its tests share may take.

    It was counted for the test that came first, which can be the slowest.
    """
    shared: dict[str, float] = {}
    for test, taken in seconds.items():
        shared[file_of(test)] = max(taken, shared.get(file_of(test), 0))
    return shared


def file_of(test: str) -> str:
    """Return the file that a test is in."""
    return test.partition("::")[0]
