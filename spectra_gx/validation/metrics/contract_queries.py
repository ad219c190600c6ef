"""Contract SQL: a query that returns the failing rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest, OwnQueries
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, names
from spectra_gx.validation.redaction import hide_unless

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch

QUERY = "unexpected_rows_query"

_CONTRACT_BRACES = {"{{": "{", "}}": "}", "{batch}": "{table}"}
_GX_BRACES = re.compile("|".join(map(re.escape, _CONTRACT_BRACES)))


def contract_query_rows(kwargs: Mapping[str, Any], batch: MetricBatch) -> list[dict[str, Any]]:
    """Return the sampled rows of an expectation's query, which was run before."""
    request = MetricRequest(QUERY, "table", (), where_of(kwargs.get("row_condition")), kwargs)
    query = contract_query(request, batch)
    rows: list[dict[str, Any]] = query() if callable(query) else []
    return rows


def where_of(condition: Any) -> str | None:
    """Return a contract's `where` from the condition that GX carries it in."""
    if condition is None:
        return None
    if isinstance(condition, Mapping):
        return str(condition["pass_through_filter"])
    return str(condition.pass_through_filter)


def contract_query(request: MetricRequest, batch: MetricBatch) -> MetricQuery:
    """Return how many rows a query returns, or some of them, as the request's part requires."""
    sql, guarded = batch.query(contract_sql(request.values["unexpected_rows_query"]), request.where)
    reads = guarded.tables
    if request.part == "row_count":
        counted = f"SELECT count(*) FROM (\n{sql}\n) AS q"
        return OwnQueries((counted,), lambda: batch.count(counted, reads=reads), reads)

    def sample() -> list[dict[str, Any]]:
        columns = batch.orderable_columns(f"SELECT * FROM (\n{sql}\n) AS q LIMIT 0", reads=reads)
        if guarded.shown is not None:
            # The order of what is hidden would reveal it.
            columns = [column for column in columns if column in guarded.shown]
        order = f"ORDER BY {names(columns)} " if columns else ""
        query = f"SELECT * FROM (\n{sql}\n) AS q {order}LIMIT {SAMPLED_ROWS}"
        return [hide_unless(guarded.shown, row) for row in batch.rows(query, reads=reads)]

    return sample


def contract_sql(query: str) -> str:
    """Return a query as the contract wrote it: GX doubles literal braces, writes `{batch}`."""
    return _GX_BRACES.sub(lambda braces: _CONTRACT_BRACES[braces[0]], query)
