"""Standard deviation of integers and decimals; nothing is rounded before the square root."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from spectra_gx.engines.sql_text import Operand, conjunction, decimal_scale, widen
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.columns.exact_numbers import EXACT, number
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch

_LARGEST = Decimal(10) ** 76
"""No number of the engine reaches it."""


def deviation(value: Operand, where: str | None, batch: MetricBatch) -> Any:
    """Return the deviation of a sample; None where fewer than two values have none.

    Values so far apart that their squares have no room are reckoned with as doubles.
    """
    rows = f"FROM {OWN_TABLE} WHERE {conjunction(where, f'{value.sql} IS NOT NULL')}"
    wide = widen(value)
    [found] = batch.rows(
        f"SELECT count(*) AS n, sum({wide}) AS total, min({wide}) AS low, max({wide}) AS high "
        + rows
    )
    count = Decimal(found["n"])
    if count < 2:  # noqa: PLR2004 - one value deviates from nothing
        return None
    scale = decimal_scale(value.type)
    step = Decimal(1).scaleb(-scale)
    # Squares are taken of distances from the middle: those of values would soon be too wide.
    centre = EXACT.quantize(EXACT.divide(found["total"], count), step)
    reach = max(EXACT.subtract(found["high"], centre), EXACT.subtract(centre, found["low"]))
    squares = None
    if EXACT.multiply(count, EXACT.power(EXACT.divide(reach, step), 2)) < _LARGEST:
        middle = f"CAST('{centre:f}' AS DECIMAL(38, {scale}))"
        try:
            squares = _squares(f"{wide} - {middle}", scale, rows, batch)
        except EngineError:
            if not batch.session.capabilities.approximate:
                squares = _squares_here(value, centre, rows, batch)
    if squares is None:
        [rough] = batch.rows(f"SELECT stddev_samp(CAST({value.sql} AS DOUBLE)) AS v {rows}")
        return rough["v"]
    beside = EXACT.subtract(found["total"], EXACT.multiply(count, centre))
    spread = EXACT.subtract(EXACT.multiply(count, squares), EXACT.multiply(beside, beside))
    return number(EXACT.sqrt(EXACT.divide(spread, EXACT.multiply(count, count - 1))))


def _squares(distance: str, scale: int, rows: str, batch: MetricBatch) -> Decimal:
    """Return the sum of squares, if the engine has as many digits as it takes."""
    short = f"arrow_cast({distance}, 'Decimal256(38, {scale})')"
    [found] = batch.rows(f"SELECT sum({short} * {short}) AS total {rows}")
    total: Decimal = found["total"]
    return total


def _squares_here(value: Operand, centre: Decimal, rows: str, batch: MetricBatch) -> Decimal:
    """Return the sum of squares of values that are read one after another."""
    total = Decimal(0)
    for part in batch.stream(f"SELECT {value.sql} AS v {rows}"):
        for one in part.column("v").to_pylist():
            distance = EXACT.subtract(Decimal(one), centre)
            total = EXACT.fma(distance, distance, total)
    return total
