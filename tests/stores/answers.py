"""Answers of commands without what differs from run to run and from place to place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VOLATILE = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d\\?:\d\d(\\?:\d\d(\.\d+)?)?(Z|\+\d\d:?\d\d| UTC)?", "TIME"),
    (r"20\d{6}_\d{6}_\d{6}", "RUN"),
    (r"20\d{6}T\d{6}(\.\d+)?Z", "TIME"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{24})\b", "DIGEST"),
    (r'(seconds|_ms|bytes|size)(\\?"): [\d.e+-]+', r"\1\2: 0"),
    (r"(\d+/\d+ +)\d+\.\d ", r"\1N "),  # in the table of the log
    (r"\b[\d.,]+ (ms|s|min|h|bytes|KB|MB)\b( [\d.,]+ (s|min)\b)*", "N"),
    (r"http://127\.0\.0\.1:\d+", "SERVER"),
    (r" {2,}(?=\S)", "  "),
)
"""Times, ids, durations, sizes of files that have some of these in them, and widths of columns."""


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Return all of it, JSON a value a line."""
        try:
            out = json.dumps(json.loads(self.out), indent=1)
        except ValueError:
            out = self.out
        return f"exit code {self.code}\n{out}\n{self.err}"


def steady(text: str, places: Mapping[str, str]) -> str:
    """Replace places by their names, then times, ids, durations and sizes by a word."""
    for place, name in places.items():
        text = text.replace(place, name)
    for pattern, word in _VOLATILE:
        text = re.sub(pattern, word, text)
    return text


def differences(expected: Mapping[str, Answer], found: Mapping[str, Answer]) -> list[str]:
    """Return how the answers differ, line by line."""
    return [*_differences(expected, found)]


def _differences(expected: Mapping[str, Answer], found: Mapping[str, Answer]) -> Iterator[str]:
    assert expected.keys() == found.keys()
    for name, answer in expected.items():
        lines = (one.text.splitlines() for one in (answer, found[name]))
        different: Any = unified_diff(*lines, "in a folder", "in the store", n=2, lineterm="")
        if told := "\n".join(different):
            yield f"{name}:\n{told}"
