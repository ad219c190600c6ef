r"""Translate contract patterns into the regexes of GX expectations.

A contract's `$` is the end of the text. Engines disagree on `$` before a final newline, so it is
compiled to `\z`, which Rust, Java and Python from 3.14 on read alike.
"""

from __future__ import annotations

import re

from spectra_gx.contract.patterns import needs_python

_MULTI_LINE = re.compile(r"(?<!\\)\(\?[a-z]*m")
_VERBOSE = re.compile(r"(?<!\\)\(\?[a-z]*x")
_READ_IN_TWO_WAYS = re.compile(
    r"""
      \\[<>]                       # an escaped letter, or the start and end of a word
    | \\[bB]\{                     # an edge of a word before a brace, or a special edge
    | (?:^|[^\\])(?:\\\\)*\{,       # at most so many, or those very characters
    | \[\^?\]?(?:\\.|[^\]\\])*?(?:\[|&&|~~|--)   # characters, or a class in a class
    """,
    re.VERBOSE | re.DOTALL,
)


def only_python(pattern: str) -> bool:
    """Return whether Python must answer a pattern.

    Either linear-time engines cannot, or they read something in it in another way.
    """
    return bool(
        needs_python(pattern) or _VERBOSE.search(pattern) or _READ_IN_TWO_WAYS.search(pattern)
    )


def python_regex(regex: str) -> str:
    r"""Return a compiled regex as Python before 3.14 reads it: `\Z` for `\z`."""
    return re.sub(
        r"\\(.)", lambda pair: r"\Z" if pair[1] == "z" else pair[0], regex, flags=re.DOTALL
    )


def end_of_text(pattern: str) -> str:
    r"""Return the pattern with every `$` that is an anchor, and Python's `\Z`, written `\z`.

    Escaped dollars, dollars in a character class, and the whole pattern under a multi-line flag
    stay as they are.
    """
    if _MULTI_LINE.search(pattern):
        return pattern
    written: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            pair = pattern[position : position + 2]
            written.append(r"\z" if pair == r"\Z" and not in_class else pair)
            position += 2
            continue
        if character == "[" and not in_class:
            in_class = True
            literal = "[^]" if pattern[position : position + 3] == "[^]" else "[]"
            if pattern.startswith(literal, position):
                written.append(literal)
                position += len(literal)
                continue
        elif character == "]":
            in_class = False
        written.append(r"\z" if character == "$" and not in_class else character)
        position += 1
    return "".join(written)
