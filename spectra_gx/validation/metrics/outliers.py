"""Rules that compare each value with the spread of all: z-scores and outliers.

NaN and infinity lie outside every spread and take no part in it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.sql_text import FLOATS, Operand, conjunction, literal
from spectra_gx.validation.metrics.columns.order_statistics import select_kth
from spectra_gx.validation.metrics.row_conditions import condition_family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricRequest
    from spectra_gx.validation.metrics.value_source import ValueSource

_Z_SCORE = "column_values.z_score.under_threshold"


def _find_condition(request: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    """Return the condition of values that lie too far out, once their spread is known."""
    [operand] = values.operands
    finite = _is_finite(operand)
    value = f"CAST({operand.sql} AS DOUBLE)"
    rows = f"FROM {values.rows} WHERE {conjunction(values.condition, finite)}"
    if request.base == _Z_SCORE:
        far = _beyond_z_score(request.values, value, rows, batch)
    elif request.values.get("method") == "std":
        far = _beyond_deviations(request.values["multiplier"], value, rows, batch)
    else:
        far = _beyond_fences(request.values["multiplier"], value, rows, batch)
    return far if finite is None else f"({far}) OR NOT ({finite})"


def _is_finite(operand: Operand) -> str | None:
    if operand.type not in FLOATS:
        return None
    infinite = ", ".join(literal(sign * math.inf, operand.type) for sign in (1, -1))
    return f"NOT isnan({operand.sql}) AND {operand.sql} NOT IN ({infinite})"


def _beyond_z_score(values: Mapping[str, Any], value: str, rows: str, batch: MetricBatch) -> str:
    mean, deviation = _mean_and_deviation(value, rows, batch)
    if not deviation:
        return "false"  # equal values have no score, as in GX
    score = f"({value} - {literal(mean, 'double')}) / {literal(deviation, 'double')}"
    if values["double_sided"]:
        return f"abs({score}) >= {literal(abs(values['threshold']), 'double')}"
    return f"{score} >= {literal(values['threshold'], 'double')}"


def _beyond_deviations(multiplier: float, value: str, rows: str, batch: MetricBatch) -> str:
    mean, deviation = _mean_and_deviation(value, rows, batch)
    if mean is None or deviation is None:
        return "false"
    reach = multiplier * deviation
    if reach <= 0:
        return f"{value} <> {literal(mean, 'double')}"
    return f"abs({value} - {literal(mean, 'double')}) >= {literal(reach, 'double')}"


def _mean_and_deviation(
    value: str, rows: str, batch: MetricBatch
) -> tuple[float | None, float | None]:
    [found] = batch.rows(f"SELECT avg({value}) AS mean, stddev_samp({value}) AS deviation {rows}")
    return found["mean"], found["deviation"]


def _beyond_fences(multiplier: float, value: str, rows: str, batch: MetricBatch) -> str:
    count = batch.count(f"SELECT count(*) {rows}")
    if not count:
        return "false"
    low, high = (_quartile(share, count, value, rows, batch) for share in (0.25, 0.75))
    reach = multiplier * (high - low)
    return (
        f"{value} < {literal(low - reach, 'double')} OR {value} > {literal(high + reach, 'double')}"
    )


def _quartile(share: float, count: int, value: str, rows: str, batch: MetricBatch) -> float:
    """Return a quantile between the two values nearest to it, as GX takes it for outliers."""
    place = share * (count - 1)
    before = math.floor(place)
    operand = Operand(value, "double")
    low: float = select_kth(before, operand, rows, count, batch)
    if place == before:
        return low
    high: float = select_kth(before + 1, operand, rows, count, batch)
    return low + (high - low) * (place - before)


OUTLIERS = condition_family(
    {
        "expect_column_value_z_scores_to_be_less_than": _Z_SCORE,
        "expect_column_values_to_not_be_outliers": "column_values.not_outliers",
    },
    _find_condition,
)
