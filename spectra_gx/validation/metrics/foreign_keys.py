"""Rules about keys that must stand in another table: rows without a parent.

A parent that fits into memory is joined, in one pass over the table. For one that does not, the
keys of both tables are grouped together, by way of the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import all_true
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order_of_values, shape

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest
    from spectra_gx.validation.metrics.value_source import ValueSource

REFERENCES = "rows.references"


def reference_query(
    question: MetricRequest, values: ValueSource, batch: MetricBatch
) -> MetricQuery:
    """Answer for keys without a parent; their rows are shown in the order of these keys."""
    joined = orphans(question, values, batch, OWN_TABLE)
    grouped = _orphaned_keys(question, values, batch)
    reads = (batch.table.name, question.values["to_table"])
    if question.part == "unexpected_count":
        return lambda: batch.count(
            f"SELECT count(*) {joined}",
            reads=reads,
            fallback=f"SELECT coalesce(sum(n), 0) FROM ({grouped}) AS g",
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
    otherwise = f"{shown} FROM {rows} JOIN ({grouped} {first[1]}) AS g ON {same} {first[0]}"
    query = f"{shown} {joined} {first[0]}"
    return lambda: shape(
        batch.rows(query, reads=reads, fallback=otherwise), question, values, batch
    )


def orphans(question: MetricRequest, values: ValueSource, batch: MetricBatch, rows: str) -> str:
    """Return what to select from for rows, under the table's own name, without a parent."""
    table, to = question.values["to_table"], question.values["to_columns"]
    parent = batch.other(table)
    same = all_true(
        [
            f"{OWN_TABLE}.{quote_name(column)} = p.{quote_name(parent_column)}"
            for column, parent_column in zip(question.columns, to, strict=True)
        ]
    )
    return (
        f"FROM (SELECT * FROM {rows} AS {OWN_TABLE} WHERE {values.condition}) AS {OWN_TABLE} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )


def _orphaned_keys(question: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    """Return the query for keys without a parent, and the number of their rows `n`."""
    parent = batch.other(question.values["to_table"])
    columns = _columns(values)
    own = _renamed([operand.sql for operand in values.operands], columns)
    others = _renamed([quote_name(column) for column in question.values["to_columns"]], columns)
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
