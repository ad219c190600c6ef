"""Register the metrics that are computed here with GX, and what each depends on.

This file and `execution_engine` alone rely on what GX does not promise: the metric registry's
private table, and `resolve_metrics` being handed everything that is ready at once. Our providers
declare no dependencies for counts, so a suite's counts are all ready in the first round; details
depend on their count alone and are fetched only where it is above zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from great_expectations.core.metric_function_types import MetricFunctionTypes
from great_expectations.expectations import registry
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from spectra_gx.validation.metrics.columns.measures import MEASURES, OWN_MEASURES
from spectra_gx.validation.metrics.contract_queries import QUERY, where_of
from spectra_gx.validation.metrics.families import (
    FAMILIES,
    METRIC_OF,
    OWN_ARGUMENTS,
    columns_of,
    rows_to_ignore,
)
from spectra_gx.validation.metrics.metric_requests import MetricRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.execution_engine.execution_engine import ExecutionEngine

ROWS = frozenset({"unexpected_values", "unexpected_index_list", "unexpected_rows"})
"""Parts that fetch failing rows; requested only of rules that have some."""

INDEX_QUERY = "unexpected_index_query"
_NESTED = "nested_values"

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
        for base in (*FAMILIES, _NESTED)
        for part in ("unexpected_count", "filtered_row_count", INDEX_QUERY, *ROWS)
    },
}
"""Metrics that are computed here → (base, part)."""


def request_of(metric: MetricConfiguration, keys: tuple[str, ...]) -> MetricRequest:
    """Return what GX requests as a MetricRequest.

    `keys` are the columns that identify a sampled row.
    """
    base, part = METRICS[metric.metric_name]
    domain: Mapping[str, Any] = metric.metric_domain_kwargs
    values: Mapping[str, Any] = metric.metric_value_kwargs
    path: tuple[str | None, ...] = ()
    if base == _NESTED:
        path = tuple(values["path"])
        inner = values["expectation"]
        base, values = METRIC_OF[inner["type"]], {**inner["kwargs"], "as_of": values["as_of"]}
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
        ignored_rows=rows_to_ignore(domain.get("ignore_row_if")),
    )


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
    """Declares what a metric depends on; its value comes from `resolve_metrics`."""

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


_OWN_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "table.delta_types": (),
    "table.partition_columns": (),
    _NESTED: ("path", "expectation", "as_of"),
    **OWN_MEASURES,
    **OWN_ARGUMENTS,
}
"""Base of a metric that GX does not have → its value arguments."""


def _domain_keys(base: str) -> tuple[str, ...]:
    """Return what a metric of our own is about: a table, a column, or several."""
    if base.startswith("table."):
        return ("batch_id",)
    named = "column_list" if base.startswith("rows.") else "column"
    return ("batch_id", "row_condition", named)


def register_metrics(engine: type[ExecutionEngine[Any]]) -> None:
    """Let GX know that an engine computes these metrics."""
    registry.register_core_metrics()
    known = registry._registered_metrics  # noqa: SLF001 - GX offers no other way
    bases_of_core = {name.rpartition(".")[0] for name in known}
    for metric, (base, _) in METRICS.items():
        core = known.get(metric)
        if core is not None:
            domain_keys, value_keys = core["metric_domain_keys"], core["metric_value_keys"]
            defaults = core["default_kwarg_values"]
        elif base in _OWN_ARGUMENTS:
            domain_keys, value_keys, defaults = _domain_keys(base), _OWN_ARGUMENTS[base], {}
        elif base in bases_of_core:
            continue
        else:
            raise LookupError(f"neither GX nor `_OWN_ARGUMENTS` knows the metric `{metric}`")
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
