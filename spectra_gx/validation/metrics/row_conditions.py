"""Rules that one row alone decides: failing rows meet a condition in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import column, conjunction
from spectra_gx.validation.metrics.conditions import CONDITIONS
from spectra_gx.validation.metrics.key_ranges import range_sources
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_requests import Aggregate, MetricQuery, MetricRequest
from spectra_gx.validation.metrics.row_family import FailingCondition, RowFamily
from spectra_gx.validation.metrics.sample_scan import Sample
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, order, shape, sortable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spectra_gx.validation.metrics.value_source import ValueSource

FindCondition: TypeAlias = "Callable[[MetricRequest, ValueSource, MetricBatch], str]"
"""From a request, where its values come from, and the table, to the condition of failing rows."""


def count_rows(*conditions: str | None) -> Aggregate:
    """Count the rows that meet all conditions, in the scan that all rules share."""
    condition = conjunction(*conditions)
    return Aggregate("count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})")


def condition_family(
    metrics: Mapping[str, str],
    find: FindCondition,
    arguments: Mapping[str, tuple[str, ...]] | None = None,
) -> RowFamily:
    """Return the family of metrics whose failing rows meet a condition.

    `find` returns the condition, true where a row fails; `arguments` are the value arguments of
    metrics that GX does not have.
    """

    def query(
        request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
    ) -> MetricQuery:
        return condition_query(find(request, values, batch), request, values, where, batch)

    def failing(
        request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
    ) -> FailingCondition:
        del where
        return FailingCondition(find(request, values, batch))

    return RowFamily(metrics, query, failing, arguments or {})


def condition_query(
    failing: str,
    request: MetricRequest,
    values: ValueSource,
    where: str | None,
    batch: MetricBatch,
) -> MetricQuery:
    """Count or sample the rows that meet a condition; of arrays, those with an item that does."""
    if request.part == "unexpected_count":
        if values.exploded:
            return lambda: batch.count(values.rows_that(failing))
        return count_rows(where, values.present, failing)
    if values.exploded:
        query = values.sample(failing, order(values, batch), SAMPLED_ROWS)
        return lambda: shape(batch.rows(query), request, values, batch)
    ordered = tuple(sortable(values.shown, values, batch))
    return Sample(
        broken=conjunction(values.condition, failing),
        selected=values.columns,
        order=ordered,
        limit=SAMPLED_ROWS,
        rows=_in_order_of_key(ordered, values, batch),
        read=lambda rows: shape(rows, request, values, batch),
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


def find_condition(request: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    """Return the condition of a metric's failing rows."""
    del batch
    return CONDITIONS[request.base](values.operands, request.values)


ROW_CONDITIONS = condition_family(
    {
        "expect_column_values_to_not_be_null": "column_values.nonnull",
        "expect_column_values_to_be_null": "column_values.null",
        "expect_column_values_to_be_in_set": "column_values.in_set",
        "expect_column_values_to_not_be_in_set": "column_values.not_in_set",
        "expect_column_values_to_be_between": "column_values.between",
        "expect_column_values_to_be_between_exactly": "column_values.between",
        "expect_column_values_to_match_like_pattern": "column_values.match_like_pattern",
        "expect_column_values_to_not_match_like_pattern": "column_values.not_match_like_pattern",
        "expect_column_values_to_match_like_pattern_list": "column_values.match_like_pattern_list",
        "expect_column_values_to_not_match_like_pattern_list": (
            "column_values.not_match_like_pattern_list"
        ),
        "expect_column_value_lengths_to_equal": "column_values.value_length.equals",
        "expect_column_value_lengths_to_be_between": "column_values.value_length.between",
        "expect_column_values_to_be_finite": "column_values.finite",
        "expect_column_values_to_be_recent": "column_values.recent",
        "expect_column_values_to_compare_with_clock": "column_values.compare_with_clock",
        "expect_column_values_to_satisfy_rule": "column_values.satisfy_rule",
        "expect_column_pair_values_to_be_equal": "column_pair_values.equal",
        "expect_column_pair_values_a_to_be_greater_than_b": "column_pair_values.a_greater_than_b",
        "expect_column_pair_values_to_be_in_set": "column_pair_values.in_set",
        "expect_multicolumn_sum_to_equal": "multicolumn_sum.equal",
        "expect_multicolumn_sum_to_equal_exactly": "multicolumn_sum.equal",
        "expect_multicolumn_values_to_be_equal": "multicolumn_values.equal",
        "expect_select_column_values_to_be_unique_within_record": (
            "select_column_values.unique.within_record"
        ),
        "expect_columns_to_differ": "rows.different",
    },
    find_condition,
    {
        "column_values.finite": (),
        "column_values.recent": ("max_age", "as_of", "timezone"),
        "column_values.compare_with_clock": ("operator", "clock", "as_of", "timezone"),
        "column_values.satisfy_rule": ("rule_kind", "argument"),
        "rows.different": (),
    },
)
