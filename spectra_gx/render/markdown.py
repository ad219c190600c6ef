"""Write Markdown that shows text of contracts and tables literally and mentions nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL = re.compile(r"([!#$&()*:<>@\[\\\]^_`{|}~]|(?<=www)\.)", re.IGNORECASE)
_ESCAPED_NAME = re.compile(r"\\`(?:[A-Za-z0-9.]|\\_)+\\`")
_CALLING = re.compile(r"[@#]|(?<=gh)-", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """Return a text that Markdown shows letter by letter, without mentions or links."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    escaped = _SPECIAL.sub(r"\\\1", line)
    return _CALLING.sub(lambda match: f"{match[0]}\N{ZERO WIDTH SPACE}", escaped)


def escape_message(text: str) -> str:
    """Return a text as `escape_markdown` does, but with names in backticks shown as code."""
    return _ESCAPED_NAME.sub(lambda match: match[0].replace("\\", ""), escape_markdown(text))


def details_block(summary: str, lines: Iterable[str]) -> list[str]:
    """Return lines that unfold under their summary."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>"]
