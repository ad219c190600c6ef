"""What is in one column of a row, or nested in it: which values, and whether null is among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectra_gx.contract.column_types import Family, family, nested_types
from spectra_gx.contract.model import Column
from spectra_gx.generate.values.domains import MOST, Domain, UnmetError, pick, whole, with_nulls
from spectra_gx.generate.values.streams import Mask, Rows, key_of, words
from spectra_gx.generate.values.value_domains import Wanted, domain_of
from spectra_gx.generate.values.value_rules import Condition, condition_of
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import Rule

_MOST_ITEMS = 3
_NULL_EVERY = np.uint64(16)
"""One nested value in so many is null, where it may be."""


@dataclass(frozen=True)
class Situation:
    """What is different for some rows: which rules they break."""

    as_of: datetime
    broken: frozenset[str] = frozenset()
    """Ids of rules."""


@dataclass(frozen=True)
class Cell:
    """Values, some of them null."""

    domain: Domain
    nulls: bool = False
    only_null: bool = False

    def make(self, key: int, rows: Rows) -> pa.Array:
        """Return one value per row."""
        low, width = self.domain.spread(words(key ^ 0x5151, rows))
        return self.finish(pick(self.domain, low, width, key, rows), key, rows)

    def finish(self, values: pa.Array, key: int, rows: Rows) -> pa.Array:
        """Return values with the nulls that are among them."""
        if self.only_null:
            return pa.nulls(len(values), values.type)
        if not self.nulls:
            return values
        return with_nulls(values, words(key ^ 0x77, rows) % _NULL_EVERY == np.uint64(0))


@dataclass(frozen=True)
class _Nested:
    """What a domain of nested values is: each place is the seed of a value."""

    key: int

    @property
    def size(self) -> int:
        """As many as there are seeds."""
        return MOST

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw from all."""
        return np.zeros(len(drawn), np.uint64), np.full(len(drawn), MOST, np.uint64)

    def accepts(self, values: pa.Array) -> Mask | None:
        """Accept all."""
        del values
        return None


@dataclass(frozen=True)
class Lists(_Nested):
    """Arrays, also the keys and values of maps."""

    type: str
    items: Cell
    values: Cell | None = None
    """Of a map, whose keys are the items."""

    distinct: bool = False
    least: int = 0
    bad: Cell | None = None
    """What the first item is in place of the others."""

    repeated: bool = False
    """Whether the second item equals the first."""

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        most = _MOST_ITEMS
        if self.distinct or self.values is not None:
            most = min(most, self.items.domain.size)
        span = np.uint64(max(most - self.least, 0) + 1)
        lengths = words(self.key, index) % span + np.uint64(self.least)
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        place = np.arange(ends[-1], dtype=np.int64) - np.repeat(ends[:-1], lengths.astype(np.int64))
        seeds = words(self.key + 1, np.repeat(index, lengths.astype(np.int64)))
        seeds = seeds + place.astype(np.uint64)
        items = self._items(seeds, place.astype(np.uint64), most)
        offsets = pa.array(ends.astype(np.int32))
        if self.values is not None:
            return pa.MapArray.from_arrays(
                offsets, items, self.values.make(self.key + 3, seeds), arrow_type(self.type)
            )
        return pa.ListArray.from_arrays(offsets, items).cast(arrow_type(self.type))

    def _items(self, seeds: Rows, place: Rows, most: int) -> pa.Array:
        domain, key = self.items.domain, self.key + 2
        if self.distinct or self.values is not None:
            width = np.full(len(seeds), max(domain.size // max(most, 1), 1), np.uint64)
            made = pick(domain, place * width, width, key, seeds)
            items = made if self.values is not None else self.items.finish(made, key, seeds)
        else:
            items = self.items.make(key, seeds)
        first = place == np.uint64(0)
        if self.bad is not None:
            bad = self.bad.make(key + 7, seeds)
            items = _choose(first, bad, items)
        if self.repeated:
            before = np.arange(len(place)) - (place == np.uint64(1))
            items = items.take(pa.array(before))
        return items


@dataclass(frozen=True)
class Records(_Nested):
    """Structs."""

    type: str
    fields: Sequence[tuple[str, Cell]] = field(default=())

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        arrays = [
            cell.make(self.key + number, words(self.key + number, index))
            for number, (_, cell) in enumerate(self.fields)
        ]
        return pa.StructArray.from_arrays(arrays, fields=list(arrow_type(self.type).fields))


def _choose(first: Mask, ones: pa.Array, others: pa.Array) -> pa.Array:
    both = pa.concat_arrays([ones, others])
    places = np.arange(len(first), dtype=np.int64)
    return both.take(pa.array(np.where(first, places, places + len(first))))


def domain_of_column(
    column: Column, rules: Iterable[Rule], situation: Situation, wanted: Wanted
) -> Domain:
    """Return the values of a column, or of what is declared inside of one, that satisfy rules.

    `rules` are its own that apply, in whatever place they are written.

    Raises:
        UnmetError: There are none.
    """
    kind = family(column.type)
    key = key_of("nested", wanted.shown)
    if kind is Family.STRUCT:
        return Records(key, column.type, _fields(column, situation, wanted))
    if kind in (Family.ARRAY, Family.MAP):
        return _lists(column, situation, wanted, key)
    return domain_of(column.type, conditions_in(rules, column.type, situation), wanted)


def conditions_in(rules: Iterable[Rule], type_text: str, situation: Situation) -> list[Condition]:
    """Return what rules say of a value; of those that are broken, the opposite."""
    found = []
    for rule in rules:
        condition = condition_of(rule, type_text, situation.as_of)
        if condition is not None:
            found.append(condition.opposite if rule.id in situation.broken else condition)
    return found


def _fields(column: Column, situation: Situation, wanted: Wanted) -> list[tuple[str, Cell]]:
    declared = column.fields or [
        Column(name, type_text, ()) for name, type_text in nested_types(column.type).items()
    ]
    return [
        (one.name, _part(one, situation, replace(wanted, shown=f"{wanted.shown}.{one.name}")))
        for one in declared
    ]


def _lists(column: Column, situation: Situation, wanted: Wanted, key: int) -> Lists:
    inside = replace(wanted, shown=f"{wanted.shown}.items")
    if family(column.type) is Family.MAP:
        types = nested_types(column.type)
        keys = _part(Column("key", types["key"], ()), situation, inside)
        values = _part(Column("value", types["value"], ()), situation, inside)
        return Lists(key, column.type, replace(keys, nulls=False), values)
    item = column.items or Column("items", nested_types(column.type)["item"], ())
    unique = next((rule for rule in item.rules if rule.kind == "unique"), None)
    repeated = unique is not None and unique.id in situation.broken
    breaks = situation.broken & {rule.id for rule in item.every_rule()}
    usual = _part(item, replace(situation, broken=frozenset()), inside)
    if repeated:
        usual = replace(usual, nulls=False)
    elif not breaks:
        return Lists(key, column.type, usual, distinct=unique is not None)
    bad = None if repeated else _part(item, situation, inside)
    least = 2 if repeated else 1
    return Lists(
        key,
        column.type,
        usual,
        distinct=unique is not None,
        least=least,
        bad=bad,
        repeated=repeated,
    )


def _part(column: Column, situation: Situation, wanted: Wanted) -> Cell:
    """Return what is in a field or among items."""
    domain = domain_of_column(column, column.rules, situation, wanted)
    broken = situation.broken & {rule.id for rule in column.every_rule()}
    required = [rule for rule in column.rules if rule.kind == "required"]
    only_null = any(
        rule.id in broken for rule in column.rules if rule.kind in ("required", "required_if")
    )
    share = any(rule.kind in ("null_share", "required_if") for rule in column.rules)
    return Cell(domain, nulls=not (required or broken or share), only_null=only_null)


__all__ = [
    "Cell",
    "Lists",
    "Records",
    "Situation",
    "UnmetError",
    "conditions_in",
    "domain_of_column",
    "whole",
]
