"""GX's Spark engine, where what is ours is answered by Spark SQL in our words."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine

from spectra_gx.engines.spark.spark_sessions import HostSession, local_session
from spectra_gx.validation.gx.engine_registry import Engine
from spectra_gx.validation.gx.execution_engine import MetricExecutionEngine
from spectra_gx.validation.gx.metric_registry import register_metrics
from spectra_gx.validation.gx.spark_batch_data import SparkBatchData
from spectra_gx.validation.metrics.contract_queries import where_of


class SparkExecutionEngine(MetricExecutionEngine, SparkDFExecutionEngine):
    """Answers from Spark SQL what it can, and from GX's Spark providers what it cannot."""

    def __init__(self, given: HostSession) -> None:
        """Take the session that answers."""
        super().__init__(spark=given.session)
        self.given = given

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> Any:
        """Return the rows of a domain, `where` applied as the contract means it."""
        batch = cast("SparkBatchData", self._batch(domain_kwargs))
        rows = batch.rows_where(where_of(domain_kwargs.get("row_condition")))
        apart = SparkDFExecutionEngine(spark=rows.sparkSession, batch_data_dict={"rows": rows})
        plain = {
            key: value
            for key, value in domain_kwargs.items()
            if key not in ("row_condition", "condition_parser")
        }
        return apart.get_domain_records({**plain, "batch_id": "rows"})


register_metrics(SparkExecutionEngine)


def spark_engine(session: Any = None) -> Engine:
    """Return Spark as the engine that answers.

    Args:
        session: The caller's own; without one a local Spark is started.

    Raises:
        UsageError: None was given, and pyspark is not installed.
        ConfigurationError: None was given, and Spark does not start.
    """
    given = HostSession(local_session() if session is None else session)
    return Engine(partial(SparkExecutionEngine, given), SparkBatchData)
