"""The engines that can answer a suite: which GX engine it is, and how it opens a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.errors import UsageError
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.execution_engine import DeltaExecutionEngine, MetricExecutionEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.engines.snapshot import PinnedTable, Snapshot

OpenTable: TypeAlias = "Callable[[Any, PinnedTable, Snapshot, Sequence[str]], DeltaBatchData]"
"""From GX's engine, a table, the tables beside it and its key to what can be asked of it."""


@dataclass(frozen=True)
class Engine:
    """What answers a suite."""

    start: Callable[[], MetricExecutionEngine]
    """Makes the GX engine that all tables of a snapshot share."""

    open: OpenTable


DATAFUSION = Engine(DeltaExecutionEngine, DeltaBatchData)
"""In this process, with what ships inside `deltalake`."""


def engine_named(name: str, spark: Any = None) -> Engine:
    """Return the engine of a name: `datafusion` or `spark`.

    Args:
        name: Which one.
        spark: The caller's Spark session; without one a local Spark is started.

    Raises:
        UsageError: There is no such engine, or pyspark is missing for it.
        ConfigurationError: Spark does not start.
    """
    if name == "spark":
        from spectra_gx.validation.gx.spark_engine import spark_engine  # noqa: PLC0415  # rarely asked

        return spark_engine(spark)
    if name != "datafusion":
        raise UsageError(f"there is no engine `{name}`; choose `datafusion` or `spark`")
    if spark is not None:
        raise UsageError('a Spark session was given, but not `engine="spark"`; say both')
    return DATAFUSION
