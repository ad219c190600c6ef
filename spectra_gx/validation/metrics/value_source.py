"""Where the values come from that a rule is about: columns, fields of structs, items of arrays.

The items of arrays are in a relation of their own, one row an item, with the number of the row
that they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import (
    Operand,
    all_present,
    any_present,
    column,
    conjunction,
    field,
)
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.warehouse.arrow_types import field_types, item_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.validation.metrics.metric_requests import MetricRequest

ROW = '"#row number"'
"""The number of the row that an item comes from."""

NUMBERED = f"(SELECT *, row_number() OVER () AS {ROW} FROM {OWN_TABLE})"
"""The table's rows, each with its number: in stored order, where a query is run so."""

_ITEM = '"#item"'


@dataclass(frozen=True)
class ValueSource:
    """The values of a request, and the rows they are in."""

    operands: tuple[Operand, ...]
    labels: tuple[str, ...]
    """What each is called in a sample."""

    keys: tuple[str, ...]
    rows: str
    """What to select from."""

    condition: str
    """Which of these rows have a value to be evaluated."""

    evaluated: str
    """Which rows of the table are evaluated."""

    present: str | None
    """Which rows of the table, or which items, have a value to be evaluated, `where` left out."""

    exploded: bool = False
    """Whether `rows` are items of arrays."""

    @property
    def shown(self) -> tuple[str, ...]:
        """Labels of a sampled row: keys, then values."""
        return tuple(dict.fromkeys((*self.keys, *self.labels)))

    @property
    def types(self) -> Mapping[str, str]:
        """Label → type."""
        pairs = zip(self.labels, self.operands, strict=True)
        return {label: operand.type for label, operand in pairs}

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Label → SQL of a sampled row."""
        by_label = dict(zip(self.labels, self.operands, strict=True))
        return tuple(
            (label, by_label[label].sql if label in by_label else quote_name(label))
            for label in self.shown
        )

    @property
    def selected(self) -> str:
        """What to select so that keys and values have their labels as names."""
        parts = [f"{sql} AS {quote_name(label)}" for label, sql in self.columns]
        return ", ".join([*parts, ROW] if self.exploded else parts)

    def sample(self, broken: str, order: str, limit: int) -> str:
        """Return the query for rows that break a condition."""
        return (
            f"SELECT {self.selected} FROM {self.rows} WHERE {conjunction(self.condition, broken)} "
            f"ORDER BY {order} LIMIT {limit}"
        )

    def rows_that(self, broken: str) -> str:
        """Return the query that counts rows with an item that breaks a condition."""
        return (
            f"SELECT count(*) FROM (SELECT {ROW} FROM {self.rows} "
            f"WHERE {conjunction(self.condition, broken)} GROUP BY {ROW}) AS r"
        )

    def repeated(self) -> str:
        """Return the query for items that a row contains more than once."""
        keys = "".join(f", any_value({quote_name(key)}) AS {quote_name(key)}" for key in self.keys)
        [operand], [label] = self.operands, self.labels
        return (
            f"SELECT {ROW}, {operand.sql} AS {quote_name(label)}{keys} FROM {self.rows} "
            f"WHERE {self.condition} GROUP BY {ROW}, {operand.sql} HAVING count(*) > 1"
        )


def value_source_of(request: MetricRequest, where: str | None, batch: MetricBatch) -> ValueSource:
    """Return where the values of a request come from."""
    types = batch.table.types
    columns = tuple(column(named, types[named]) for named in request.columns)
    if request.path:
        return _nested(request, columns[0], where)
    present = _present(request, columns)
    return ValueSource(
        operands=columns,
        labels=request.columns,
        keys=request.keys,
        rows=OWN_TABLE,
        condition=conjunction(where, present),
        evaluated=conjunction(present),
        present=present,
    )


_NULLS = "column_values.nonnull"
_ABOUT_NULLS = (_NULLS, "column_values.null")


def _present(request: MetricRequest, columns: Sequence[Operand]) -> str | None:
    """Return which rows are not ignored; None means all."""
    if request.base in _ABOUT_NULLS or request.ignored_rows == "none":
        return None
    return all_present(columns) if request.ignored_rows == "any" else any_present(columns)


def _nested(request: MetricRequest, outer: Operand, where: str | None) -> ValueSource:
    """Walk a path; each array on it makes a relation of its items."""
    rows, operand, evaluated = OWN_TABLE, outer, ""
    keys = "".join(f", {quote_name(key)}" for key in request.keys)
    label = request.columns[0]
    # DataFusion takes a row number for unique even where `unnest` has repeated it, and leaves other
    # keys out of a GROUP BY beside it; a number that was cast is taken for nothing.
    numbered = f"CAST(row_number() OVER () AS BIGINT) AS {ROW}"
    for step in request.path:
        if step is not None:
            operand = field(operand, step, _field_type(operand, step))
            label += f".{step}"
            continue
        evaluated = evaluated or f"{operand.sql} IS NOT NULL"
        source = f"{rows} WHERE {conjunction(where)}" if rows == OWN_TABLE else rows
        rows = f"(SELECT {numbered}{keys}, unnest({operand.sql}) AS {_ITEM} FROM {source})"
        operand = Operand(_ITEM, item_type(operand.type) or "")
        label += ".items"
        numbered = ROW
    given = f"{operand.sql} IS NOT NULL"
    if request.base == _NULLS:
        # A field of a struct that is null is not missing: there is nothing that could contain it.
        given = "true" if operand.within is None else f"{operand.within} IS NOT NULL"
    exploded = rows != OWN_TABLE
    return ValueSource(
        operands=(operand,),
        labels=(label,),
        keys=request.keys,
        rows=f"{rows} AS x" if exploded else rows,
        condition=given if exploded else conjunction(where, given),
        evaluated=evaluated or given,
        present=given,
        exploded=exploded,
    )


def _field_type(operand: Operand, step: str) -> str:
    found = field_types(operand.type).get(step)
    if found is None:
        raise EngineError(f"`{operand.type}` has no field `{step}`")
    return found
