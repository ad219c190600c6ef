"""What a value may be: an ordered set that is never written out, addressed by place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.generate.values.streams import Mask, Rows, words

if TYPE_CHECKING:
    from spectra_gx.generate.values.grids import Grid

MOST = 2**62
"""Places of a domain that are used; places of two of them fit side by side in 64 bits."""

_ATTEMPTS = 64

Accepts: TypeAlias = Callable[[pa.Array, Rows], Mask]
"""From values, and which of the rows asked for they are in, to whether each may be there."""


class UnmetError(Exception):
    """No value was found that satisfies everything at once."""


class Domain(Protocol):
    """The values that may be drawn."""

    @property
    def size(self) -> int:
        """How many there are, up to `MOST`."""

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Return for each random word where a value is drawn from: first place, and how many."""

    def accepts(self, values: pa.Array) -> Mask | None:
        """Return which of its own values really may be drawn; None where all may."""


@dataclass(frozen=True)
class Listed:
    """Values that are known one by one."""

    values: pa.Array

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.values)

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        return self.values.take(pa.array(index))

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw from all."""
        return whole(self, drawn)

    def accepts(self, values: pa.Array) -> Mask | None:
        """Accept all."""
        del values
        return None


@dataclass(frozen=True)
class Steps:
    """So many steps of a grid, but for a few values."""

    grid: Grid
    first: int
    count: int
    without: pa.Array | None = None

    @property
    def size(self) -> int:
        """How many there are."""
        return min(self.count, MOST)

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        return self.grid.decode(self.first, index)

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw from all."""
        return whole(self, drawn)

    def accepts(self, values: pa.Array) -> Mask | None:
        """Refuse what is left out."""
        if self.without is None:
            return None
        return ~mask_of(pc.is_in(values, value_set=self.without))


@dataclass(frozen=True)
class Octets:
    """Texts of bytes, of two lengths."""

    length: int = 8

    @property
    def size(self) -> int:
        """How many there are."""
        return MOST

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        fixed = pa.py_buffer(index.astype(">u8").tobytes())
        return pa.Array.from_buffers(pa.binary(self.length), len(index), [None, fixed]).cast(
            pa.binary()
        )

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw from all."""
        return whole(self, drawn)

    def accepts(self, values: pa.Array) -> Mask | None:
        """Accept all."""
        del values
        return None


def whole(domain: Domain, drawn: Rows) -> tuple[Rows, Rows]:
    """Draw from all places of a domain."""
    return np.zeros(len(drawn), np.uint64), np.full(len(drawn), domain.size, np.uint64)


def pick(
    domain: Domain,
    low: Rows,
    width: Rows,
    key: int,
    rows: Rows,
    *,
    accepts: Accepts | None = None,
) -> pa.Array:
    """Return one value per row, from `width` places on from `low`.

    A value that may not be there is drawn again, in the same places.

    Raises:
        UnmetError: None was found.
    """
    values = domain.take(low + words(key, rows) % width)
    everywhere = np.arange(len(rows), dtype=np.uint64)
    bad = everywhere[~_accepted(domain, values, everywhere, accepts)]
    for attempt in range(1, _ATTEMPTS):
        if not len(bad):
            return values
        again = words(key + attempt * 0x10001 & 0xFFFFFFFFFFFFFFFF, rows[bad]) % width[bad]
        drawn = domain.take(low[bad] + again)
        fits = _accepted(domain, drawn, bad, accepts)
        values = replaced(values, bad[fits], drawn.filter(pa.array(fits)))
        bad = bad[~fits]
    if len(bad):
        raise UnmetError
    return values


def _accepted(domain: Domain, values: pa.Array, places: Rows, accepts: Accepts | None) -> Mask:
    fits = np.ones(len(values), dtype=np.bool_)
    if (own := domain.accepts(values)) is not None:
        fits &= own
    if accepts is not None:
        fits &= accepts(values, places)
    return fits


def replaced(values: pa.Array, places: Rows, others: pa.Array) -> pa.Array:
    """Return values with others at some places."""
    if not len(places):
        return values
    index = np.arange(len(values), dtype=np.int64)
    index[places.astype(np.int64)] = len(values) + np.arange(len(places), dtype=np.int64)
    return pa.concat_arrays([values, others]).take(pa.array(index))


def with_nulls(values: pa.Array, missing: Mask) -> pa.Array:
    """Return values with null where one is missing."""
    if not missing.any():
        return values
    index = pa.array(np.arange(len(values), dtype=np.int64), mask=missing)
    return values.take(index)


def mask_of(values: pa.Array) -> Mask:
    """Return a boolean array as a mask; null is false."""
    found: Mask = np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return found
