"""Words of 64 bits that depend on a name and a row's number alone, for many rows at once.

Nothing is drawn one after the other: any row of any table can be made alone, in any order and on
any machine, and is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

Rows: TypeAlias = npt.NDArray[np.uint64]
"""Numbers of rows, from 0; also any other whole numbers of 64 bits, one per row."""

NO_ROWS: Rows = np.zeros(0, dtype=np.uint64)
Mask: TypeAlias = npt.NDArray[np.bool_]

MOST_ROWS = 2**32 - 1
"""Rows of a table: their products fit in 64 bits."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST = np.uint64(31)
_GOLDEN_RATIO = (math.sqrt(5) - 1) / 2


def key_of(*names: object) -> int:
    """Return the 64-bit key of a stream that these names identify."""
    text = "\x1f".join(map(str, names))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def words(key: int, rows: Rows) -> Rows:
    """Return one evenly distributed word per row (SplitMix64, whose state is a counter)."""
    mixed = (rows + np.uint64(1)) * _GOLDEN + np.uint64(key)
    for shift, factor in _MIX:
        mixed = (mixed ^ (mixed >> shift)) * factor
    return mixed ^ (mixed >> _LAST)


@dataclass(frozen=True)
class Shuffle:
    """A permutation of the numbers below a count, computed for each number alone."""

    count: int
    key: int

    def __call__(self, rows: Rows) -> Rows:
        """Return the place of each row."""
        if self.count <= 1:
            return rows
        factor = round(self.count * _GOLDEN_RATIO) + self.key % 1009
        while math.gcd(factor, self.count) != 1:
            factor += 1
        offset = (self.key >> 10) % self.count
        size = np.uint64(self.count)
        return (rows * np.uint64(factor % self.count) + np.uint64(offset)) % size


def alike(rows: Rows, groups: Iterable[Rows]) -> Rows:
    """Return rows, with the first of a group in place of each of it; groups are in order."""
    for group in groups:
        if len(group):
            rows = np.where(is_among(rows, group), group[0], rows)
    return rows


def shares_of(share: float, count: int) -> int:
    """Return how many of a count are a share of it."""
    return min(count, max(0, round(share * count)))


def is_among(rows: Rows, chosen: Rows) -> Mask:
    """Return which rows are among chosen ones, which are in order."""
    if not len(chosen):
        return np.zeros(len(rows), dtype=np.bool_)
    place = np.minimum(np.searchsorted(chosen, rows), len(chosen) - 1)
    found: Mask = chosen[place] == rows
    return found
