"""Fetch the sample rows of failing rules in one pass that the rules share.

Each row comes with whether it breaks each rule; of each rule the first few are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import any_true, only_true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_KEPT = 10_000
"""Rows of a rule that are gathered before only the first of them are kept."""


@dataclass(frozen=True)
class Sample:
    """The first rows that break a rule."""

    broken: str
    """Which rows do."""

    selected: tuple[tuple[str, str], ...]
    """Label → SQL of what is shown."""

    order: tuple[str, ...]
    """Labels that rows are ordered by."""

    limit: int
    rows: tuple[str, ...]
    """What to select from, part by part, in the order of the first label; one part contains all."""

    read: Callable[[list[dict[str, Any]]], Any] = field(compare=False)
    """Makes the metric's value of the rows that are found."""

    def query(self, table: str) -> str:
        """Return the query for this sample alone."""
        selected = ", ".join(f"{sql} AS {quote_name(label)}" for label, sql in self.selected)
        order = f"ORDER BY {', '.join(map(quote_name, self.order))} " if self.order else ""
        where = only_true(self.broken)
        return f"SELECT {selected} FROM {table} WHERE {where} {order}LIMIT {self.limit}"


class FirstRows:
    """The first rows of many that come in any order."""

    def __init__(self, order: Sequence[str], limit: int) -> None:
        """Take which columns rows are ordered by, and how many are wanted."""
        self._order = order
        self._limit = limit
        self._tables: list[pa.Table] = []
        self._held = 0

    def add(self, rows: pa.Table) -> None:
        """Take some more."""
        if rows.num_rows:
            self._tables.append(rows)
            self._held += rows.num_rows
        if self._held > _KEPT:
            self.rows()

    def rows(self) -> pa.Table | None:
        """Return the first; NaN comes after all values and before nulls, as in SQL."""
        if not self._tables:
            return None
        table = pa.concat_tables(self._tables)
        if self._order:
            table = table.sort_by([(column, "ascending") for column in self._order])
        first = table.slice(0, self._limit).combine_chunks()
        self._tables, self._held = [first], first.num_rows
        return first


def shared_query(samples: Sequence[Sample], table: str) -> str:
    """Return the query whose rows `FirstOfEach` sorts out."""
    shown = [f"{sql} AS s{place}" for sql, place in _places(samples).items()]
    broken = [f"({sample.broken}) IS TRUE AS b{i}" for i, sample in enumerate(samples)]
    any_broken = any_true([f"({sample.broken})" for sample in samples])
    return f"SELECT {', '.join((*shown, *broken))} FROM {table} WHERE {only_true(any_broken)}"


class FirstOfEach:
    """The first rows of many samples, gathered from answers to `shared_query`."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        """Take whose rows are wanted."""
        self._kept = {sample: FirstRows(sample.order, sample.limit) for sample in samples}

    def add(self, parts: Iterable[pa.Table], samples: Sequence[Sample]) -> None:
        """Take the rows of an answer, which some of the samples share."""
        places = _places(samples)
        for part in parts:
            for index, sample in enumerate(samples):
                shown = [part.column(f"s{places[sql]}") for _, sql in sample.selected]
                labels = [label for label, _ in sample.selected]
                # Of a wide answer, no more than is shown: each rule takes its own rows out of it.
                found = pa.table(shown, names=labels).filter(part.column(f"b{index}"))
                self._kept[sample].add(found)

    def rows(self) -> Mapping[Sample, pa.Table]:
        """Return the rows of each sample that has some."""
        found = {sample: first.rows() for sample, first in self._kept.items()}
        return {sample: rows for sample, rows in found.items() if rows is not None}


def _places(samples: Sequence[Sample]) -> dict[str, int]:
    """Return every SQL that is shown, once, and which column of the answer it is."""
    shown = dict.fromkeys(sql for sample in samples for _, sql in sample.selected)
    return {sql: place for place, sql in enumerate(shown)}
