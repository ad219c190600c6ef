"""Markdown that shows what a contract or a table says letter by letter, and calls nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL = re.compile(r"([!#$&()*:<>@\[\\\]^_`{|}~]|(?<=www)\.)", re.IGNORECASE)
_CALLING = re.compile(r"[@#]|(?<=gh)-", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """Return a text that Markdown shows letter by letter and that calls nobody."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    escaped = _SPECIAL.sub(r"\\\1", line)
    return _CALLING.sub(lambda match: f"{match[0]}\N{ZERO WIDTH SPACE}", escaped)


def details_block(summary: str, lines: Iterable[str]) -> list[str]:
    """Return lines that a click on their summary shows."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>"]
