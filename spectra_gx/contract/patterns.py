"""Which regular expressions only Python can answer, and what it may cost."""

from __future__ import annotations

import math
import re

_PIECES = re.compile(
    r"""
      (?P<escape>\\.)
    | (?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<group>\(\?(?:[=!>(]|<[=!]|P=))
    | (?P<possessive>[*+?}]\+)
    """,
    re.VERBOSE | re.DOTALL,
)

_MOST_CHOICES = 20
_CHOICES = re.compile(
    r"""
      \\. | \[\^?\]?(?:\\.|[^\]\\])*\] | \(\?   # no choice: an escape, a class, how a group starts
    | (?P<again>\)[*+{])                         # a group that may be tried in many ways
    | (?P<choice>[*+?{|])
    """,
    re.VERBOSE | re.DOTALL,
)


def needs_python(pattern: str) -> bool:
    """Return whether a pattern uses what linear-time engines leave out.

    Those are look-around, back-references, conditions, atomic groups and possessive repeats.
    """
    for piece in _PIECES.finditer(pattern):
        if piece["group"] or piece["possessive"]:
            return True
        if piece["escape"] and piece["escape"][1] in "123456789":
            return True
    return False


def most_steps(pattern: str, length: int) -> float:
    """Return how many steps a backtracking engine may take on a text of so many characters.

    Infinite where that cannot be said from the outside, such as for a group that repeats.
    """
    if needs_python(pattern):
        return math.inf
    found = list(_CHOICES.finditer(pattern))
    if any(piece["again"] for piece in found):
        return math.inf
    choices = sum(piece["choice"] is not None for piece in found)
    if choices > _MOST_CHOICES:
        return math.inf
    return math.comb(length + choices + 1, choices + 1) << pattern.count("|")
