"""How each GX metric is answered: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import column, conjunction
from spectra_gx.validation.metrics.conditions import CONDITIONS
from spectra_gx.validation.metrics.contract_queries import QUERY, query_answer
from spectra_gx.validation.metrics.file_statistics import count_from_statistics
from spectra_gx.validation.metrics.foreign_keys import REFERENCES, reference_query
from spectra_gx.validation.metrics.key_ranges import range_sources
from spectra_gx.validation.metrics.key_uniqueness import UNIQUENESS, uniqueness_query
from spectra_gx.validation.metrics.measures import MEASURES
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE
from spectra_gx.validation.metrics.metric_requests import Aggregate, MetricQuery, MetricRequest
from spectra_gx.validation.metrics.outliers import OUTLIERS, outlier_condition
from spectra_gx.validation.metrics.python_conditions import python_answer, python_predicate
from spectra_gx.validation.metrics.row_order import ROW_ORDER, order_query
from spectra_gx.validation.metrics.sample_scan import Sample
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, order, shape, sortable
from spectra_gx.validation.metrics.value_source import ValueSource, value_source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.metric_batch import MetricBatch


def query_for(question: MetricRequest, batch: MetricBatch) -> MetricQuery:
    """Return how a question is answered.

    Raises:
        EngineError: It names a column that the table does not have, or its SQL is refused.
    """
    known = count_from_statistics(question, batch)
    if known is not None:
        return lambda: known
    where = batch.condition(question.where)
    if question.base == QUERY:
        return query_answer(question, batch)
    if question.base in MEASURES:
        return MEASURES[question.base](question, where, batch)
    values = value_source_of(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, values.judged))
    if question.base == REFERENCES:
        return reference_query(question, values, batch)
    if question.base in ROW_ORDER:
        return order_query(question, values, batch)
    if question.base in UNIQUENESS:
        return uniqueness_query(question, values, where, batch)
    holds = python_predicate(question, batch)
    if holds is not None:
        return python_answer(question, holds, values, batch)
    return _condition_answer(question, values, where, batch)


def _count(*conditions: str | None) -> str:
    condition = conjunction(*conditions)
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def _condition_answer(
    question: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    if question.base in OUTLIERS:
        broken = outlier_condition(question, values, batch)
    else:
        broken = CONDITIONS[question.base](values.operands, question.values)
    if question.part == "unexpected_count":
        if values.exploded:
            return lambda: batch.count(values.rows_that(broken))
        return Aggregate(_count(where, values.present, broken))
    if values.exploded:
        query = values.sample(broken, order(values, batch), SAMPLED_ROWS)
        return lambda: shape(batch.rows(query), question, values, batch)
    ordered = tuple(sortable(values.shown, values, batch))
    return Sample(
        broken=conjunction(values.condition, broken),
        selected=values.columns,
        order=ordered,
        limit=SAMPLED_ROWS,
        rows=_in_order_of_key(ordered, values, batch),
        read=lambda rows: shape(rows, question, values, batch),
    )


def _in_order_of_key(
    ordered: Sequence[str], values: ValueSource, batch: MetricBatch
) -> tuple[str, ...]:
    """Return what to select from for rows, in parts that follow each other in the order shown.

    Only the key of the table cuts it: it is what all rules order by.
    """
    key = next(iter(ordered), "")
    if key not in values.keys or dict(values.columns)[key] != quote_name(key):
        return (OWN_TABLE,)
    operand = column(key, batch.table.types[key])
    parts: tuple[str, ...] = batch.once(
        f"parts in the order of {key}", lambda: tuple(range_sources(batch, {key: operand}))
    )
    return parts
