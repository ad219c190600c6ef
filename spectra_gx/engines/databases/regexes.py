r"""Write regular expressions for databases where they mean the same in Rust and Python.

Only what every engine was found to read alike is let through, and what is not is matched by Python:
flags, word boundaries and `\w`, whose letters differ, look-around, classes within classes.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

from spectra_gx.compiler.regexes import only_python

_HEX = r"\\x[0-9A-Fa-f]{2}"
_ESCAPED = r"\\[AzdDsSnrtfv.^$|()\[\]{}*+?/\\#\"'@!%&,:;<=>`~ -]"
_OUTSIDE = re.compile(
    rf"{_ESCAPED}|{_HEX}|\(\?:|\(\?P<\w+>|\((?!\?)|\[\^?|\{{\d+(?:,\d*)?\}}\??|[^\\(]", re.DOTALL
)
_INSIDE = re.compile(rf"{_ESCAPED}|{_HEX}|[^\\]", re.DOTALL)
_ANY_LETTER = re.compile(r"\\A\(\?s:(.*)\)\\z", re.DOTALL)
"""What LIKE is written as: a dot is any letter, a line feed, too."""

_SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
_SPACES += "\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True)
class RegexForm:
    """What one engine's patterns write in another way."""

    end: str
    """The end of the text: `\\z`."""

    digits: str | None = None
    """The inside of a class of all digits of Unicode; None spells their ranges."""

    group: str = "(?:"
    """What begins a group that nothing refers to."""


def database_regex(pattern: str, form: RegexForm) -> str | None:
    """Return a pattern as an engine reads it; None where Python has to match it."""
    if only_python(pattern):
        return None
    whole = _ANY_LETTER.fullmatch(pattern)
    if whole is None:
        return _written(pattern, form, dot=r"[^\n]")
    inner = _written(whole[1], form, dot=rf"{form.group}.|\n)")
    return None if inner is None else rf"\A{form.group}{inner}){form.end}"


def _written(pattern: str, form: RegexForm, *, dot: str) -> str | None:
    written: list[str] = []
    at, inside, first = 0, False, False
    while at < len(pattern):
        found = (_INSIDE if inside else _OUTSIDE).match(pattern, at)
        if found is None:
            return None
        piece, at = found[0], found.end()
        part = _inside(piece, form, first=first) if inside else _outside(piece, form, dot)
        if part is None:
            return None
        written.append(part)
        first = not inside and piece.startswith("[")
        inside = (inside or first) and piece != "]"
    return None if inside else "".join(written)


def _outside(piece: str, form: RegexForm, dot: str) -> str | None:
    if piece in _CLASSES:
        return f"[{_members(piece, form)}]"
    if piece in _NEGATED:
        return f"[^{_members(piece.lower(), form)}]"
    if piece in ("{", "}", "]", "$"):
        return None  # engines take these for letters, for mistakes, or for the end of a line
    if piece.startswith("(?P<"):
        return "("
    if piece == "(?:":
        return form.group
    if piece in (r"\z", "."):
        return form.end if piece == r"\z" else dot
    return _literal(piece)


def _inside(piece: str, form: RegexForm, *, first: bool) -> str | None:
    if piece in _CLASSES:
        return _members(piece, form)
    if piece in _NEGATED or piece in (r"\A", r"\z", "[") or (first and piece in ("]", "-", "^")):
        return None
    return _literal(piece, inside=True)


_LETTERS = {r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\f": "\f", r"\v": "\v"}
_SPECIAL = r"\.^$|()[]{}*+?"
_SPECIAL_INSIDE = r"\^-[]"


def _literal(piece: str, *, inside: bool = False) -> str | None:
    """Return a piece that is a letter as every engine reads it; others stay."""
    if not piece.startswith("\\") or piece == r"\A":
        return piece
    letter = _LETTERS.get(piece) or (chr(int(f"0{piece[1:]}", 0)) if piece[1] == "x" else piece[1])
    if letter == "\0":
        return None
    return f"\\{letter}" if letter in (_SPECIAL_INSIDE if inside else _SPECIAL) else letter


_CLASSES = (r"\d", r"\s")
_NEGATED = (r"\D", r"\S")


def _members(piece: str, form: RegexForm) -> str:
    if piece == r"\s":
        return _SPACES
    return form.digits or _digit_ranges()


@cache
def _digit_ranges() -> str:
    """Return the ranges of all digits: they come in tens."""
    zeros = (
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) == "Nd" and unicodedata.digit(chr(code)) == 0
    )
    return "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in zeros)
