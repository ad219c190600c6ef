"""Collect problems, so that a person sees all of them at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from spectra_gx.contract.excerpts import looks_secret
from spectra_gx.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_PROBLEMS = 200
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML's parsers count as the end of a line."""

FAMILIES = {
    "yaml": "The file is not YAML as contracts are written in it.",
    "form": "A key or a value is not of the contract language.",
    "meaning": "What is written contradicts itself, or names what does not exist.",
    "secret": "A secret is written in clear text.",
    "project": "Contracts of one project do not agree with each other.",
    "note": "Something is allowed, but worth knowing.",
}
"""The sorts of problems, for tools that group them: word → purpose."""

_LONGEST_SHOWN = 1000


class Placed(Protocol):
    """Anything that knows where it was written."""

    @property
    def line(self) -> int:
        """1 is the first line."""

    @property
    def column(self) -> int:
        """1 is the first character."""


class TooManyProblems(Exception):  # noqa: N818  # no error: the way out of a hopeless file
    """Reading on would only add to what nobody reads; all so far is in the report."""


class Report:
    """The problems of one file, and what is worth knowing about it."""

    def __init__(self, file: str) -> None:
        self.file = file
        """What messages call the file."""

        self.family = "form"
        """Sort of the problems that are being looked for."""

        self.text = ""
        """The file's text, once it was read as one."""

        self._problems: set[tuple[int, int, str, str]] = set()
        self._notes: set[tuple[int, int, str, str]] = set()

    def add(self, at: Placed, message: str, family: str | None = None) -> None:
        """Note a problem at a place.

        Raises:
            TooManyProblems: There are more than anybody would read.
        """
        if len(self._problems) >= MOST_PROBLEMS:
            more = "this file has more problems than are shown; fix these first"
            if len(self._problems) == MOST_PROBLEMS:
                self._problems.add((at.line, at.column, more, self.family))
            raise TooManyProblems
        self._problems.add((at.line, at.column, message, family or self.family))

    def note(self, at: Placed, message: str) -> None:
        """Note what is no problem but worth knowing."""
        if len(self._notes) < MOST_PROBLEMS:
            self._notes.add((at.line, at.column, message, "note"))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem once, in file order."""
        return tuple(self._reported(self._problems))

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Every note once, in file order."""
        return tuple(self._reported(self._notes))

    def _reported(self, found: Iterable[tuple[int, int, str, str]]) -> Iterator[Problem]:
        lines = LINE_BREAK.split(self.text) if found else []
        for line, column, message, family in sorted(found):
            source = lines[line - 1] if line <= len(lines) else None
            hidden = family == "secret" or len(source or "") > _LONGEST_SHOWN
            if source is not None and (hidden or looks_secret(source)):
                source = None
            yield Problem(self.file, line, column, message, family, source)
