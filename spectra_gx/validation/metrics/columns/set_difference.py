"""Values that only one of two columns has: of the table and of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import conjunction
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.redaction import REDACTED

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest

_LISTED = 20


def set_difference(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    """Count and list the values that are missing here, and those that the other column lacks."""
    table, other = request.values["other_table"], quote_name(request.values["other_column"])
    value, parent = request.operand(batch).sql, batch.other(table)
    reads = (batch.table.name, table)
    # Grouped together, by way of the disk where memory does not suffice.
    groups = (
        "SELECT v, max(own) AS own, max(foreign_one) AS foreign_one FROM ("
        f"SELECT {value} AS v, 1 AS own, 0 AS foreign_one FROM {OWN_TABLE} "
        f"WHERE {conjunction(where, f'{value} IS NOT NULL')} "
        f"UNION ALL SELECT {other} AS v, 0 AS own, 1 AS foreign_one FROM {parent} "
        f"WHERE {other} IS NOT NULL) AS u GROUP BY v HAVING max(own) <> max(foreign_one)"
    )
    hidden = _is_hidden(request, batch)

    def listed(side: str) -> list[Any]:
        query = f"SELECT v FROM ({groups}) AS g WHERE {side} = 1 ORDER BY v LIMIT {_LISTED}"
        found = [row["v"] for row in batch.rows(query, reads=reads)]
        return [REDACTED for _ in found] if hidden else found

    def compute() -> dict[str, Any]:
        counts = "coalesce(sum(foreign_one), 0) AS missing, coalesce(sum(own), 0) AS unexpected"
        [found] = batch.rows(f"SELECT {counts} FROM ({groups}) AS g", reads=reads)
        return {
            "missing": int(found["missing"]),
            "unexpected": int(found["unexpected"]),
            "missing_values": listed("foreign_one") if found["missing"] else [],
            "unexpected_values": listed("own") if found["unexpected"] else [],
        }

    return compute


def _is_hidden(request: MetricRequest, batch: MetricBatch) -> bool:
    """Return whether a value that one column lacks reveals a sensitive one."""
    declared = batch.snapshot.readable.get(request.values["other_table"], {})
    return (
        request.columns[0] in batch.sensitive
        or declared.get(request.values["other_column"], True)
        or batch.exposes(request.where)
    )
