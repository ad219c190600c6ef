"""How each metric is computed: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.validation.metrics.columns.measures import MEASURES
from spectra_gx.validation.metrics.contract_queries import QUERY, contract_query
from spectra_gx.validation.metrics.families import FAMILIES
from spectra_gx.validation.metrics.file_statistics import count_from_statistics
from spectra_gx.validation.metrics.row_conditions import count_rows
from spectra_gx.validation.metrics.value_source import value_source_of

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest


def query_for(request: MetricRequest, batch: MetricBatch) -> MetricQuery:
    """Return how a metric is computed.

    Raises:
        EngineError: It names a column that the table does not have, or its SQL is refused.
    """
    known = count_from_statistics(request, batch)
    if known is not None:
        return lambda: known
    where = batch.condition(request.where)
    if request.base == QUERY:
        return contract_query(request, batch)
    if request.base in MEASURES:
        return MEASURES[request.base](request, where, batch)
    values = value_source_of(request, where, batch)
    if request.part == "filtered_row_count":
        return count_rows(where, values.evaluated)
    return FAMILIES[request.base].query(request, values, where, batch)
