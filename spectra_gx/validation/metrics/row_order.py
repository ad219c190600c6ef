"""Rules about the order of rows: each is held against the one before it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order, shape
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest

_RUNS_DOWN = {"column_values.increasing": False, "column_values.decreasing": True}
ROW_ORDER = frozenset({"rows.sorted", *_RUNS_DOWN})
"""Metrics that are answered here."""


def order_query(question: MetricRequest, values: ValueSource, batch: MetricBatch) -> MetricQuery:
    """Answer with the rows that should stand before the one that they follow.

    A column that follows the order of others is walked along them, upwards, and rows that these do
    not tell apart may stand in any order; rows that follow their own are taken as they are stored.
    """
    offending, as_stored = _offending(question, values, batch, OWN_TABLE)
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {offending}", in_stored_order=as_stored)
    query = (
        f"SELECT {names(values.shown)} {offending} ORDER BY {order(values, batch)} "
        f"LIMIT {SAMPLED_ROWS}"
    )
    return lambda: shape(batch.rows(query, in_stored_order=as_stored), question, values, batch)


def misplaced_row_numbers(question: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    """Return the query for the numbers of the rows that should stand before another."""
    offending, _ = _offending(question, values, batch, NUMBERED)
    return f"SELECT {ROW} {offending}"


def _offending(
    question: MetricRequest, values: ValueSource, batch: MetricBatch, rows: str
) -> tuple[str, bool]:
    """Return what to select from, and whether rows are taken as they are stored."""
    by = tuple(question.values.get("by") or values.labels)
    descending = _RUNS_DOWN.get(question.base, question.values.get("order") == "descending")
    judged = [label for label in values.labels if label not in by] or list(by)
    as_stored = judged == list(by)
    if as_stored:
        rows = NUMBERED
        walked = _as_written(batch)
    else:
        direction = "DESC" if descending else "ASC"
        walked = f"{names(by)}, {', '.join(f'{quote_name(label)} {direction}' for label in judged)}"
    before = {label: quote_name(f"#before {label}") for label in judged}
    earlier = ", ".join(
        f"lag({quote_name(label)}) OVER (ORDER BY {walked}) AS {before[label]}" for label in judged
    )
    pairs = [(before[label], quote_name(label)) for label in judged]
    broken = _out_of_order(pairs, ">" if descending else "<", strictly=_is_strict(question))
    inside = f"SELECT *, {earlier} FROM {rows} AS {OWN_TABLE} WHERE {values.condition}"
    return f"FROM ({inside}) AS o WHERE {broken}", as_stored


def _as_written(batch: MetricBatch) -> str:
    """Return what orders numbered rows as they were written: file after file, the oldest first.

    A scan of one partition reads the files as the log lists them, the newest first.
    """
    if not batch.session.capabilities.stored_order:
        raise EngineError(
            "the engine keeps rows in no order of their own; name the `column` that follows the "
            "order of another"
        )
    delta = batch.table.delta
    files = [] if delta is None else pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    if delta is None or len(files) <= 1:
        return ROW
    if batch.partition_columns or "deletionVectors" in (delta.protocol().reader_features or ()):
        raise EngineError(
            "the rows of a table with partitions or deletion vectors stand in no order that can be "
            "told; name the `column` that follows the order of another"
        )
    if any(file["num_records"] is None for file in files):
        raise EngineError("the table's log does not say how many rows each file has; compact it")
    ends = accumulate(file["num_records"] for file in files)
    written = sorted((file["modification_time"], file["path"]) for file in files)
    places = (written.index((file["modification_time"], file["path"])) for file in files)
    cases = " ".join(
        f"WHEN {ROW} <= {end} THEN {place}" for end, place in zip(ends, places, strict=True)
    )
    return f"CASE {cases} END, {ROW}"


def _is_strict(question: MetricRequest) -> bool:
    return bool(question.values.get("strictly"))


def _out_of_order(pairs: Sequence[tuple[str, str]], operator: str, *, strictly: bool) -> str:
    """Be true where a row should stand before the one that it follows, column by column."""
    # Flat, however many columns; engines give up on what is nested for each of them.
    decided = " ".join(
        f"WHEN {after} {operator} {before} THEN true "
        f"WHEN ({after} = {before}) IS NOT TRUE THEN false"
        for before, after in pairs
    )
    return f"CASE {decided} ELSE {'true' if strictly else 'false'} END"
