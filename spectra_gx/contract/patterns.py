"""Which regular expressions only Python can answer."""

from __future__ import annotations

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
