"""Which places of a domain the rows of a column take, where that is not left to chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from spectra_gx.generate.values.domains import MOST, Domain
from spectra_gx.generate.values.streams import Rows, Shuffle, is_among, words

if TYPE_CHECKING:
    from collections.abc import Sequence

Places: TypeAlias = tuple[Rows, Rows]
"""For each row the first place that its value may have, and how many from there on."""


class Chooser(Protocol):
    """Chooses places for rows."""

    def places(self, rows: Rows, domain: Domain, key: int) -> Places:
        """Return where the value of each row is."""


@dataclass(frozen=True, eq=False)
class System:
    """Numbers with a digit for each of several columns; each row has a number of its own.

    As long as there are as many numbers as rows, no two rows have the same digits. Numbers grow
    with the rows' rank, so that rows in that order are sorted by their digits, the first one first.
    """

    count: int
    """Rows."""

    sizes: tuple[int, ...]
    """Of the domains, one per digit."""

    key: int
    by_row: bool = True
    """Whether the rank is the row's number; a shuffled one otherwise."""

    descending: bool = False
    dropped: Rows | None = None
    """Rows, in order, that come before all others although it is not their turn."""

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return prod(self.sizes)

    def rank(self, rows: Rows) -> Rows:
        """Return the place of each row among all."""
        rank = rows if self.by_row else Shuffle(self.count, self.key)(rows)
        if self.dropped is not None:
            rank = np.where(is_among(rows, self.dropped), np.uint64(0), rank)
        return np.uint64(self.count - 1) - rank if self.descending else rank

    def digits(self, rows: Rows, number: int) -> Places:
        """Return one digit of each row's number."""
        rank, total = self.rank(rows), self.total
        step = total // max(self.count, 1)
        if len(self.sizes) == 1 and step:
            return rank * np.uint64(step), np.full(len(rows), step, np.uint64)
        if step:
            value = rank * np.uint64(step) + words(self.key, rank) % np.uint64(step)
        else:
            value = rank * np.uint64(total) // np.uint64(max(self.count, 1))
        later = prod(self.sizes[number + 1 :])
        digit = value // np.uint64(later) % np.uint64(self.sizes[number])
        return digit, np.ones(len(rows), np.uint64)


def limited(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return sizes whose product is not beyond what numbers of 64 bits can tell apart."""
    if prod(sizes) <= MOST:
        return tuple(sizes)
    most = 2 ** (62 // len(sizes))
    return tuple(min(size, most) for size in sizes)


@dataclass(frozen=True)
class Digit:
    """The digit of one column in a system."""

    system: System
    number: int = 0

    def places(self, rows: Rows, domain: Domain, key: int) -> Places:
        """Return where the value of each row is."""
        del domain, key
        return self.system.digits(rows, self.number)


@dataclass(frozen=True)
class Curve:
    """A distribution: the place of a value by its rank, exactly, whatever the rows are."""

    count: int
    """Rows with a value."""

    missing: int
    """Rows without one."""

    shuffle: Shuffle
    ranks: tuple[float, ...]
    """From 0 to 1, in order."""

    heights: tuple[float, ...]
    """The places at these ranks, in order; between two they lie on a line."""

    def places(self, rows: Rows, domain: Domain, key: int) -> Places:
        """Return where the value of each row is."""
        del key
        place = self.shuffle(rows)
        rank = np.where(place < np.uint64(self.missing), 0, place - np.uint64(self.missing))
        return self.at(rank.astype(np.float64), domain.size), np.ones(len(rows), np.uint64)

    def at(self, rank: npt.NDArray[np.float64], size: int) -> Rows:
        """Return the places of ranks, counted from 0."""
        shares = (rank + 0.5) / max(self.count, 1)
        heights = np.interp(shares, self.ranks, self.heights)
        places = np.maximum(np.rint(heights), 0).astype(np.uint64)
        return np.minimum(places, np.uint64(size - 1))  # a float may be beyond the last place


@dataclass(frozen=True)
class Newest:
    """Left to chance, but for one row, which has the last place."""

    missing: int
    shuffle: Shuffle

    def places(self, rows: Rows, domain: Domain, key: int) -> Places:
        """Return where the value of each row is."""
        low, width = domain.spread(words(key, rows))
        last = self.shuffle(rows) == np.uint64(max(self.shuffle.count - 1, self.missing))
        return np.where(last, np.uint64(domain.size - 1), low), np.where(last, np.uint64(1), width)
