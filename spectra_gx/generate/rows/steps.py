"""How the columns of a table are made, one after the other, for any rows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import pyarrow as pa

from spectra_gx.generate.rows.neighbours import Neighbour, accepts_beside, places_beside
from spectra_gx.generate.values.domains import Domain, pick, replaced, with_nulls
from spectra_gx.generate.values.streams import Mask, Rows, Shuffle, alike, is_among, words

if TYPE_CHECKING:
    from spectra_gx.generate.rows.choosers import Chooser, Places
    from spectra_gx.generate.rows.conditions import Conditions

Known: TypeAlias = Mapping[str, pa.Array]
"""Columns of some rows that are made already."""


class Step(Protocol):
    """Makes one column or several."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it makes."""

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the table that it reads."""

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the columns of these rows."""


@dataclass(frozen=True)
class Nulls:
    """Where a column is null."""

    count: int = 0
    """In how many rows."""

    shuffle: Shuffle = field(default_factory=lambda: Shuffle(0, 0))
    unless: tuple[str, ...] = ()
    """Conditions under which it is not."""

    broken: Rows | None = None
    """Rows, in order, in which it is null although a rule forbids it."""

    def missing(self, rows: Rows, known: Known, conditions: Conditions) -> Mask:
        """Return which rows have null."""
        missing = self.shuffle(rows) < np.uint64(self.count)
        if self.unless and missing.any():
            for true in conditions.are_true(self.unless, known):
                missing &= ~true
        return missing if self.broken is None else missing | is_among(rows, self.broken)


@dataclass(frozen=True)
class Broken:
    """Rows in which the values of a column break a rule."""

    rule: str
    rows: Rows
    """In order."""


DomainIn: TypeAlias = Callable[[frozenset[int], frozenset[str]], Domain]
"""From the conditions that are true, by number, and the rules that are broken, to a domain."""


@dataclass(frozen=True)
class Values:
    """Makes a column of values of its own."""

    column: str
    key: int
    domain: DomainIn
    conditions: Conditions
    when: tuple[str, ...] = ()
    """Conditions under which further rules apply."""

    reads: frozenset[str] = frozenset()
    """The columns that conditions read."""

    chooser: Chooser | None = None
    nulls: Nulls = Nulls()
    neighbours: tuple[Neighbour, ...] = ()
    broken: tuple[Broken, ...] = ()
    repeated: tuple[Rows, ...] = ()
    """Groups of rows, in order, that all have the value of the first of their group."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it makes."""
        return (self.column,)

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the table that it reads."""
        return self.reads | {one.column for one in self.neighbours}

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the column of these rows."""
        if not len(rows):
            return [self.domain(frozenset(), frozenset()).take(rows)]
        read = {name: known[name] for name in self.reads}
        missing = self.nulls.missing(rows, read, self.conditions)
        true = self.conditions.are_true(self.when, read) if self.when else []
        masks = [*true, *(is_among(rows, one.rows) for one in self.broken)]
        drawn = alike(rows, self.repeated)
        values: pa.Array | None = None
        for case, places in _cases(masks, len(rows)):
            broken = frozenset(
                one.rule for number, one in enumerate(self.broken) if len(true) + number in case
            )
            domain = self.domain(frozenset(one for one in case if one < len(true)), broken)
            part = self._drawn(domain, drawn, places, known, broken)
            if len(places) == len(rows):
                values = part
            else:
                values = replaced(
                    pa.nulls(len(rows), part.type) if values is None else values, places, part
                )
        return [with_nulls(values, missing)]

    def _drawn(
        self, domain: Domain, rows: Rows, places: Rows, known: Known, broken: frozenset[str]
    ) -> pa.Array:
        chosen = rows[places]
        beside = [
            (one.opposite if one.rule in broken else one, known[one.column].take(pa.array(places)))
            for one in self.neighbours
        ]
        accepts = accepts_beside(beside) if beside else None
        low, width = self._places(domain, chosen, broken)
        if beside:
            low, width = places_beside(domain, low, width, beside)
        return pick(domain, low, width, self.key, chosen, accepts=accepts)

    def _places(self, domain: Domain, rows: Rows, broken: frozenset[str]) -> Places:
        if self.chooser is None:
            return domain.spread(words(self.key ^ 0x5151, rows))
        for one in self.broken:
            if one.rule in broken:  # beside all others, in places of their own
                return _places_apart(domain, one.rows, rows)
        return self.chooser.places(rows, domain, self.key)


def _places_apart(domain: Domain, broken: Rows, rows: Rows) -> Places:
    """Return the places of some of the rows that break a rule, each in a part of its own."""
    step = np.uint64(max(domain.size // max(len(broken), 1), 1))
    rank = np.searchsorted(broken, rows).astype(np.uint64)
    return rank * step % np.uint64(domain.size), np.full(len(rows), step, np.uint64)


def values_apart(domain: Domain, rows: Rows, key: int) -> pa.Array:
    """Return the values of all rows that break a rule, of a column whose values are chosen."""
    low, width = _places_apart(domain, rows, rows)
    return pick(domain, low, width, key, rows)


def _cases(masks: Sequence[Mask], count: int) -> Sequence[tuple[frozenset[int], Rows]]:
    """Return the rows by which masks are true in them."""
    if not masks:
        return [(frozenset(), np.arange(count, dtype=np.uint64))]
    bits = np.zeros(count, dtype=np.uint64)
    for number, mask in enumerate(masks):
        bits |= mask.astype(np.uint64) << np.uint64(number)
    return [
        (
            frozenset(number for number in range(len(masks)) if int(one) >> number & 1),
            np.flatnonzero(bits == one).astype(np.uint64),
        )
        for one in np.unique(bits)
    ]


@dataclass(frozen=True)
class Consecutive:
    """Makes whole numbers or days that follow each other without gaps."""

    column: str
    domain: Domain
    step: int
    broken: Rows | None = None
    """Rows, in order, before which there is a gap."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it makes."""
        return (self.column,)

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the table that it reads."""
        return frozenset()

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the column of these rows."""
        del known
        place = rows
        if self.broken is not None:
            place = rows + np.searchsorted(self.broken, rows, side="right").astype(np.uint64)
        return [self.domain.take(place * np.uint64(self.step))]


@dataclass(frozen=True)
class Copied:
    """Makes a column that equals another."""

    column: str
    source: str
    type: pa.DataType
    nulls: Nulls
    conditions: Conditions
    reads: frozenset[str] = frozenset()
    others: tuple[Domain, Rows] | None = None
    """Values that are in some rows in place of its own, and these rows, in order."""

    neighbours: tuple[Neighbour, ...] = ()
    """How those compare with other columns."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it makes."""
        return (self.column,)

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the table that it reads."""
        return self.reads | {self.source} | {one.column for one in self.neighbours}

    def make(self, rows: Rows, known: Known) -> Sequence[pa.Array]:
        """Return the column of these rows."""
        values = known[self.source].cast(self.type)
        if self.others is not None:
            domain, broken = self.others
            places = np.flatnonzero(is_among(rows, broken)).astype(np.uint64)
            unlike = Neighbour("", self.source, "<>")
            beside = [
                (one, known[one.column].take(pa.array(places)))
                for one in (unlike, *self.neighbours)
            ]
            low, width = domain.spread(words(3, rows[places]))
            low, width = places_beside(domain, low, width, beside)
            accepts = accepts_beside(beside)
            drawn = pick(domain, low, width, 5, rows[places], accepts=accepts)
            values = replaced(values, places, drawn)
        read = {name: known[name] for name in self.reads}
        return [with_nulls(values, self.nulls.missing(rows, read, self.conditions))]
