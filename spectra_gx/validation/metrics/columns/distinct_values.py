"""Answers about the distinct values of a column: how many, which, how often."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from spectra_gx.engines.sql_text import FLOATS, Operand, conjunction, literal, only_true
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_requests import OwnQueries
from spectra_gx.validation.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.validation.metrics.metric_requests import Measure, MetricQuery, MetricRequest

_LISTED = 20
_MEMBERS_AT_ONCE = 500
"""Members that are looked for in one scan; many more take far longer to plan than to find."""


def _groups(
    request: MetricRequest, where: str | None, batch: MetricBatch, only_true: str | None = None
) -> str:
    """Return the query for the distinct values `v` and their counts `n`."""
    value = request.operand(batch).sql
    present = conjunction(where, f"{value} IS NOT NULL", only_true)
    return f"SELECT {value} AS v, count(*) AS n FROM {OWN_TABLE} WHERE {present} GROUP BY {value}"


def _shown(request: MetricRequest, batch: MetricBatch, values: list[Any]) -> list[Any]:
    hidden = request.columns[0] in batch.sensitive or batch.exposes(request.where)
    return [REDACTED for _ in values] if hidden else values


def _count(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    # Several `count(distinct)` in one scan cost many times what their groups cost.
    query = f"SELECT count(*) FROM ({_groups(request, where, batch)}) AS g"
    return OwnQueries((query,), lambda: batch.count(query))


def _outside(request: MetricRequest, batch: MetricBatch) -> str:
    operand = request.operand(batch)
    # Nulls are not evaluated, so that a null among the members means nothing.
    given = [value for value in request.values["value_set"] if value is not None]
    if not given:
        return "true"
    members = ", ".join(literal(value, operand.type) for value in given)
    if operand.type not in FLOATS:
        return only_true(f"{operand.sql} NOT IN ({members})")
    # Many members are looked up by their bits, and -0.0 has others than 0.0. NaN is spelled out
    # because files are skipped by statistics that leave it out.
    zero = literal(0.0, operand.type)
    return only_true(f"({operand.sql} + {zero}) NOT IN ({members}) OR isnan({operand.sql})")


def _count_outside(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    groups = _groups(request, where, batch, _outside(request, batch))
    return lambda: batch.count(f"SELECT count(*) FROM ({groups}) AS g")


def _list_outside(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    groups = _groups(request, where, batch, _outside(request, batch))
    query = f"SELECT v FROM ({groups}) AS g ORDER BY v LIMIT {_LISTED}"
    return lambda: _shown(request, batch, [row["v"] for row in batch.rows(query)])


def _missing(request: MetricRequest, where: str | None, batch: MetricBatch) -> list[Any]:
    """Return the members of the set that the column never contains."""
    operand = request.operand(batch)
    members: list[Any] = request.values["value_set"]
    missing = []
    for start in range(0, len(members), _MEMBERS_AT_ONCE):
        some = members[start : start + _MEMBERS_AT_ONCE]
        contained = ", ".join(
            f"bool_or({_equals(operand, member)}) AS m{index}" for index, member in enumerate(some)
        )
        [found] = batch.rows(f"SELECT {contained} FROM {OWN_TABLE} WHERE {conjunction(where)}")
        missing += [member for index, member in enumerate(some) if not found[f"m{index}"]]
    return missing


def _equals(operand: Operand, member: Any) -> str:
    # As in GX, no column contains a null.
    return "false" if member is None else f"{operand.sql} = {literal(member, operand.type)}"


def _count_missing(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    return lambda: len(_missing(request, where, batch))


def _list_missing(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    return lambda: _missing(request, where, batch)[:_LISTED]


def _most_common(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    groups = _groups(request, where, batch)

    def compute() -> list[Any]:
        most = batch.count(f"SELECT coalesce(max(n), 0) FROM ({groups}) AS g")
        found = batch.rows(f"SELECT v FROM ({groups}) AS g WHERE n = {most} ORDER BY v")
        # GX compares them with the set itself: they must be of the form in which it was written.
        return [as_written(row["v"]) for row in found]

    return compute


def as_written(value: Any) -> Any:
    """Return a value in the form in which a contract's reader leaves values of its type."""
    if isinstance(value, Decimal):
        return float(value) if Decimal(str(float(value))) == value else str(value)
    return value.isoformat() if isinstance(value, datetime | date) else value


def _counts(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    def compute() -> pd.Series[int]:
        rows = batch.rows(f"{_groups(request, where, batch)} ORDER BY v")
        values = pd.Index([as_written(row["v"]) for row in rows], name="value", dtype=object)
        return pd.Series([row["n"] for row in rows], index=values, name="count", dtype="int64")

    return compute


DISTINCT_VALUES: Mapping[str, Measure] = {
    "column.distinct_values.count": _count,
    "column.distinct_values.not_in_set.count": _count_outside,
    "column.distinct_values.not_in_set": _list_outside,
    "column.distinct_values.missing_from_column.count": _count_missing,
    "column.distinct_values.missing_from_column": _list_missing,
    "column.most_common_value": _most_common,
    "column.value_counts": _counts,
}
"""GX's metrics about distinct values → how each is computed."""
