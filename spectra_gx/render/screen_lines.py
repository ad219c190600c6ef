"""Lines of a screen: a text, and what of it matters how; whoever writes them may colour them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tone(StrEnum):
    """What the beginning of a line, or all of it, is about."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    WARNING = "warning"
    PLAIN = "plain"
    ASIDE = "aside"
    """Worth a look only to those who look for it."""


@dataclass(frozen=True)
class Line:
    """A line that says the same without its tone."""

    text: str
    tone: Tone = Tone.PLAIN
    toned: int | None = None
    """How many of the first letters have the tone; all of them without it."""

    indent: int = 0


def plain_text(lines: Iterable[Line]) -> str:
    """Return lines as plain text."""
    return "\n".join(" " * line.indent + printable(line.text) for line in lines)


def printable(text: str) -> str:
    """Return a text that moves no cursor, rings no bell and turns nothing around."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "�" for letter in text
    )
