"""Known YAML traps: text that YAML reads differently from what it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_SUSPICIOUS = re.compile(r"(?<= )#(?=[^ #!\n\r])")
_CUTTING = re.compile(r"( +)(#[^ #!\n\r][^\n\r\x85\u2028\u2029]*)")
_OCTAL_LIKE = re.compile("[-+]?0[0-9]+")
_SWITCHES = {
    **dict.fromkeys(("y", "yes", "on"), "true"),
    **dict.fromkeys(("n", "no", "off"), "false"),
}
_HINTS = (
    ("mapping values", "quote a text that contains `: `, or check the indentation"),
    ("cannot start any token", "quote a text that starts with `@`, `%` or a backtick"),
    ("could not find expected ':'", "write `: ` after a key, and check the indentation around it"),
    ("expected key", "check the indentation and the quotes"),
    ("expected <block end>", "check the indentation and the quotes"),
    ("expected ','", "close the bracket, or quote a text that contains any of `[]{},`"),
    ("end of stream", "close the quote or the bracket"),
    ("alphabetic or numeric", "quote a text that starts with `&` or `*`"),
    ("escape character", "write two backslashes inside double quotes, or use single quotes"),
    ("sequence entries", "start a list on a line of its own, or quote the text"),
)
_MOST_WORD = 60


@dataclass(frozen=True, slots=True)
class Comment:
    """What follows a `#` that may have been meant as text."""

    offset: int
    """Characters between the value and the `#`."""

    text: str
    """The rest of the line, `#` included."""

    @property
    def word(self) -> str:
        """Its first word, as a message may show it."""
        return self.text.split(maxsplit=1)[0][:_MOST_WORD]


class Comments:
    """The comments of a text that look as if they were none: `#data-platform`, `issue #12`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.any = _SUSPICIOUS.search(text) is not None

    def cutting(self, index: int) -> Comment | None:
        """Return the comment right after a value that ends at an index."""
        match = _CUTTING.match(self._text, index)
        return None if match is None else Comment(len(match[1]), match[2].rstrip())


def is_octal_like(text: str) -> bool:
    """Return whether a number starts with a 0 that YAML 1.1 takes for octal."""
    return _OCTAL_LIKE.fullmatch(text) is not None


def intended_boolean(text: str) -> str | None:
    """Return `true` or `false` for a word that only YAML 1.1 reads as one."""
    return _SWITCHES.get(text.lower())


def explain_yaml_error(error: Any) -> str:
    """Return why a text is not YAML, in the parser's words and then in a person's."""
    reason = ", ".join(part for part in (error.context, error.problem) if part)
    for words, hint in _HINTS:
        if words in (error.problem or ""):
            return f"this is not YAML: {reason}; {hint}"
    return f"this is not YAML: {reason}; check the indentation, quotes and brackets"
