"""Rules about groups of equal keys: more than one row, or, in a primary key, a null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.ranges import ranges
from spectra_gx.validation.samples import SAMPLED_ROWS, names, order, shape
from spectra_gx.validation.sql import both, name
from spectra_gx.validation.values import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.validation.questions import Answer, Question

_PRIMARY_KEY = "rows.primary_key"
GROUPED = frozenset({"column_values.unique", "compound_columns.unique", _PRIMARY_KEY})
"""Metrics that are answered here."""


def group_answer(
    question: Question, values: ValueSource, where: str | None, batch: DeltaBatchData
) -> Answer:
    """Answer for rules about groups of equal keys: more than one row, or, in a key, a null."""
    if values.exploded:
        return _repeated_items(question, values, batch)
    condition, offending = _offence(question, values, where)
    if question.part == "unexpected_count":
        return lambda: _count_in_groups(values, condition, offending, batch)
    # The condition stands where no name but the table's own is in sight.
    rows = f"(SELECT {values.selected} FROM {OWN} WHERE {both(where)})"
    query = (
        f"SELECT {names(values.shown, OWN)} {_in_groups(values, rows, condition, offending)} "
        f"ORDER BY {order(values, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: shape(batch.rows(query), question, values, batch)


def numbers_in_groups(
    question: Question,
    values: ValueSource,
    where: str | None,
    batch: DeltaBatchData,
) -> Iterator[str]:
    """Yield queries for the numbers of the rows in offending groups, range by range."""
    condition, offending = _offence(question, values, where)
    keys = dict(zip(values.labels, values.operands, strict=True))
    rows = f"(SELECT * FROM {NUMBERED} AS {OWN} WHERE {condition})"
    for within in ranges(batch, keys, condition):
        groups = _in_groups(values, rows, both(condition, within), offending)
        yield f"SELECT {OWN}.{ROW} {groups}"


def _offence(question: Question, values: ValueSource, where: str | None) -> tuple[str, str]:
    """Return which rows are grouped, and which groups offend."""
    offending = "count(*) > 1"
    if question.base != _PRIMARY_KEY:
        return both(where, values.present), offending
    nulls = (f"{operand.sql} IS NULL" for operand in values.operands)
    return both(where), " OR ".join([offending, *nulls])


def _in_groups(values: ValueSource, rows: str, condition: str, offending: str) -> str:
    """Return what to select from for rows, under the table's own name, in offending groups."""
    keys = [operand.sql for operand in values.operands]
    renamed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    groups = f"FROM {OWN} WHERE {condition} GROUP BY {', '.join(keys)} HAVING {offending}"
    # Parentheses matter: DataFusion reads `a IS NOT DISTINCT FROM b AND c` as `… FROM (b AND c)`.
    same = " AND ".join(
        f"({OWN}.{name(label)} IS NOT DISTINCT FROM g.k{i})"
        for i, label in enumerate(values.labels)
    )
    return f"FROM {rows} AS {OWN} JOIN (SELECT {renamed} {groups}) AS g ON {same}"


def _count_in_groups(
    values: ValueSource, condition: str, offending: str, batch: DeltaBatchData
) -> int:
    """Return how many rows stand in offending groups, grouped range by range."""
    keys = dict(zip(values.labels, values.operands, strict=True))
    grouped = ", ".join(key.sql for key in values.operands)
    return sum(
        batch.count(
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n "
            f"FROM {OWN} WHERE {both(condition, within)} GROUP BY {grouped} HAVING {offending})"
        )
        for within in ranges(batch, keys, condition)
    )


def _repeated_items(question: Question, values: ValueSource, batch: DeltaBatchData) -> Answer:
    """Answer for items that must be unique: those of one row, which stands once however many."""
    groups = values.repeated()
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(DISTINCT {ROW}) FROM ({groups}) AS g")
    shown = names(values.shown)
    query = f"SELECT {shown} FROM ({groups}) AS g ORDER BY {order(values, batch)}"
    return lambda: shape(batch.rows(f"{query} LIMIT {SAMPLED_ROWS}"), question, values, batch)
