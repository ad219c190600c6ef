"""Decide whether a type can store every value of another."""

from __future__ import annotations

import re

from spectra_gx.contract.column_types import BITS

_PIECE = re.compile(r"decimal\((\d+),(\d+)\)|`(?:[^`]|``)+`|\w+|[<>,:]")


def is_widening(old: str, new: str) -> bool:
    """Return whether a canonical type can store every value of another one without loss.

    Whole numbers of more bits, `float` to `double`, decimals with more digits before the point,
    and any of these nested where all else is equal.
    """
    before, after = ([match[0] for match in _PIECE.finditer(text)] for text in (old, new))
    if len(before) != len(after) or before == after:
        return False
    following = [*after[1:], ""]
    return all(
        one == other or (behind != ":" and _piece_widens(one, other))
        for one, other, behind in zip(before, after, following, strict=True)
    )


def _piece_widens(old: str, new: str) -> bool:
    if old in BITS and new in BITS:
        return BITS[old] < BITS[new]
    if old.startswith("decimal(") and new.startswith("decimal("):
        before, after = (_PIECE.fullmatch(text) for text in (old, new))
        if before is None or after is None:
            return False
        return before[2] == after[2] and int(before[1]) < int(after[1])
    return (old, new) == ("float", "double")
