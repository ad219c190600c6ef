"""The GX execution engine over Delta: a whole suite's common metrics in one scan.

This file alone leans on what GX does not promise: the metric registry's private table, and
`resolve_metrics` being handed everything that is ready at once. Our providers declare no
dependencies for counts, so a suite's counts are all ready in the first round; details depend on
their count alone and are fetched only where it is above zero. Every metric that is not ours goes to
GX's own pandas providers, on a frame of just the columns it names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from great_expectations.core.metric_function_types import MetricFunctionTypes
from great_expectations.exceptions.exceptions import MetricResolutionError
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations import registry
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from spectra_gx.errors import EngineError
from spectra_gx.validation.answers import JSON, ROWS, answer, where_of
from spectra_gx.validation.measures import MEASURES
from spectra_gx.validation.questions import Aggregate, Question
from spectra_gx.validation.sql import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from spectra_gx.validation.batch import DeltaBatchData

_QUERY = "unexpected_rows_query"
_UNIQUE = ("column_values.unique", "compound_columns.unique")
_OURS = ("rows.primary_key", "rows.references", "rows.sorted")
_NESTED = "nested_values"
_INDEX_QUERY = "unexpected_index_query"
_COLUMNS_READ = "columns_read"
"""Domain argument of our own: compute domains lose their column, and a frame must not."""

METRICS: dict[str, tuple[str, str]] = {
    "table.row_count": ("table.row_count", ""),
    "table.columns": ("table.columns", ""),
    "table.column_types": ("table.column_types", ""),
    "table.delta_types": ("table.delta_types", ""),
    "table.partition_columns": ("table.partition_columns", ""),
    **{measure: (measure, "") for measure in MEASURES},
    f"{_QUERY}.row_count": (_QUERY, "row_count"),
    f"{_QUERY}.table": (_QUERY, "table"),
    **{
        f"{base}.{part}": (base, part)
        for base in (*CONDITIONS, *_UNIQUE, *_OURS, JSON, _NESTED)
        for part in ("unexpected_count", "filtered_row_count", _INDEX_QUERY, *ROWS)
    },
}
"""Metrics that this engine answers itself → (base, part)."""


class DeltaExecutionEngine(PandasExecutionEngine):
    """Answers from DataFusion what it can, and from GX's pandas providers what it cannot."""

    def load_batch_data(self, batch_id: str, batch_data: Any) -> None:
        """Keep one batch at a time: a table that was judged must not stay in memory."""
        self.batch_manager.batch_data_cache.clear()
        self._batch_manager.save_batch_data(batch_id=batch_id, batch_data=batch_data)

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[Any, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[Any, Any]:
        """Answer ours in one scan a batch; hand the rest to GX's pandas providers."""
        ours: list[MetricConfiguration] = []
        others: list[MetricConfiguration] = []
        for metric in metrics_to_resolve:
            (ours if self.answers(metric) else others).append(metric)
        known = dict(metrics or {})
        resolved = self._resolve_ours(ours, known)
        if others:
            resolved |= super().resolve_metrics(
                others, {**known, **resolved}, runtime_configuration
            )
        return resolved

    def answers(self, metric: MetricConfiguration) -> bool:
        """Return whether this engine answers the metric itself."""
        if metric.metric_name not in METRICS:
            return False
        return metric.metric_domain_kwargs.get("ignore_row_if") in (
            None,
            "either_value_is_missing",
            "any_value_is_missing",
        )

    def _resolve_ours(
        self, metrics: list[MetricConfiguration], known: Mapping[Any, Any]
    ) -> dict[Any, Any]:
        resolved: dict[Any, Any] = {}
        failed: dict[str, list[MetricConfiguration]] = defaultdict(list)
        aggregates: list[tuple[MetricConfiguration, DeltaBatchData, str]] = []
        for metric in metrics:
            batch = self._batch(metric.metric_domain_kwargs)
            try:
                asked = self._ask(metric, batch, known)
                if isinstance(asked, Aggregate):
                    aggregates.append((metric, batch, asked.sql))
                else:
                    resolved[metric.id] = asked
            except EngineError as error:
                failed[error.message].append(metric)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                # What one rule stumbles over must not take the table's other rules with it.
                failed[f"it cannot be asked ({type(error).__name__})"].append(metric)
        for batch in {id(batch): batch for _, batch, _ in aggregates}.values():
            mine = [(metric, sql) for metric, of, sql in aggregates if of is batch]
            found = batch.aggregates(sql for _, sql in mine)
            for metric, sql in mine:
                if isinstance(found[sql], EngineError):
                    failed[found[sql].message].append(metric)
                else:
                    resolved[metric.id] = found[sql]
        for message, broken in failed.items():
            # GX drops the round and asks again; what was answered is remembered by the batch.
            raise MetricResolutionError(message=message, failed_metrics=tuple(broken))
        return resolved

    def _ask(
        self, metric: MetricConfiguration, batch: DeltaBatchData, known: Mapping[Any, Any]
    ) -> Any:
        """Return the metric's value, or the aggregate that will give it."""
        base, part = METRICS[metric.metric_name]
        if base == "table.columns":
            return list(batch.table.types)
        if base == "table.column_types":
            return [{"name": name, "type": type_} for name, type_ in batch.table.types.items()]
        if base == "table.delta_types":
            return dict(batch.table.types)
        if base == "table.partition_columns":
            return batch.partition_columns
        if part == _INDEX_QUERY:
            # GX asks for it whenever keys are asked for; ours come with the sample.
            return None
        count = _count_behind(metric)
        if count is not None and not known[count.id]:
            return []
        question = _question(metric, batch.key_columns)
        for column in question.columns:
            if column not in batch.table.types:
                raise EngineError(f"column `{column}` does not exist")
        asked = answer(question, batch)
        return asked if isinstance(asked, Aggregate) else asked()

    def _batch(self, domain: Mapping[str, Any]) -> DeltaBatchData:
        batch_id = domain.get("batch_id") or self.batch_manager.active_batch_data_id
        return cast("DeltaBatchData", self.batch_manager.batch_data_cache[str(batch_id)])

    # -- GX's own pandas providers ---------------------------------------------------------------

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> pd.DataFrame:
        """Return the rows of a domain, `where` applied by DataFusion, only its columns read."""
        batch = self._batch(domain_kwargs)
        columns = domain_kwargs.get(_COLUMNS_READ) or [
            *_columns(domain_kwargs),
            *(batch.key_columns if _columns(domain_kwargs) else ()),
        ]
        where = batch.condition(where_of(domain_kwargs.get("row_condition")))
        pandas = PandasExecutionEngine(batch_data_dict={"frame": batch.frame(columns, where)})
        plain = {
            key: value
            for key, value in domain_kwargs.items()
            if key not in (_COLUMNS_READ, "row_condition", "condition_parser")
        }
        return pandas.get_domain_records({**plain, "batch_id": "frame"})

    def get_compute_domain(
        self, domain_kwargs: dict[str, Any], domain_type: Any, accessor_keys: Any = None
    ) -> tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]:
        """Return a domain's rows and its arguments split as GX splits them, columns remembered."""
        data = self.get_domain_records(domain_kwargs)
        split = self._partition_domain_kwargs(domain_kwargs, domain_type, accessor_keys)
        if _columns(domain_kwargs):
            batch = self._batch(domain_kwargs)
            split.compute[_COLUMNS_READ] = [*_columns(domain_kwargs), *batch.key_columns]
        return data, split.compute, split.accessor


def _columns(domain: Mapping[str, Any]) -> tuple[str, ...]:
    if domain.get("column"):
        return (domain["column"],)
    if domain.get("column_A"):
        return (domain["column_A"], domain["column_B"])
    return tuple(domain.get("column_list") or ())


def _question(metric: MetricConfiguration, keys: tuple[str, ...]) -> Question:
    base, part = METRICS[metric.metric_name]
    domain, values = metric.metric_domain_kwargs, metric.metric_value_kwargs
    path: tuple[str | None, ...] = ()
    if base == _NESTED:
        path = tuple(values["path"])
        asked = values["expectation"]
        base, values = _base_of(asked["type"]), asked["kwargs"]
    return Question(
        path=path,
        base=base,
        part=part,
        columns=_columns(domain),
        where=where_of(domain.get("row_condition")),
        values=values,
        keys=keys,
    )


def _base_of(expectation: str) -> str:
    """Return the map metric that an expectation of one column is about."""
    known: Any = registry.get_expectation_impl(expectation)
    return str(known.map_metric)


def _count_behind(metric: MetricConfiguration) -> MetricConfiguration | None:
    """Return the count that decides whether a detail is worth asking for."""
    base, part = METRICS[metric.metric_name]
    if part in ROWS:
        count = f"{base}.unexpected_count"
    elif (base, part) == (_QUERY, "table"):
        count = f"{_QUERY}.row_count"
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
        """Return nothing for counts, the count for details, GX's own for what falls back."""
        if not execution_engine.answers(metric):
            core = _CORE_PROVIDERS[metric.metric_name][0]
            dependencies: dict[str, MetricConfiguration] = core.get_evaluation_dependencies(
                metric=metric,
                configuration=configuration,
                execution_engine=execution_engine,
                runtime_configuration=runtime_configuration,
            )
            return dependencies
        count = _count_behind(metric)
        return {} if count is None else {count.metric_name: count}


_CORE_PROVIDERS: dict[str, Any] = {}

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
    _NESTED: (("batch_id", "row_condition", "column"), ("path", "expectation")),
    "rows.primary_key": (("batch_id", "row_condition", "column_list"), ()),
    "rows.references": (("batch_id", "row_condition", "column_list"), ("to_table", "to_columns")),
    "rows.different": (("batch_id", "row_condition", "column_list"), ()),
    "rows.sorted": (("batch_id", "row_condition", "column_list"), ("by", "order")),
}
"""Base of a metric that GX has not → what it is asked of, and its arguments."""


def _register() -> None:
    registry.register_core_metrics()
    for metric, (base, _) in METRICS.items():
        core = registry._registered_metrics.get(metric)  # noqa: SLF001 - GX offers no other way
        pandas = core["providers"].get("PandasExecutionEngine") if core else None
        if core is not None:
            domain_keys, value_keys = core["metric_domain_keys"], core["metric_value_keys"]
            defaults = core["default_kwarg_values"]
            function = pandas[1] if pandas else _never_called
        elif base in _OWN_METRICS:
            domain_keys, value_keys = _OWN_METRICS[base]
            defaults, function = {}, _never_called
        else:
            continue
        if pandas is not None:
            _CORE_PROVIDERS[metric] = pandas
        provider = type(
            "Delta" + "".join(word.title() for word in metric.replace("_", ".").split(".")),
            (_Provider,),
            {
                "domain_keys": domain_keys,
                "value_keys": value_keys,
                "default_kwarg_values": defaults,
                "filter_column_isnull": getattr(pandas and pandas[0], "filter_column_isnull", True),
            },
        )
        registry.register_metric(
            metric_name=metric,
            metric_domain_keys=domain_keys,
            metric_value_keys=value_keys,
            execution_engine=DeltaExecutionEngine,
            metric_class=provider,
            metric_provider=function,
            metric_fn_type=MetricFunctionTypes.VALUE,
        )


def _never_called(*_: Any, **__: Any) -> Any:
    raise AssertionError("resolve_metrics answers this metric")


_register()
