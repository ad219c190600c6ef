"""Rules about the order of rows, or of values: each is compared with the one before it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.row_family import FailingNumbers, RowFamily
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order, order_of_values, shape
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest

_RUNS_DOWN = {"column_values.increasing": False, "column_values.decreasing": True}


def _query(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Count or sample the rows that should come before the one that they follow.

    A column that follows the order of others is walked along them, upwards, and rows that these do
    not distinguish may be in any order; rows that follow their own are taken as they are stored.
    """
    del where
    misplaced, as_stored = _misplaced(request, values, batch, OWN_TABLE)
    if request.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {misplaced}", in_stored_order=as_stored)
    query = (
        f"SELECT {names(values.shown)} {misplaced} ORDER BY {order(values, batch)} "
        f"LIMIT {SAMPLED_ROWS}"
    )
    return lambda: shape(batch.rows(query, in_stored_order=as_stored), request, values, batch)


def _failing(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> FailingNumbers:
    del where
    misplaced, _ = _misplaced(request, values, batch, NUMBERED)
    return FailingNumbers([f"SELECT {ROW} {misplaced}"])


def _misplaced(
    request: MetricRequest, values: ValueSource, batch: MetricBatch, rows: str
) -> tuple[str, bool]:
    """Return what to select from, and whether rows are taken as they are stored."""
    by = tuple(request.values.get("by") or values.labels)
    descending = _RUNS_DOWN.get(request.base, request.values.get("order") == "descending")
    checked = [label for label in values.labels if label not in by] or list(by)
    as_stored = checked == list(by)
    if as_stored:
        rows = NUMBERED
        walked = _as_written(batch)
    else:
        direction = "DESC" if descending else "ASC"
        walked = (
            f"{names(by)}, {', '.join(f'{quote_name(label)} {direction}' for label in checked)}"
        )
    before = {label: quote_name(f"#before {label}") for label in checked}
    earlier = ", ".join(
        f"lag({quote_name(label)}) OVER (ORDER BY {walked}) AS {before[label]}" for label in checked
    )
    pairs = [(before[label], quote_name(label)) for label in checked]
    broken = _out_of_order(pairs, ">" if descending else "<", strictly=_is_strict(request))
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
            "the rows of a table with partitions or deletion vectors are in no known order; "
            "name the `column` that follows the order of another"
        )
    if any(file["num_records"] is None for file in files):
        raise EngineError("the table's log does not contain the row count of each file; compact it")
    ends = accumulate(file["num_records"] for file in files)
    written = sorted((file["modification_time"], file["path"]) for file in files)
    places = (written.index((file["modification_time"], file["path"])) for file in files)
    cases = " ".join(
        f"WHEN {ROW} <= {end} THEN {place}" for end, place in zip(ends, places, strict=True)
    )
    return f"CASE {cases} END, {ROW}"


def _is_strict(request: MetricRequest) -> bool:
    return bool(request.values.get("strictly"))


def _out_of_order(pairs: Sequence[tuple[str, str]], operator: str, *, strictly: bool) -> str:
    """Be true where a row should come before the one that it follows, column by column."""
    # Flat, however many columns; engines give up on what is nested for each of them.
    decided = " ".join(
        f"WHEN {after} {operator} {before} THEN true "
        f"WHEN ({after} = {before}) IS NOT TRUE THEN false"
        for before, after in pairs
    )
    return f"CASE {decided} ELSE {'true' if strictly else 'false'} END"


def _sequence_query(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Count or sample the rows whose value repeats, or is not one step after the one before."""
    del where
    broken = _out_of_step(request, values, OWN_TABLE)
    if request.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {broken}")
    query = (
        f"SELECT {names(values.shown)} {broken} "
        f"ORDER BY {order_of_values(values, batch, 'o')} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: shape(batch.rows(query), request, values, batch)


def _sequence_failing(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> FailingNumbers:
    del where, batch
    return FailingNumbers([f"SELECT {ROW} {_out_of_step(request, values, NUMBERED)}"])


def _out_of_step(request: MetricRequest, values: ValueSource, rows: str) -> str:
    """Return what to select from for rows that have no place in the sequence."""
    [operand], [label], step = values.operands, values.labels, request.values["step"]
    before, after = quote_name(f"#before {label}"), quote_name(f"#after {label}")
    beside = ", ".join(
        f"{function}({operand.sql}) OVER (ORDER BY {operand.sql}) AS {name}"
        for function, name in (("lag", before), ("lead", after))
    )
    expected = f"CAST({before} AS DECIMAL(20, 0)) + {step}"
    if operand.type == "date":
        expected = f"{before} + INTERVAL '{step}' DAY"
    inside = f"SELECT *, {beside} FROM {rows} AS {OWN_TABLE} WHERE {values.condition}"
    return (
        f"FROM ({inside}) AS o WHERE ({before} IS NOT NULL AND {operand.sql} <> {expected}) "
        f"OR ({after} IS NOT NULL AND {operand.sql} = {after})"
    )


SEQUENCES = RowFamily(
    {"expect_values_to_be_in_sequence": "rows.sequence"},
    _sequence_query,
    _sequence_failing,
    {"rows.sequence": ("step",)},
)
ROW_ORDER = RowFamily(
    {
        "expect_column_values_to_be_increasing": "column_values.increasing",
        "expect_column_values_to_be_decreasing": "column_values.decreasing",
        "expect_rows_to_be_sorted": "rows.sorted",
    },
    _query,
    _failing,
    {"rows.sorted": ("by", "order")},
)
