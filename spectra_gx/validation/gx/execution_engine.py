"""The GX execution engine over Delta: a whole suite's common metrics in one scan.

Every metric that is not ours goes to GX's own providers: those for pandas, on a frame of just the
columns it names, unless another engine has its own.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, cast

from great_expectations.exceptions.exceptions import MetricResolutionError
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.metric_registry import (
    INDEX_QUERY,
    METRICS,
    register_metrics,
    request_of,
)
from spectra_gx.validation.metrics.contract_queries import where_of
from spectra_gx.validation.metrics.families import columns_of
from spectra_gx.validation.metrics.metric_queries import query_for
from spectra_gx.validation.metrics.metric_requests import Aggregate, OwnQueries
from spectra_gx.validation.metrics.sample_scan import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from great_expectations.validator.metric_configuration import MetricConfiguration

    from spectra_gx.validation.metrics.metric_batch import MetricBatch

_Shared = Aggregate | Sample | OwnQueries
"""What is answered together with other metrics, or beside them."""

_COLUMNS_READ = "columns_read"
"""Domain argument of our own: compute domains lose their column, and a frame must not."""


class MetricExecutionEngine(ExecutionEngine[Any]):
    """Computes what it can from the batch, and leaves the rest to the GX engine behind it."""

    batch_data: ClassVar[type[DeltaBatchData]] = DeltaBatchData
    """What its batches are."""

    causes: Mapping[str, Cause] = MappingProxyType({})
    """Why metrics of the batch could not be computed: message → cause; GX keeps messages alone."""

    def load_batch_data(self, batch_id: str, batch_data: Any) -> None:
        """Keep one batch at a time: a table that was validated must not stay in memory."""
        self.causes = {}
        self.batch_manager.batch_data_cache.clear()
        self.batch_manager.save_batch_data(batch_id=batch_id, batch_data=batch_data)

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[Any, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[Any, Any]:
        """Answer ours in one scan a batch; hand the rest to GX's own providers."""
        ours: list[MetricConfiguration] = []
        others: list[MetricConfiguration] = []
        # GX hands out a set. Beside each other, metrics of a column read it once.
        for metric in sorted(metrics_to_resolve, key=_columns_and_id):
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
        return metric.metric_name in METRICS

    def _resolve_ours(
        self, metrics: list[MetricConfiguration], known: Mapping[Any, Any]
    ) -> dict[Any, Any]:
        resolved: dict[Any, Any] = {}
        failed: dict[Obstacle, list[MetricConfiguration]] = defaultdict(list)
        shared: list[tuple[MetricConfiguration, MetricBatch, _Shared]] = []
        for metric in metrics:
            batch = self._batch(metric.metric_domain_kwargs)
            try:
                query = self._query_for(metric, batch, known)
                if isinstance(query, _Shared):
                    shared.append((metric, batch, query))
                else:
                    resolved[metric.id] = query
            except EngineError as error:
                failed[Obstacle(error.cause, error.message)].append(metric)
            except Exception as error:  # noqa: BLE001
                # Whatever one rule stumbles over must not take the table's other rules with it.
                message = f"it cannot be queried ({type(error).__name__})"
                failed[Obstacle(Cause.INTERNAL, message)].append(metric)
        for batch in {id(batch): batch for _, batch, _ in shared}.values():
            mine = [(metric, query) for metric, of, query in shared if of is batch]
            answers = _answers(batch, [query for _, query in mine])
            for metric, query in mine:
                try:
                    resolved[metric.id] = _value_of(query, answers)
                except EngineError as error:
                    failed[Obstacle(error.cause, error.message)].append(metric)
                except Exception as error:  # noqa: BLE001
                    # Nor must a value that one rule cannot make sense of.
                    step = "queried" if isinstance(query, OwnQueries) else "evaluated"
                    message = f"it cannot be {step} ({type(error).__name__})"
                    failed[Obstacle(Cause.INTERNAL, message)].append(metric)
        for obstacle, broken in failed.items():
            self.causes = {**self.causes, obstacle.message: obstacle.cause}
            # GX drops the round and requests the others again; the batch keeps what was computed.
            raise MetricResolutionError(message=obstacle.message, failed_metrics=tuple(broken))
        return resolved

    def _query_for(
        self, metric: MetricConfiguration, batch: MetricBatch, known: Mapping[Any, Any]
    ) -> Any:
        """Return the metric's value, or the aggregate or the sample that will give it."""
        base, part = METRICS[metric.metric_name]
        if base == "table.columns":
            return list(batch.table.types)
        if base == "table.column_types":
            return [{"name": name, "type": type_} for name, type_ in batch.table.types.items()]
        if base == "table.delta_types":
            return dict(batch.table.types)
        if base == "table.partition_columns":
            return batch.partition_columns
        if part == INDEX_QUERY:
            # GX requests it whenever keys are requested; ours come with the sample.
            return None
        # As declared to GX: a detail depends on its count, and on nothing else.
        if not all(known[count.id] for count in metric.metric_dependencies.values()):
            return []
        request = request_of(metric, batch.key_columns)
        for column in request.columns:
            if column not in batch.table.types:
                raise EngineError(f"column `{column}` does not exist", Cause.COLUMN_MISSING)
        query = query_for(request, batch)
        return query if isinstance(query, _Shared) else query()

    def _batch(self, domain: Mapping[str, Any]) -> MetricBatch:
        return self._batch_data(domain).metrics

    def _batch_data(self, domain: Mapping[str, Any]) -> DeltaBatchData:
        batch_id = domain.get("batch_id") or self.batch_manager.active_batch_data_id
        return cast("DeltaBatchData", self.batch_manager.batch_data_cache[str(batch_id)])


class DeltaExecutionEngine(MetricExecutionEngine, PandasExecutionEngine):
    """Answers from DataFusion what it can, and from GX's pandas providers what it cannot."""

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> pd.DataFrame:
        """Return the rows of a domain, `where` applied by DataFusion, only its columns read."""
        data = self._batch_data(domain_kwargs)
        batch = data.metrics
        columns = domain_kwargs.get(_COLUMNS_READ) or [
            *columns_of(domain_kwargs),
            *(batch.key_columns if columns_of(domain_kwargs) else ()),
        ]
        where = batch.condition(where_of(domain_kwargs.get("row_condition")))
        pandas = PandasExecutionEngine(batch_data_dict={"frame": data.frame(columns, where)})
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
        if columns_of(domain_kwargs):
            batch = self._batch(domain_kwargs)
            split.compute[_COLUMNS_READ] = [*columns_of(domain_kwargs), *batch.key_columns]
        return data, split.compute, split.accessor


def _answers(batch: MetricBatch, queries: Sequence[_Shared]) -> dict[Any, Any]:
    """Return what is answered together; queries of their own are begun, and run beside it."""
    for query in reversed(queries):
        if isinstance(query, OwnQueries):
            # The last first: the first ones are waited for before the others.
            batch.begin(query.first, query.reads)
    return {
        **batch.aggregates(one.sql for one in queries if isinstance(one, Aggregate)),
        **batch.samples(one for one in queries if isinstance(one, Sample)),
    }


def _value_of(query: _Shared, answers: Mapping[Any, Any]) -> Any:
    """Return a metric's value.

    Raises:
        EngineError: It could not be computed.
    """
    if isinstance(query, OwnQueries):
        return query()
    found = answers[query.sql if isinstance(query, Aggregate) else query]
    if isinstance(found, EngineError):
        raise found
    return query.read(found)


def _columns_and_id(metric: MetricConfiguration) -> tuple[str, str]:
    return str(columns_of(metric.metric_domain_kwargs)), str(metric.id)


register_metrics(DeltaExecutionEngine)
