"""Compute single numbers about a table or column: statistics and row counts."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.sql_text import (
    FLOATS,
    INTEGERS,
    Operand,
    conjunction,
    is_exact,
    widen,
)
from spectra_gx.validation.metrics.columns.distinct_values import DISTINCT_VALUES
from spectra_gx.validation.metrics.columns.exact_numbers import EXACT, exact, quotient
from spectra_gx.validation.metrics.columns.histograms import HISTOGRAMS
from spectra_gx.validation.metrics.columns.order_statistics import SORTED_AT_ONCE, select_kth
from spectra_gx.validation.metrics.columns.query_values import query_value
from spectra_gx.validation.metrics.columns.set_difference import set_difference
from spectra_gx.validation.metrics.columns.standard_deviation import deviation
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_requests import (
    Aggregate,
    Measure,
    MetricQuery,
    MetricRequest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


_INFINITY = "CAST('Infinity' AS DOUBLE)"


def _aggregate(expression: str, where: str | None) -> str:
    return f"{expression} FILTER (WHERE {where})" if where else expression


def _or_nan(expression: str, request: MetricRequest, where: str | None, batch: MetricBatch) -> str:
    """Return NaN where any value is NaN: engines leave it out of some statistics, we do not."""
    operand = request.operand(batch)
    if operand.type not in FLOATS:
        return expression
    holds_nan = _aggregate(f"bool_or(isnan({operand.sql}))", where)
    return f"CASE WHEN {holds_nan} THEN CAST('NaN' AS DOUBLE) ELSE {expression} END"


def _of_doubles(function: str) -> Measure:
    def compute(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
        value = f"CAST({request.operand(batch).sql} AS DOUBLE)"
        statistic = _aggregate(f"{function}({value})", where)
        return Aggregate(_or_nan(statistic, request, where, batch))

    return compute


def _sum(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    operand = request.operand(batch)
    value = widen(operand) if is_exact(operand) else f"CAST({operand.sql} AS DOUBLE)"
    total = f"coalesce({_aggregate(f'sum({value})', where)}, 0)"
    whole = operand.type in INTEGERS
    return Aggregate(total, lambda found: exact(int(found) if whole else found))


def _mean(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    operand = request.operand(batch)
    if not is_exact(operand):
        return _of_doubles("avg")(request, where, batch)
    total = _aggregate(f"sum({widen(operand)})", where)
    count = _aggregate(f"count({operand.sql})", where)
    return Aggregate(
        f"named_struct('total', {total}, 'count', {count})",
        lambda found: quotient(found["total"], found["count"]) if found["count"] else None,
    )


def _deviation(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    operand = request.operand(batch)
    if is_exact(operand):
        return lambda: deviation(operand, where, batch)
    if not batch.session.capabilities.approximate:
        return _of_doubles("stddev_samp")(request, where, batch)
    value = f"CAST({operand.sql} AS DOUBLE)"
    found = _aggregate(f"stddev_samp({value})", where)
    # Squares beyond all doubles are infinite, or NaN where an engine adds up parts without rows.
    finite = _aggregate(f"bool_and(abs({value}) < {_INFINITY})", where)
    beyond = f"CASE WHEN isnan({found}) AND {finite} THEN {_INFINITY} ELSE {found} END"
    return Aggregate(_or_nan(beyond, request, where, batch))


def _extreme(function: str) -> Measure:
    def compute(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
        extreme = _aggregate(f"{function}({request.operand(batch).sql})", where)
        return Aggregate(_or_nan(extreme, request, where, batch), exact)

    return compute


def _present_count(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    return Aggregate(_aggregate(f"count({request.operand(batch).sql})", where))


def _null_share(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    value = request.operand(batch).sql
    nulls = f"count(*) FILTER (WHERE {conjunction(where, f'{value} IS NULL')})"
    rows = _aggregate("count(*)", where)
    return Aggregate(
        f"named_struct('nulls', {nulls}, 'rows', {rows})",
        lambda found: quotient(Decimal(found["nulls"]), found["rows"] or 1),
    )


def _newest(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    return Aggregate(_aggregate(f"max({request.operand(batch).sql})", where))


def _quantiles(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    """Answer with the nearest stored value, as GX on pandas does; NaN where there is none."""
    value = request.operand(batch)

    def compute() -> list[Any]:
        rows, count, lost = _values(value, where, batch)
        if not count or lost:
            return [math.nan for _ in request.values["quantiles"]]
        places = [round(share * (count - 1)) for share in request.values["quantiles"]]
        return [exact(select_kth(place, value, rows, count, batch)) for place in places]

    return compute


def _median(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    value = request.operand(batch)
    sorts = batch.session.capabilities.quantiles and batch.row_count <= SORTED_AT_ONCE
    if sorts and not is_exact(value):
        return _of_doubles("median")(request, where, batch)

    def compute() -> Any:
        rows, count, lost = _values(value, where, batch)
        if not count or lost:
            return math.nan if lost else None
        places = {(count - 1) // 2, count // 2}
        middle = [select_kth(place, value, rows, count, batch) for place in places]
        if is_exact(value):
            return quotient(reduce(EXACT.add, map(Decimal, middle)), len(middle))
        return sum(map(float, middle)) / len(middle)

    return compute


def _values(value: Operand, where: str | None, batch: MetricBatch) -> tuple[str, int, int]:
    """Return what to select from for values, how many there are, and how many of them are NaN."""
    rows = f"FROM {OWN_TABLE} WHERE {conjunction(where, f'{value.sql} IS NOT NULL')}"
    lost = f"count(*) FILTER (WHERE isnan({value.sql}))" if value.type in FLOATS else "0"
    [found] = batch.rows(f"SELECT count(*) AS n, {lost} AS lost {rows}")
    return rows, found["n"], found["lost"]


def _row_count(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    other = request.values.get("table")
    if other is not None:
        return _to_rows(other, batch)
    return Aggregate(_aggregate("count(*)", where))


def _to_rows(table: str, batch: MetricBatch) -> MetricQuery:
    other = batch.other(table)
    return lambda: batch.count(f"SELECT count(*) FROM {other}", reads=(table,))


def _rows_elsewhere(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    del where
    table = request.values["same_as"]
    if table is None:
        return lambda: None
    return _to_rows(table, batch)


MEASURES: Mapping[str, Measure] = {
    "column.mean": _mean,
    "column.median": _median,
    "column.standard_deviation": _deviation,
    "column.sum": _sum,
    "column.min": _extreme("min"),
    "column.max": _extreme("max"),
    "column.non_null_count": _present_count,
    "column_values.nonnull.count": _present_count,
    "column.null_share": _null_share,
    "column.newest": _newest,
    "column.quantile_values": _quantiles,
    "table.row_count": _row_count,
    "table.row_count_of": _rows_elsewhere,
    "table.query_value": query_value,
    "column.set_difference": set_difference,
    **DISTINCT_VALUES,
    **HISTOGRAMS,
}
"""GX's metrics about a whole column, and our own → how each is computed."""

OWN_MEASURES: Mapping[str, tuple[str, ...]] = {
    "table.row_count_of": ("same_as",),
    "table.query_value": ("query",),
    "column.set_difference": ("other_table", "other_column"),
    "column.null_share": (),
    "column.newest": (),
}
"""Those that GX does not have → their value arguments."""
