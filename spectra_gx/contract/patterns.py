"""Decide which regular expressions only Python can evaluate, and bound their cost."""

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

    Infinite where that cannot be known from the outside, such as for a group that repeats.
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


_MOST_STATES = 5_000
_PARTS = re.compile(
    r"""
      (?P<part>\\. | \[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\()
    | (?P<close>\))
    | \{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}
    """,
    re.VERBOSE | re.DOTALL,
)


def is_costly(pattern: str) -> bool:
    """Return whether a linear-time engine, too, may take long for a text.

    Its time is that of the text times that of the pattern, every repeat written out.
    """
    sizes, last, end = [0], 0, 0
    for found in _PARTS.finditer(pattern):
        sizes[-1] += found.start() - end
        last = 1 if found.start() > end else last
        end = found.end()
        if found["part"]:
            sizes[-1], last = sizes[-1] + 1, 1
        elif found["open"]:
            sizes.append(1)
        elif found["close"]:
            last = sizes.pop()
            sizes = sizes or [0]
            sizes[-1] += last
        else:
            times = max(int(count or 0) for count in (found["least"][:9], found["most"][:9]))
            sizes[-1] += last * max(times - 1, 0)
            last *= max(times, 1)
    return sum(sizes) + len(pattern) - end > _MOST_STATES
