"""Rules about groups of equal keys: more than one row, or, in a primary key, a null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import all_true, any_true, conjunction
from spectra_gx.validation.metrics.key_ranges import range_conditions, range_sources
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order, order_of_values, shape
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.engines.sql_text import Operand
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest

_PRIMARY_KEY = "rows.primary_key"
UNIQUENESS = frozenset({"column_values.unique", "compound_columns.unique", _PRIMARY_KEY})
"""Metrics that are answered here."""


def uniqueness_query(
    question: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Answer for rules about groups of equal keys: more than one row, or, in a key, a null.

    Equal keys are shown together: in the order of what is grouped, then of the rows' own keys.
    """
    if values.exploded:
        return _repeated_items(question, values, batch)
    condition, offending = _offence(question, values, where)
    if question.part == "unexpected_count":
        return lambda: sum(
            batch.count(_counted(values, rows, condition, offending))
            for rows in range_sources(batch, _keys(values))
        )

    def sample() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        # Groups stand in the order of their first key, so it alone can be cut.
        cut = range_sources(batch, dict([*_keys(values).items()][:1]))
        for rows in cut:
            if len(cut) > 1 and not batch.count(_counted(values, rows, condition, offending)):
                continue
            found += batch.rows(_sampled(values, rows, where, condition, offending, batch))
            if len(found) >= SAMPLED_ROWS:
                break
        return found[:SAMPLED_ROWS]

    return lambda: shape(sample(), question, values, batch)


def _keys(values: ValueSource) -> dict[str, Operand]:
    return dict(zip(values.labels, values.operands, strict=True))


def _counted(values: ValueSource, rows: str, condition: str, offending: str) -> str:
    """Return the query that counts the rows of offending groups."""
    grouped = ", ".join(key.sql for key in values.operands)
    return (
        f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {rows} "
        f"WHERE {condition} GROUP BY {grouped} HAVING {offending}) AS g"
    )


def _sampled(
    values: ValueSource,
    rows: str,
    where: str | None,
    condition: str,
    offending: str,
    batch: MetricBatch,
) -> str:
    """Return the query for the first rows of offending groups.

    They stand in the first groups, so that no more of these need be joined with the rows.
    """
    selected = f"(SELECT {values.selected} FROM {rows} WHERE {conjunction(where)})"
    first = ""
    if not any(key.type.startswith(("array", "map", "struct")) for key in values.operands):
        first = (
            f" ORDER BY {names([f'k{i}' for i in range(len(values.labels))])} LIMIT {SAMPLED_ROWS}"
        )
    joined = _in_groups(values, selected, rows, condition, offending, first)
    ordered = order_of_values(values, batch, OWN_TABLE)
    shown = names(values.shown, OWN_TABLE)
    return f"SELECT {shown} {joined} ORDER BY {ordered} LIMIT {SAMPLED_ROWS}"


def duplicate_row_numbers(
    question: MetricRequest,
    values: ValueSource,
    where: str | None,
    batch: MetricBatch,
) -> Iterator[str]:
    """Yield queries for the numbers of the rows in offending groups, range by range."""
    condition, offending = _offence(question, values, where)
    rows = f"(SELECT * FROM {NUMBERED} AS {OWN_TABLE} WHERE {condition})"
    for within in range_conditions(batch, _keys(values), condition):
        groups = _in_groups(values, rows, OWN_TABLE, conjunction(condition, within), offending)
        yield f"SELECT {OWN_TABLE}.{ROW} {groups}"


def _offence(question: MetricRequest, values: ValueSource, where: str | None) -> tuple[str, str]:
    """Return which rows are grouped, and which groups offend."""
    offending = "count(*) > 1"
    if question.base != _PRIMARY_KEY:
        return conjunction(where, values.present), offending
    nulls = (f"{operand.sql} IS NULL" for operand in values.operands)
    return conjunction(where), any_true([offending, *nulls])


def _in_groups(
    values: ValueSource, rows: str, grouped: str, condition: str, offending: str, first: str = ""
) -> str:
    """Return what to select from for rows, under the table's own name, in offending groups.

    Args:
        values: What is grouped by.
        rows: What to select from for the rows.
        grouped: What to select from for the groups.
        condition: Which rows are grouped.
        offending: Which groups offend.
        first: Orders and limits the groups.
    """
    keys = [operand.sql for operand in values.operands]
    renamed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    groups = (
        f"SELECT {renamed} FROM {grouped} WHERE {condition} "
        f"GROUP BY {', '.join(keys)} HAVING {offending}{first}"
    )
    # Parentheses matter: DataFusion reads `a IS NOT DISTINCT FROM b AND c` as `… FROM (b AND c)`.
    same = all_true(
        [
            f"({OWN_TABLE}.{quote_name(label)} IS NOT DISTINCT FROM g.k{i})"
            for i, label in enumerate(values.labels)
        ]
    )
    return f"FROM {rows} AS {OWN_TABLE} JOIN ({groups}) AS g ON {same}"


def _repeated_items(
    question: MetricRequest, values: ValueSource, batch: MetricBatch
) -> MetricQuery:
    """Answer for items that must be unique: those of one row, which stands once however many."""
    groups = values.repeated()
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(DISTINCT {ROW}) FROM ({groups}) AS g")
    shown = names(values.shown)
    query = f"SELECT {shown} FROM ({groups}) AS g ORDER BY {order(values, batch)}"
    return lambda: shape(batch.rows(f"{query} LIMIT {SAMPLED_ROWS}"), question, values, batch)
