"""Any rows of a table, made when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.generate.values.domains import Domain, UnmetError, pick, replaced, whole, with_nulls
from spectra_gx.generate.values.streams import Mask, Rows, is_among, words

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
    chooser: Chooser | None = None
    needs: frozenset[str] = frozenset()
    itself: bool = False
    """Whether the table is that of the columns: a row refers to one before it."""

    covers: bool = False
    """Whether every row of the table is referred to, as far as there are rows enough."""

    leaves_one: bool = False
    """Whether the last row of the table is never referred to."""

    outside: Outside | None = None
    repeated: Rows | None = None
    """Rows, in order, that all refer to the same one as the first of them."""

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the columns of these rows."""
        read = {name: known[name] for name in self.needs}
        missing = self.nulls.missing(rows, read, self.conditions)
        drawn = rows
        if self.repeated is not None and len(self.repeated):
            drawn = np.where(is_among(rows, self.repeated), self.repeated[0], rows)
        chosen = self._chosen(drawn)
        found = self.parent().values(dict.fromkeys(self.to), chosen)
        values = [found[name].cast(arrow) for name, arrow in zip(self.to, self.types, strict=True)]
        if self.outside is not None:
            values[0] = self._outside(self.outside, values[0], rows)
        return [with_nulls(one, missing) for one in values]

    def _chosen(self, rows: Rows) -> Rows:
        parent = self.parent()
        count = np.uint64(max(parent.count - self.leaves_one, 1))
        if self.chooser is not None:
            low, width = self.chooser.places(rows, ParentRows(parent.count), self.key)
            return low + words(self.key, rows) % width
        if self.covers:
            place = self.nulls.shuffle(rows)
            return (place - np.minimum(place, np.uint64(self.nulls.count))) % count
        if self.itself:
            return words(self.key, rows) % np.maximum(rows, np.uint64(1))
        return words(self.key, rows) % count

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
