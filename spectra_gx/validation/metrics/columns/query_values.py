"""Contract SQL that returns one number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.causes import Cause
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.contract_queries import contract_sql
from spectra_gx.validation.redaction import REDACTED

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest


def query_value(request: MetricRequest, where: str | None, batch: MetricBatch) -> MetricQuery:
    """Return the number, and how it is shown: hidden where it may be made of sensitive values."""
    del where
    sql, guarded = batch.query(contract_sql(request.values["query"]), None)

    def compute() -> dict[str, Any]:
        query = f"SELECT * FROM (\n{sql}\n) AS q LIMIT 2"
        value = _only_number(batch.rows(query, reads=guarded.tables))
        return {"value": value, "shown": value if guarded.shown is None else REDACTED}

    return compute


def _only_number(rows: list[dict[str, Any]]) -> Any:
    if len(rows) != 1 or len(rows[0]) != 1:
        found = "no row" if not rows else "several rows" if len(rows) > 1 else "several columns"
        raise _refusal(found)
    [value] = rows[0].values()
    if value is not None and (
        isinstance(value, bool) or not isinstance(value, int | float | Decimal)
    ):
        raise _refusal(f"a {type(value).__name__}")
    return value


def _refusal(found: str) -> EngineError:
    return EngineError(f"the query returns {found}; it must return one number", Cause.UNSUPPORTED)
