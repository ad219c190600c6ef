"""Answers for one number about a whole table or column: statistics, row counts elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.questions import Aggregate, Answer, Question
from spectra_gx.validation.sql import both, column

Measure = Callable[[Question, str | None, DeltaBatchData], Answer]

_FLOATS = ("double", "float")
_WHOLE = ("byte", "short", "integer", "long")
_EXACT_SUM = "DECIMAL(38, {scale})"


def _aggregate(expression: str, where: str | None) -> str:
    return f"{expression} FILTER (WHERE {where})" if where else expression


def _or_nan(expression: str, question: Question, where: str | None, batch: DeltaBatchData) -> str:
    """Return NaN where any value is NaN: engines leave it out of some statistics, we do not."""
    [name] = question.columns
    if batch.table.types[name] not in _FLOATS:
        return expression
    value = column(name, batch.table.types[name]).sql
    holds_nan = _aggregate(f"bool_or(isnan({value}))", where)
    return f"CASE WHEN {holds_nan} THEN CAST('NaN' AS DOUBLE) ELSE {expression} END"


def _of_doubles(function: str) -> Measure:
    def ask(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
        value = f"CAST({_value(question, batch)} AS DOUBLE)"
        statistic = _aggregate(f"{function}({value})", where)
        return Aggregate(_or_nan(statistic, question, where, batch))

    return ask


def _value(question: Question, batch: DeltaBatchData) -> str:
    [name] = question.columns
    return column(name, batch.table.types[name]).sql


def _sum(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    type_text = batch.table.types[question.columns[0]]
    value = _value(question, batch)
    if type_text in _WHOLE:
        # 64 bits are soon full; 38 digits hold the sum of any table there will ever be.
        value = f"CAST({value} AS DECIMAL(38, 0))"
    elif type_text in _FLOATS:
        value = f"CAST({value} AS DOUBLE)"
    return Aggregate(f"coalesce({_aggregate(f'sum({value})', where)}, 0)")


def _null_share(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    value = _value(question, batch)
    nulls = f"count(*) FILTER (WHERE {both(where, f'{value} IS NULL')})"
    rows = _aggregate("count(*)", where)
    share = f"CAST({nulls} AS DOUBLE) / CAST({rows} AS DOUBLE)"
    return Aggregate(f"CASE WHEN {rows} = 0 THEN CAST(0 AS DOUBLE) ELSE {share} END")


def _distinct(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    value = _value(question, batch)
    present = both(where, f"{value} IS NOT NULL")
    # Several `count(distinct)` in one scan cost many times what their groups cost.
    groups = f"SELECT {value} FROM {OWN} WHERE {present} GROUP BY {value}"
    return lambda: batch.count(f"SELECT count(*) FROM ({groups}) AS g")


def _newest(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    return Aggregate(_aggregate(f"max({_value(question, batch)})", where))


def _quantiles(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    """Answer with the nearest stored value, as GX on pandas does; NaN where there is none."""
    value = _value(question, batch)
    present = both(where, f"{value} IS NOT NULL")
    floats = batch.table.types[question.columns[0]] in _FLOATS

    def ask() -> list[Any]:
        count = batch.count(f"SELECT count(*) FROM {OWN} WHERE {present}")
        lost = floats and batch.count(
            f"SELECT count(*) FROM {OWN} WHERE {both(present, f'isnan({value})')}"
        )
        if not count or lost:
            return [math.nan for _ in question.values["quantiles"]]
        return [
            batch.rows(
                f"SELECT {value} AS v FROM {OWN} WHERE {present} ORDER BY {value} "
                f"LIMIT 1 OFFSET {round(share * (count - 1))}"
            )[0]["v"]
            for share in question.values["quantiles"]
        ]

    return ask


def _rows_elsewhere(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    del where
    table = question.values["same_as"]
    if table is None:
        return lambda: None
    other = batch.other(table)
    return lambda: batch.count(f"SELECT count(*) FROM {other}", reads=(table,))


MEASURES: Mapping[str, Measure] = {
    "column.mean": _of_doubles("avg"),
    "column.median": _of_doubles("median"),
    "column.standard_deviation": _of_doubles("stddev_samp"),
    "column.sum": _sum,
    "column.null_share": _null_share,
    "column.distinct_values.count": _distinct,
    "column.newest": _newest,
    "column.quantile_values": _quantiles,
    "table.row_count_of": _rows_elsewhere,
}
"""GX's metrics about a whole column, and our own → how each is asked."""
