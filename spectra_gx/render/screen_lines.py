"""Lines of a screen, each with a tone that the terminal may colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tone(StrEnum):
    """What the start of a line, or all of it, means."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    WARNING = "warning"
    PLAIN = "plain"
    DETAIL = "detail"
    """Details."""


@dataclass(frozen=True)
class Line:
    """A line of text; its tone adds nothing that the text does not say."""

    text: str
    tone: Tone = Tone.PLAIN
    toned: int | None = None
    """How many of the first characters have the tone; None for all."""

    indent: int = 0


def plain_text(lines: Iterable[Line]) -> str:
    """Return lines as plain text."""
    return "\n".join(" " * line.indent + printable(line.text) for line in lines)


def printable(text: str) -> str:
    """Return a text without characters that control a terminal."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "�" for letter in text
    )
