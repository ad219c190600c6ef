"""GX's Spark engine, whose metrics Spark SQL computes where they are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine

from spectra_gx.engines.sql_text import conjunction
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.execution_engine import MetricExecutionEngine
from spectra_gx.validation.gx.metric_registry import register_metrics
from spectra_gx.validation.metrics.contract_queries import where_of
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE

if TYPE_CHECKING:
    from spectra_gx.engines.spark.session import SparkSqlSession


class SparkBatchData(DeltaBatchData):
    """A batch whose frames are Spark's."""

    @property
    def dataframe(self) -> Any:
        """The whole table as a Spark DataFrame, for GX's own providers."""
        return self.rows_where(None)

    def rows_where(self, where: str | None) -> Any:
        """Return the rows that satisfy a contract's condition, as a Spark DataFrame."""
        condition = conjunction(self.metrics.condition(where))
        session = cast("SparkSqlSession", self.metrics.session)
        return session.dataframe(
            f"SELECT * FROM {OWN_TABLE} WHERE {condition}", reads=(self.metrics.table.name,)
        )


class SparkExecutionEngine(MetricExecutionEngine, SparkDFExecutionEngine):
    """Computes metrics in Spark SQL where it can; GX's Spark providers compute the others."""

    batch_data = SparkBatchData

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> Any:
        """Return the rows of a domain, `where` applied as the contract means it."""
        batch = cast("SparkBatchData", self._batch_data(domain_kwargs))
        rows = batch.rows_where(where_of(domain_kwargs.get("row_condition")))
        apart = SparkDFExecutionEngine(spark=rows.sparkSession, batch_data_dict={"rows": rows})
        plain = {
            key: value
            for key, value in domain_kwargs.items()
            if key not in ("row_condition", "condition_parser")
        }
        return apart.get_domain_records({**plain, "batch_id": "rows"})


register_metrics(SparkExecutionEngine)
