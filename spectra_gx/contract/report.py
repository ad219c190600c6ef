"""Collecting problems, so that a person meets all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from spectra_gx.contract.secrets import looks_secret
from spectra_gx.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_QUOTE = 60


class Placed(Protocol):
    """Anything that knows where it was written."""

    @property
    def line(self) -> int:
        """1 is the first line."""

    @property
    def column(self) -> int:
        """1 is the first character."""


class Report:
    """The problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, at: Placed, message: str) -> None:
        """Note a problem at a place."""
        self._problems.append(Problem(self.file, at.line, at.column, message))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem once, in file order."""
        return tuple(sorted(set(self._problems), key=lambda p: (p.line, p.column, p.message)))


def quote(text: str) -> str:
    """Return the text as a message may show it: one line, not too long, never a secret."""
    if looks_secret(text):
        return "‹redacted›"
    line = text[:_LONGEST_QUOTE]
    if not line.isprintable():
        line = "".join(letter if letter.isprintable() else " " for letter in line)
    return f"'{line}…'" if len(text) > _LONGEST_QUOTE else f"'{line}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` — did you mean 'x'?` for the nearest known word, or nothing."""
    import difflib  # noqa: PLC0415  # only a mistake pays for it

    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word[:100].lower(), folded, n=1)
    return f" — did you mean {quote(folded[near[0]])}?" if near else ""
