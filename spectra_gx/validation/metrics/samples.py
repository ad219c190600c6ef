"""Failing rows: how many are fetched, in what order, and the form in which GX expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.validation.redaction import hide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricRequest
    from spectra_gx.validation.metrics.value_source import ValueSource

SAMPLED_ROWS = 20


def names(labels: Sequence[str], table: str | None = None) -> str:
    """Return a list of quoted names."""
    prefix = f"{table}." if table else ""
    return ", ".join(f"{prefix}{quote_name(label)}" for label in labels)


def order(values: ValueSource, batch: MetricBatch) -> str:
    """Order by what is shown, so that the same table always gives the same sample."""
    return names(sortable(values.shown, values, batch)) or "1"


def order_of_values(values: ValueSource, batch: MetricBatch, table: str) -> str:
    """Order by the values, then by the keys, so that equal values are shown together."""
    return names(sortable((*values.labels, *values.keys), values, batch), table) or "1"


def sortable(labels: Sequence[str], values: ValueSource, batch: MetricBatch) -> list[str]:
    """Return those labels, each once, that rows can be ordered by."""
    types = {**batch.table.types, **values.types}
    return [
        label
        for label in dict.fromkeys(labels)
        if not types[label].startswith(("array", "map", "struct"))
    ]


_OF_ITSELF = frozenset(("column_values.nonnull", "column_values.null", "column_values.unique")) | {
    "compound_columns.unique",
    "rows.primary_key",
}
"""Metrics that test a column for nulls, or compare it with itself alone."""


def exposes(request: MetricRequest, batch: MetricBatch) -> bool:
    """Return whether the rows that are found reveal the values of a sensitive column.

    They do where its values are compared with those of another column, or select the rows.
    """
    if batch.exposes(request.where):
        return True
    parent = request.values.get("to_table")
    if parent is not None:
        declared = batch.snapshot.readable.get(parent, {})
        pairs = zip(request.columns, request.values["to_columns"], strict=True)
        return any((own in batch.sensitive) != declared.get(to, False) for own, to in pairs)
    several = len(request.columns) > 1 or request.base in _ALONG_ITSELF
    return (
        several
        and request.base not in _OF_ITSELF
        and not batch.sensitive.isdisjoint(request.columns)
    )


_ALONG_ITSELF = (
    "rows.sorted",
    "rows.sequence",
    "column_values.increasing",
    "column_values.decreasing",
)
"""Metrics whose rows are in the order of a column."""


def shape(
    found: list[dict[str, Any]], request: MetricRequest, values: ValueSource, batch: MetricBatch
) -> Any:
    """Return rows in the form GX expects of this part, sensitive values hidden from GX too."""
    hidden = batch.sensitive
    if exposes(request, batch):
        hidden |= set(values.shown)
    elif request.columns[0] in hidden:
        hidden |= set(values.labels)
    rows = [hide(hidden, row) for row in found]
    if request.part == "unexpected_index_list":
        return [{key: row[key] for key in request.keys} for row in rows] if request.keys else None
    if request.part == "unexpected_rows":
        return [{label: row[label] for label in values.shown} for row in rows]
    if request.base.startswith("column_values"):
        return [row[values.labels[0]] for row in rows]
    return [{label: row[label] for label in values.labels} for row in rows]
