"""Any rows of a table, made when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.generate.values.domains import Domain, UnmetError, pick, replaced, whole, with_nulls
from spectra_gx.generate.values.streams import Mask, Rows, alike, is_among, words

if TYPE_CHECKING:
    from spectra_gx.generate.rows.choosers import Chooser
    from spectra_gx.generate.rows.conditions import Conditions
    from spectra_gx.generate.rows.steps import Known, Nulls, Step


@dataclass
class TableRows:
    """The rows of one table."""

    name: str
    columns: tuple[str, ...]
    count: int
    steps: Sequence[Step] = ()
    """In the order in which they are made."""

    unbuilt: dict[str, str] = field(default_factory=dict)
    """Id of a rule → why it may not be satisfied."""

    def values(self, columns: Iterable[str], rows: Rows) -> dict[str, pa.Array]:
        """Return columns of rows, which may be in any order, and repeated.

        Raises:
            UnmetError: Of a column no value satisfies everything.
        """
        wanted = set(columns)
        made: list[Step] = []
        for step in reversed(self.steps):
            if wanted & set(step.columns):
                wanted |= step.needs
                made.append(step)
        known: dict[str, pa.Array] = {}
        for step in reversed(made):
            try:
                known |= zip(step.columns, step.make(rows, known), strict=True)
            except UnmetError as error:
                raise UnmetError(*(error.args or (self.name, *step.columns))) from None
        return {name: known[name] for name in columns}

    def chunk(self, first: int, count: int) -> pa.Table:
        """Return rows that follow each other, as a table."""
        rows = np.arange(first, min(first + count, self.count), dtype=np.uint64)
        return pa.table(self.values(self.columns, rows))


Parent: TypeAlias = Callable[[], TableRows]


@dataclass(frozen=True)
class Outside:
    """Values of a column that are in no row of the table that it refers to."""

    domain: Domain
    rows: Rows
    """The rows that have them, in order."""


@dataclass(frozen=True)
class Referring:
    """Makes columns whose values are those of some row of a table."""

    columns: tuple[str, ...]
    parent: Parent
    to: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    key: int
    conditions: Conditions
    nulls: Nulls
    skipped: Rows
    """Rows of the table, in order, that are never referred to: they have no values of their own."""

    lost: Rows
    """Rows, in order, that refer to none, or to the same one as an earlier row."""

    chooser: Chooser | None = None
    needs: frozenset[str] = frozenset()
    itself: bool = False
    """Whether the table is that of the columns: a row refers to one before it."""

    covers: bool = False
    """Whether every other row of the table is referred to, as far as there are rows enough."""

    leaves_one: bool = False
    """Whether the value in the last row of the table is never referred to."""

    outside: Outside | None = None
    repeated: tuple[Rows, ...] = ()
    """Groups of rows, in order, that all refer to the same one as the first of their group."""

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the columns of these rows."""
        read = {name: known[name] for name in self.needs}
        missing = self.nulls.missing(rows, read, self.conditions)
        chosen = self._referred(self._places(alike(rows, self.repeated)))
        found = self.parent().values(dict.fromkeys(self.to), chosen)
        values = [found[name].cast(arrow) for name, arrow in zip(self.to, self.types, strict=True)]
        if self.outside is not None:
            values[0] = self._outside(self.outside, values[0], rows)
        return [with_nulls(one, missing) for one in values]

    def _places(self, rows: Rows) -> Rows:
        """Return to which rows these refer, counted without those that are skipped."""
        count = max(self.parent().count - len(self.skipped), 1)
        if self.chooser is not None:
            low, width = self.chooser.places(rows, ParentRows(count), self.key)
            return low + words(self.key, rows) % width
        if self.leaves_one:
            others = ParentRows(count - 1)
            low, width = whole(others, rows)
            chosen: Rows = np.asarray(
                pick(others, low, width, self.key, rows, accepts=self._are_not_last)
            )
            return chosen
        if self.covers:
            place = self.nulls.shuffle(rows)
            lost = np.sort(self.nulls.shuffle(self.lost))
            return (place - _before(lost, place)) % np.uint64(count)
        if self.itself:
            earlier: Rows = np.maximum(rows - _before(self.skipped, rows), np.uint64(1))
            return words(self.key, rows) % earlier
        return words(self.key, rows) % np.uint64(count)

    def _referred(self, places: Rows) -> Rows:
        """Return the rows of the table at places, counted without those that are skipped."""
        number = np.arange(len(self.skipped), dtype=np.uint64)
        skipped = np.searchsorted(self.skipped - number, places, side="right")
        return places + skipped.astype(np.uint64)

    def _are_not_last(self, places: pa.Array, rows: Rows) -> Mask:
        """Return which places have another value than the last one."""
        del rows
        count = self.parent().count - len(self.skipped)
        both = np.append(np.asarray(places), np.uint64(count - 1))
        found = self.parent().values(self.to, self._referred(both))[self.to[0]]
        return np.asarray(pc.not_equal(found[:-1], found[-1]))

    def _outside(self, outside: Outside, values: pa.Array, rows: Rows) -> pa.Array:
        """Return values with others in some rows, that no row of the parent has."""
        places = np.flatnonzero(is_among(rows, outside.rows)).astype(np.uint64)
        if not len(places):
            return values
        parent = self.parent()
        low, width = whole(outside.domain, places)
        inside = _ParentValues(parent, self.to[0])
        others = pick(
            outside.domain, low, width, self.key ^ 0x99, rows[places], accepts=inside.are_others
        )
        return replaced(values, places, others.cast(values.type))


def _before(chosen: Rows, rows: Rows) -> Rows:
    """Return for each row how many of the chosen ones, which are in order, precede it."""
    return np.searchsorted(chosen, rows).astype(np.uint64)


@dataclass(frozen=True)
class ParentRows:
    """The rows of a parent, as a domain: only how many there are is known."""

    size: int

    def take(self, index: Rows) -> pa.Array:
        """Return the numbers of the rows."""
        return pa.array(index)

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw from all."""
        return whole(self, drawn)

    def accepts(self, values: pa.Array) -> Mask | None:
        """Accept all."""
        del values
        return None


_SCANNED = 131_072


class _ParentValues:
    """All values of a column of a parent."""

    def __init__(self, parent: TableRows, column: str) -> None:
        self._parent = parent
        self._column = column

    def are_others(self, values: pa.Array, places: Rows) -> Mask:
        """Return which values no row of the parent has."""
        del places
        others = np.ones(len(values), dtype=np.bool_)
        for first in range(0, self._parent.count, _SCANNED):
            last = min(first + _SCANNED, self._parent.count)
            rows = np.arange(first, last, dtype=np.uint64)
            known = self._parent.values([self._column], rows)[self._column]
            found = pc.is_in(values.cast(known.type), value_set=known)
            others &= ~np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
        return others
