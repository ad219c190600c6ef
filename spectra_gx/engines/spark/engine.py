"""Spark as an engine: the caller's session, or a local one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.budget import Budget
from spectra_gx.engines.spark.session import SparkSqlSession
from spectra_gx.engines.spark.spark_sessions import HostSession, local_session

if TYPE_CHECKING:
    from spectra_gx.engines.snapshot import Snapshot


@dataclass(frozen=True)
class SparkEngine:
    """Opens sessions beside the one that hosts them."""

    host: HostSession
    budget: Budget = field(default_factory=Budget)
    """What matching a pattern in Python may cost; queries have the limits of the cluster."""

    parallel: bool = False
    incremental: bool = False
    name: str = "spark"
    dataframes: str = "spark"

    def open(self, snapshot: Snapshot) -> SparkSqlSession:
        """Open a session."""
        return SparkSqlSession(self.host, snapshot, self.budget)


def spark_engine(session: Any = None) -> SparkEngine:
    """Return Spark as an engine.

    Without the caller's session, a local Spark is started.

    Raises:
        UsageError: None was given, and pyspark is not installed.
        ConfigurationError: None was given, and Spark does not start.
    """
    return SparkEngine(HostSession(local_session() if session is None else session))
