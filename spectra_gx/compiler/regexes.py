r"""Contract patterns and formats as the regexes that GX is asked.

A contract's `$` is the end of the text. Engines disagree on `$` before a final newline, so it is
compiled to `\z`, which Rust, Java and Python from 3.14 on read alike.
"""

from __future__ import annotations

import re

from spectra_gx.contract.patterns import needs_python

_LEAP_YEAR = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    rf"(?:\d{{4}}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    rf"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_NUMERIC = r"(?:0|[1-9][0-9]*)"
_PRE_RELEASE = rf"(?:{_NUMERIC}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"

FORMATS = {
    "semver": rf"^{_NUMERIC}\.{_NUMERIC}\.{_NUMERIC}(?:-{_PRE_RELEASE}(?:\.{_PRE_RELEASE})*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z",
    "email": r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\z",
    "uuid": r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\z",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\x22{}|\\^`]+\z",
    "ipv4": rf"^{_OCTET}(?:\.{_OCTET}){{3}}\z",
    "date": rf"^{_DATE}\z".replace(r"\d", "[0-9]"),
    "masked": r"^\*{3}(?:[^\r\n]{3})?\z",
}
"""Formats that are a regex; `json` is GX's own expectation instead."""


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
