"""Histograms of a column, for GX's comparison of distributions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from spectra_gx.engines.sql_text import FLOATS, conjunction, literal
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.validation.metrics.metric_requests import Measure, MetricQuery, MetricRequest


def _value(request: MetricRequest, where: str | None, batch: MetricBatch) -> tuple[str, str]:
    """Return a column's value as a number, and which rows have one.

    Raises:
        EngineError: NaN is among them, which lies in no bin.
    """
    operand = request.operand(batch)
    present = conjunction(where, f"{operand.sql} IS NOT NULL")
    if operand.type in FLOATS:
        lost = conjunction(present, f"isnan({operand.sql})")
        if batch.count(f"SELECT count(*) FROM {OWN_TABLE} WHERE {lost}"):
            raise EngineError(f"column `{request.columns[0]}` contains NaN, which lies in no bin")
    return f"CAST({operand.sql} AS DOUBLE)", present


def _histogram(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    """Count the values in each bin; its upper end belongs to the next, but for the last."""
    value, present = _value(request, where, batch)
    edges = [literal(float(edge), "double") for edge in request.values["bins"]]
    last = len(edges) - 2
    counts = ", ".join(
        f"count(*) FILTER (WHERE {value} >= {low} AND {value} {'<=' if index == last else '<'} "
        f"{high}) AS b{index}"
        for index, (low, high) in enumerate(pairwise(edges))
    )
    return lambda: [*batch.rows(f"SELECT {counts} FROM {OWN_TABLE} WHERE {present}")[0].values()]


def _between(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    value, present = _value(request, where, batch)
    low, high = request.values.get("min_value"), request.values.get("max_value")
    within = []
    if low is not None:
        operator = ">" if request.values.get("strict_min") else ">="
        within.append(f"{value} {operator} {literal(float(low), 'double')}")
    if high is not None:
        operator = "<" if request.values.get("strict_max") else "<="
        within.append(f"{value} {operator} {literal(float(high), 'double')}")
    counted = f"SELECT count(*) FROM {OWN_TABLE} WHERE {conjunction(present, *within)}"
    return lambda: batch.count(counted)


HISTOGRAMS: Mapping[str, Measure] = {
    "column.histogram": _histogram,
    "column_values.between.count": _between,
}
"""GX's metrics about how values spread → how each is computed."""
