"""Render problems as text, each with its source line."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spectra_gx.errors import Problem

_WIDEST = 100
_BEFORE = 70


def problems_text(problems: Iterable[Problem]) -> str:
    """Return each problem as `file:line:column: message`, its line, and a caret under the place."""
    return "\n".join(line for problem in problems for line in (str(problem), *_shown(problem)))


def _shown(problem: Problem) -> Iterator[str]:
    """Yield the source line, cut to the width of a screen, and the caret line."""
    if problem.source is None or not problem.source.strip():
        return
    start = max(0, problem.column - 1 - _BEFORE)
    part = problem.source[start : start + _WIDEST]
    line = "".join(letter if letter.isprintable() else " " for letter in part)
    before = line[: problem.column - 1 - start]
    indent = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in before)
    mark = "…" if start else ""
    yield f"    {mark}{line.rstrip()}"
    yield f"    {' ' * (len(mark) + indent)}^"
