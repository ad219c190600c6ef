"""How the values of a column spread over bins, for GX's comparison of distributions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from spectra_gx.errors import EngineError
from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.sql import FLOATS, both, column, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.validation.questions import Answer, Measure, Question


def _value(question: Question, where: str | None, batch: DeltaBatchData) -> tuple[str, str]:
    """Return a column's value as a number, and which rows hold one.

    Raises:
        EngineError: NaN is among them, which lies in no bin.
    """
    [name] = question.columns
    operand = column(name, batch.table.types[name])
    present = both(where, f"{operand.sql} IS NOT NULL")
    if operand.type in FLOATS:
        lost = both(present, f"isnan({operand.sql})")
        if batch.count(f"SELECT count(*) FROM {OWN} WHERE {lost}"):
            raise EngineError(f"column `{name}` holds NaN, which lies in no bin")
    return f"CAST({operand.sql} AS DOUBLE)", present


def _histogram(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    """Count the values in each bin; its upper end belongs to the next, but for the last."""
    value, present = _value(question, where, batch)
    edges = [literal(float(edge), "double") for edge in question.values["bins"]]
    last = len(edges) - 2
    counts = ", ".join(
        f"count(*) FILTER (WHERE {value} >= {low} AND {value} {'<=' if index == last else '<'} "
        f"{high}) AS b{index}"
        for index, (low, high) in enumerate(pairwise(edges))
    )
    return lambda: [*batch.rows(f"SELECT {counts} FROM {OWN} WHERE {present}")[0].values()]


def _between(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    value, present = _value(question, where, batch)
    low, high = question.values.get("min_value"), question.values.get("max_value")
    within = []
    if low is not None:
        operator = ">" if question.values.get("strict_min") else ">="
        within.append(f"{value} {operator} {literal(float(low), 'double')}")
    if high is not None:
        operator = "<" if question.values.get("strict_max") else "<="
        within.append(f"{value} {operator} {literal(float(high), 'double')}")
    counted = f"SELECT count(*) FROM {OWN} WHERE {both(present, *within)}"
    return lambda: batch.count(counted)


HISTOGRAMS: Mapping[str, Measure] = {
    "column.histogram": _histogram,
    "column_values.between.count": _between,
}
"""GX's metrics about how values spread → how each is asked."""
