"""Rules about keys that must stand in another table: rows without a parent.

A parent that fits into memory is joined, in one pass over the table. For one that does not, the
keys of both tables are grouped together, by way of the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.samples import SAMPLED_ROWS, names, order_of_values, shape
from spectra_gx.validation.sql import all_of, name

if TYPE_CHECKING:
    from spectra_gx.validation.questions import Answer, Question
    from spectra_gx.validation.values import ValueSource

REFERENCES = "rows.references"


def reference_answer(question: Question, values: ValueSource, batch: DeltaBatchData) -> Answer:
    """Answer for keys without a parent; their rows are shown in the order of these keys."""
    joined = orphans(question, values, batch, OWN)
    grouped = _orphaned_keys(question, values, batch)
    reads = (batch.table.name, question.values["to_table"])
    if question.part == "unexpected_count":
        return lambda: batch.count(
            f"SELECT count(*) {joined}",
            reads=reads,
            otherwise=f"SELECT coalesce(sum(n), 0) FROM ({grouped}) AS g",
        )
    first = (
        f"ORDER BY {order_of_values(values, batch, OWN)} LIMIT {SAMPLED_ROWS}",
        f"ORDER BY {names(_columns(values))} LIMIT {SAMPLED_ROWS}",
    )
    same = all_of(
        [
            f"{OWN}.{name(label)} = g.{column}"
            for label, column in zip(values.labels, _columns(values), strict=True)
        ]
    )
    shown = f"SELECT {names(values.shown, OWN)}"
    rows = f"(SELECT {values.selected} FROM {OWN} WHERE {values.condition}) AS {OWN}"
    otherwise = f"{shown} FROM {rows} JOIN ({grouped} {first[1]}) AS g ON {same} {first[0]}"
    query = f"{shown} {joined} {first[0]}"
    return lambda: shape(
        batch.rows(query, reads=reads, otherwise=otherwise), question, values, batch
    )


def orphans(question: Question, values: ValueSource, batch: DeltaBatchData, rows: str) -> str:
    """Return what to select from for rows, under the table's own name, without a parent."""
    table, to = question.values["to_table"], question.values["to_columns"]
    parent = batch.other(table)
    same = all_of(
        [
            f"{OWN}.{name(column)} = p.{name(parent_column)}"
            for column, parent_column in zip(question.columns, to, strict=True)
        ]
    )
    return (
        f"FROM (SELECT * FROM {rows} AS {OWN} WHERE {values.condition}) AS {OWN} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )


def _orphaned_keys(question: Question, values: ValueSource, batch: DeltaBatchData) -> str:
    """Return the query for keys without a parent, and the number of their rows `n`."""
    parent = batch.other(question.values["to_table"])
    columns = _columns(values)
    own = _renamed([operand.sql for operand in values.operands], columns)
    others = _renamed([name(column) for column in question.values["to_columns"]], columns)
    keys = ", ".join(columns)
    return (
        f"SELECT {keys}, sum(n) AS n FROM ("
        f"SELECT {own}, 1 AS n, 0 AS parents FROM {OWN} WHERE {values.condition} "
        f"UNION ALL SELECT {others}, 0 AS n, 1 AS parents FROM {parent}"
        f") AS u GROUP BY {keys} HAVING max(parents) = 0"
    )


def _columns(values: ValueSource) -> list[str]:
    return [f"k{index}" for index in range(len(values.operands))]


def _renamed(selected: list[str], columns: list[str]) -> str:
    return ", ".join(f"{sql} AS {column}" for sql, column in zip(selected, columns, strict=True))
