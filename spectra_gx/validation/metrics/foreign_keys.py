"""Rules about keys that must exist in another table: rows without a parent.

A parent that fits into memory is joined, in one pass over the table. For one that does not, the
keys of both tables are grouped together, by way of the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import all_true
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_requests import OwnQueries
from spectra_gx.validation.metrics.row_family import FailingNumbers, RowFamily
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order_of_values, shape
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest


def _query(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Count or sample the rows of keys without a parent, in the order of these keys."""
    del where
    joined = _orphans(request, values, batch, OWN_TABLE)
    grouped = _orphaned_keys(request, values, batch)
    reads = (batch.table.name, request.values["to_table"])
    if request.part == "unexpected_count":
        counted = f"SELECT count(*) {joined}"
        otherwise = f"SELECT coalesce(sum(n), 0) FROM ({grouped}) AS g"
        return OwnQueries(
            (counted,), lambda: batch.count(counted, reads=reads, fallback=otherwise), reads
        )
    first = (
        f"ORDER BY {order_of_values(values, batch, OWN_TABLE)} LIMIT {SAMPLED_ROWS}",
        f"ORDER BY {names(_columns(values))} LIMIT {SAMPLED_ROWS}",
    )
    same = all_true(
        [
            f"{OWN_TABLE}.{quote_name(label)} = g.{column}"
            for label, column in zip(values.labels, _columns(values), strict=True)
        ]
    )
    shown = f"SELECT {names(values.shown, OWN_TABLE)}"
    rows = f"(SELECT {values.selected} FROM {OWN_TABLE} WHERE {values.condition}) AS {OWN_TABLE}"
    fallback = f"{shown} FROM {rows} JOIN ({grouped} {first[1]}) AS g ON {same} {first[0]}"
    query = f"{shown} {joined} {first[0]}"
    return OwnQueries(
        (query,),
        lambda: shape(batch.rows(query, reads=reads, fallback=fallback), request, values, batch),
        reads,
    )


def _failing(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> FailingNumbers:
    del where
    query = f"SELECT {OWN_TABLE}.{ROW} {_orphans(request, values, batch, NUMBERED)}"
    return FailingNumbers([query], (request.values["to_table"],))


def _orphans(request: MetricRequest, values: ValueSource, batch: MetricBatch, rows: str) -> str:
    """Return what to select from for rows, under the table's own name, without a parent."""
    table, to = request.values["to_table"], request.values["to_columns"]
    parent = batch.other(table)
    same = all_true(
        [
            f"{OWN_TABLE}.{quote_name(column)} = p.{quote_name(parent_column)}"
            for column, parent_column in zip(request.columns, to, strict=True)
        ]
    )
    return (
        f"FROM (SELECT * FROM {rows} AS {OWN_TABLE} WHERE {values.condition}) AS {OWN_TABLE} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )


def _orphaned_keys(request: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    """Return the query for keys without a parent, and the number of their rows `n`."""
    parent = batch.other(request.values["to_table"])
    columns = _columns(values)
    own = _renamed([operand.sql for operand in values.operands], columns)
    others = _renamed([quote_name(column) for column in request.values["to_columns"]], columns)
    keys = ", ".join(columns)
    return (
        f"SELECT {keys}, sum(n) AS n FROM ("
        f"SELECT {own}, 1 AS n, 0 AS parents FROM {OWN_TABLE} WHERE {values.condition} "
        f"UNION ALL SELECT {others}, 0 AS n, 1 AS parents FROM {parent}"
        f") AS u GROUP BY {keys} HAVING max(parents) = 0"
    )


def _columns(values: ValueSource) -> list[str]:
    return [f"k{index}" for index in range(len(values.operands))]


def _renamed(selected: list[str], columns: list[str]) -> str:
    return ", ".join(f"{sql} AS {column}" for sql, column in zip(selected, columns, strict=True))


FOREIGN_KEYS = RowFamily(
    {"expect_columns_to_reference_table": "rows.references"},
    _query,
    _failing,
    {"rows.references": ("to_table", "to_columns")},
)
