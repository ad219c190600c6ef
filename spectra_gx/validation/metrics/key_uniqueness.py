"""Rules about groups of equal keys: more than one row, or, in a primary key, a null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import Operand, all_true, any_true, conjunction
from spectra_gx.validation.metrics.key_ranges import range_conditions, range_sources
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_requests import OwnQueries
from spectra_gx.validation.metrics.row_family import FailingNumbers, RowFamily
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names, order, order_of_values, shape
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest

_PRIMARY_KEY = "rows.primary_key"


def _query(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Count or sample the rows of groups with more than one row or, in a key, a null.

    Equal keys are shown together: in the order of what is grouped, then of the rows' own keys.
    """
    if values.exploded:
        return _repeated_items(request, values, batch)
    condition, repeated = _repetition(request, values, where)
    if request.part == "unexpected_count":
        ranges = range_sources(batch, _keys(values))
        counts = tuple(_counted(values, rows, condition, repeated) for rows in ranges)
        return OwnQueries(counts, lambda: sum(map(batch.count, counts)))
    # Groups are in the order of their first key, so it alone can be cut.
    cut = range_sources(batch, dict([*_keys(values).items()][:1]))

    def sampled(rows: str) -> str:
        return _sampled(values, rows, where, condition, repeated, batch)

    def sample() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for rows in cut:
            if len(cut) > 1 and not batch.count(_counted(values, rows, condition, repeated)):
                continue
            found += batch.rows(sampled(rows))
            if len(found) >= SAMPLED_ROWS:
                break
        return found[:SAMPLED_ROWS]

    first = (sampled(cut[0]),) if len(cut) == 1 else ()
    return OwnQueries(first, lambda: shape(sample(), request, values, batch))


def _keys(values: ValueSource) -> dict[str, Operand]:
    return dict(zip(values.labels, values.operands, strict=True))


def _counted(values: ValueSource, rows: str, condition: str, repeated: str) -> str:
    """Return the query that counts the rows of repeated groups."""
    grouped = ", ".join(key.sql for key in values.operands)
    return (
        f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {rows} "
        f"WHERE {condition} GROUP BY {grouped} HAVING {repeated}) AS g"
    )


def _sampled(
    values: ValueSource,
    rows: str,
    where: str | None,
    condition: str,
    repeated: str,
    batch: MetricBatch,
) -> str:
    """Return the query for the first rows of repeated groups.

    They are in the first groups, so that no more of these need be joined with the rows.
    """
    selected = f"(SELECT {values.selected} FROM {rows} WHERE {conjunction(where)})"
    first = ""
    if not any(key.type.startswith(("array", "map", "struct")) for key in values.operands):
        first = (
            f" ORDER BY {names([f'k{i}' for i in range(len(values.labels))])} LIMIT {SAMPLED_ROWS}"
        )
    joined = _in_groups(values, selected, rows, condition, repeated, first)
    ordered = order_of_values(values, batch, OWN_TABLE)
    shown = names(values.shown, OWN_TABLE)
    return f"SELECT {shown} {joined} ORDER BY {ordered} LIMIT {SAMPLED_ROWS}"


def _failing(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> FailingNumbers:
    if values.exploded:
        return FailingNumbers([f"SELECT {ROW} FROM ({values.repeated()}) AS r"])
    return FailingNumbers(_row_numbers(request, values, where, batch))


def _row_numbers(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> Iterator[str]:
    """Yield queries for the numbers of the rows in repeated groups, range by range."""
    condition, repeated = _repetition(request, values, where)
    rows = f"(SELECT * FROM {NUMBERED} AS {OWN_TABLE} WHERE {condition})"
    for within in range_conditions(batch, _keys(values), condition):
        groups = _in_groups(values, rows, OWN_TABLE, conjunction(condition, within), repeated)
        yield f"SELECT {OWN_TABLE}.{ROW} {groups}"


def _repetition(request: MetricRequest, values: ValueSource, where: str | None) -> tuple[str, str]:
    """Return which rows are grouped, and which groups fail."""
    repeated = "count(*) > 1"
    if request.base != _PRIMARY_KEY:
        return conjunction(where, values.present), repeated
    nulls = (f"{operand.sql} IS NULL" for operand in values.operands)
    return conjunction(where), any_true([repeated, *nulls])


def _in_groups(
    values: ValueSource, rows: str, grouped: str, condition: str, repeated: str, first: str = ""
) -> str:
    """Return what to select from for rows, under the table's own name, in repeated groups.

    Args:
        values: What is grouped by.
        rows: What to select from for the rows.
        grouped: What to select from for the groups.
        condition: Which rows are grouped.
        repeated: Which groups fail.
        first: Orders and limits the groups.
    """
    keys = [operand.sql for operand in values.operands]
    renamed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    groups = (
        f"SELECT {renamed} FROM {grouped} WHERE {condition} "
        f"GROUP BY {', '.join(keys)} HAVING {repeated}{first}"
    )
    # Parentheses matter: DataFusion reads `a IS NOT DISTINCT FROM b AND c` as `… FROM (b AND c)`.
    same = all_true(
        [
            f"({OWN_TABLE}.{quote_name(label)} IS NOT DISTINCT FROM g.k{i})"
            for i, label in enumerate(values.labels)
        ]
    )
    return f"FROM {rows} AS {OWN_TABLE} JOIN ({groups}) AS g ON {same}"


def _repeated_items(request: MetricRequest, values: ValueSource, batch: MetricBatch) -> MetricQuery:
    """Count or sample items that must be unique in a row; a row counts once, however many."""
    groups = values.repeated()
    if request.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(DISTINCT {ROW}) FROM ({groups}) AS g")
    shown = names(values.shown)
    query = f"SELECT {shown} FROM ({groups}) AS g ORDER BY {order(values, batch)}"
    return lambda: shape(batch.rows(f"{query} LIMIT {SAMPLED_ROWS}"), request, values, batch)


UNIQUENESS = RowFamily(
    {
        "expect_column_values_to_be_unique": "column_values.unique",
        "expect_compound_columns_to_be_unique": "compound_columns.unique",
        "expect_columns_to_be_primary_key": _PRIMARY_KEY,
    },
    _query,
    _failing,
    {_PRIMARY_KEY: ()},
)
