"""Which of GX's metrics this engine answers itself, what each depends on, and GX told of it.

This file and `engine` alone lean on what GX does not promise: the metric registry's private table,
and `resolve_metrics` being handed everything that is ready at once. Our providers declare no
dependencies for counts, so a suite's counts are all ready in the first round; details depend on
their count alone and are fetched only where it is above zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from great_expectations.core.metric_function_types import MetricFunctionTypes
from great_expectations.expectations import registry
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from spectra_gx.validation.metrics.conditions import CONDITIONS
from spectra_gx.validation.metrics.contract_queries import QUERY, where_of
from spectra_gx.validation.metrics.foreign_keys import REFERENCES
from spectra_gx.validation.metrics.key_uniqueness import UNIQUENESS
from spectra_gx.validation.metrics.measures import MEASURES
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.metrics.outliers import OUTLIERS
from spectra_gx.validation.metrics.python_conditions import READ_IN_PYTHON
from spectra_gx.validation.metrics.row_order import ROW_ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.execution_engine.execution_engine import ExecutionEngine

ROWS = frozenset({"unexpected_values", "unexpected_index_list", "unexpected_rows"})
"""Parts that fetch offending rows; asked only of rules that have some."""

INDEX_QUERY = "unexpected_index_query"
_NESTED = "nested_values"
_MAPS = (*CONDITIONS, *UNIQUENESS, *ROW_ORDER, *READ_IN_PYTHON, *OUTLIERS, REFERENCES, _NESTED)

METRICS: dict[str, tuple[str, str]] = {
    "table.columns": ("table.columns", ""),
    "table.column_types": ("table.column_types", ""),
    "table.delta_types": ("table.delta_types", ""),
    "table.partition_columns": ("table.partition_columns", ""),
    **{measure: (measure, "") for measure in MEASURES},
    f"{QUERY}.row_count": (QUERY, "row_count"),
    f"{QUERY}.table": (QUERY, "table"),
    **{
        f"{base}.{part}": (base, part)
        for base in _MAPS
        for part in ("unexpected_count", "filtered_row_count", INDEX_QUERY, *ROWS)
    },
}
"""Metrics that this engine answers itself → (base, part)."""


_PASSED_OVER = {
    "both_values_are_missing": "all",
    "all_values_are_missing": "all",
    "neither": "none",
    "never": "none",
}
"""GX's `ignore_row_if` → which rows a question passes over; any other word stands for `any`."""


def request_of(metric: MetricConfiguration, keys: tuple[str, ...]) -> MetricRequest:
    """Return a metric in our words.

    Args:
        metric: What GX asks.
        keys: Columns that identify a sampled row.
    """
    base, part = METRICS[metric.metric_name]
    domain: Mapping[str, Any] = metric.metric_domain_kwargs
    values: Mapping[str, Any] = metric.metric_value_kwargs
    path: tuple[str | None, ...] = ()
    if base == _NESTED:
        path = tuple(values["path"])
        asked = values["expectation"]
        base, values = _base_of(asked["type"]), {**asked["kwargs"], "as_of": values["as_of"]}
    elif domain.get("table"):
        values = {**values, "table": domain["table"]}
    return MetricRequest(
        path=path,
        base=base,
        part=part,
        columns=columns_of(domain),
        where=where_of(domain.get("row_condition")),
        values=values,
        keys=keys,
        passes_over=_PASSED_OVER.get(str(domain.get("ignore_row_if")), "any"),
    )


def columns_of(domain: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that a metric is asked of."""
    if domain.get("column"):
        return (domain["column"],)
    if domain.get("column_A"):
        return (domain["column_A"], domain["column_B"])
    return tuple(domain.get("column_list") or ())


def _base_of(expectation: str) -> str:
    """Return the map metric that an expectation of one column is about."""
    known: Any = registry.get_expectation_impl(expectation)
    return str(known.map_metric)


def count_behind(metric: MetricConfiguration) -> MetricConfiguration | None:
    """Return the count that decides whether a detail is worth asking for."""
    base, part = METRICS[metric.metric_name]
    if part in ROWS:
        count = f"{base}.unexpected_count"
    elif (base, part) == (QUERY, "table"):
        count = f"{QUERY}.row_count"
    else:
        return None
    values = {
        key: value for key, value in metric.metric_value_kwargs.items() if key != "result_format"
    }
    return MetricConfiguration(count, metric.metric_domain_kwargs, values)


class _Provider(MetricProvider):
    """Tells GX what a metric of ours depends on; its value comes from `resolve_metrics`."""

    @classmethod
    def get_evaluation_dependencies(
        cls,
        metric: MetricConfiguration,
        configuration: Any = None,
        execution_engine: Any = None,
        runtime_configuration: Any = None,
    ) -> dict[str, MetricConfiguration]:
        """Return nothing for counts, and the count for details."""
        del configuration, execution_engine, runtime_configuration
        count = count_behind(metric)
        return {} if count is None else {count.metric_name: count}


_OWN_METRICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "table.delta_types": (("batch_id",), ()),
    "table.partition_columns": (("batch_id",), ()),
    "table.row_count_of": (("batch_id",), ("same_as",)),
    "column.null_share": (("batch_id", "row_condition", "column"), ()),
    "column.newest": (("batch_id", "row_condition", "column"), ()),
    "column_values.finite": (("batch_id", "row_condition", "column"), ()),
    "column_values.recent": (
        ("batch_id", "row_condition", "column"),
        ("max_age", "as_of", "timezone"),
    ),
    "column_values.satisfy_rule": (
        ("batch_id", "row_condition", "column"),
        ("rule_kind", "argument"),
    ),
    _NESTED: (("batch_id", "row_condition", "column"), ("path", "expectation", "as_of")),
    "rows.primary_key": (("batch_id", "row_condition", "column_list"), ()),
    "rows.references": (("batch_id", "row_condition", "column_list"), ("to_table", "to_columns")),
    "rows.different": (("batch_id", "row_condition", "column_list"), ()),
    "rows.sorted": (("batch_id", "row_condition", "column_list"), ("by", "order")),
}
"""Base of a metric that GX has not → what it is asked of, and its arguments."""


def register_metrics(engine: type[ExecutionEngine[Any]]) -> None:
    """Tell GX that an engine answers these metrics."""
    registry.register_core_metrics()
    known = registry._registered_metrics  # noqa: SLF001 - GX offers no other way
    bases_of_core = {name.rpartition(".")[0] for name in known}
    for metric, (base, _) in METRICS.items():
        core = known.get(metric)
        if core is not None:
            domain_keys, value_keys = core["metric_domain_keys"], core["metric_value_keys"]
            defaults = core["default_kwarg_values"]
        elif base in _OWN_METRICS:
            domain_keys, value_keys = _OWN_METRICS[base]
            defaults = {}
        elif base in bases_of_core:
            continue
        else:
            raise LookupError(f"neither GX nor `_OWN_METRICS` knows the metric `{metric}`")
        provider = type(
            "Delta" + "".join(word.title() for word in metric.replace("_", ".").split(".")),
            (_Provider,),
            {
                "domain_keys": domain_keys,
                "value_keys": value_keys,
                "default_kwarg_values": defaults,
            },
        )
        registry.register_metric(
            metric_name=metric,
            metric_domain_keys=domain_keys,
            metric_value_keys=value_keys,
            execution_engine=engine,
            metric_class=provider,
            metric_provider=_never_called,
            metric_fn_type=MetricFunctionTypes.VALUE,
        )


def _never_called(*_: Any, **__: Any) -> Any:
    raise AssertionError("resolve_metrics answers this metric")
