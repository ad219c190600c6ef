"""Spark sessions: the caller's own or a local one, set to read and calculate as DataFusion does."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ConfigurationError, EngineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL: Mapping[str, str] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
}

_MEANING: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.legacy.sizeOfNull": "false",
    "spark.sql.legacy.statisticalAggregate": "false",
    # A set of many doubles would distinguish -0.0 from 0.0.
    "spark.sql.optimizer.inSetConversionThreshold": "1000000",
    # Statistics of files leave NaN out: rows skipped by these would be lost.
    "spark.sql.parquet.filterPushdown": "false",
    "spark.databricks.delta.stats.skipping": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # Rows that cannot be read are no rows that pass.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
"""Settings that decide what a query means."""


def local_session() -> Any:
    """Start Spark in this process, or return what is started already.

    Raises:
        UsageError: pyspark is not installed.
        ConfigurationError: Spark does not start, which mostly means that there is no Java.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise UsageError(
            "`--engine spark` needs pyspark; install `spectra-gx[spark]`, or hand over the session "
            'that a notebook has: `project.check(…, engine="spark", spark=spark)`'
        ) from None
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    builder = SparkSession.builder.master("local[*]").appName("spectra-gx")
    for setting, value in _LOCAL.items():
        builder = builder.config(setting, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError):
        raise ConfigurationError(
            "Spark does not start here; it needs Java 17 or later, found through `JAVA_HOME` or "
            "the `PATH`"
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


_NO_DELTA = re.compile(r"DATA_SOURCE_NOT_FOUND|Failed to find (?:the )?data source", re.IGNORECASE)
_NOWHERE = "/spectra-gx/no/such/table"


@dataclass(frozen=True)
class HostSession:
    """A session that sessions of our own are made of."""

    session: Any

    @cached_property
    def knows_delta(self) -> bool:
        """Whether it reads Delta tables itself; Spark alone does not, Fabric and Databricks do."""
        from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with the extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra

        try:
            self.session.read.format("delta").load(_NOWHERE)
        except (PySparkException, Py4JError) as error:
            return not _NO_DELTA.search(str(error))
        return True

    def own(self) -> Any:
        """Return a session beside it, with settings and temporary views of its own.

        Raises:
            EngineError: The session does not let its settings be changed.
        """
        from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra

        try:
            session = self.session.newSession()
            for setting, value in _MEANING.items():
                session.conf.set(setting, value)
        except (PySparkException, AttributeError, NotImplementedError):
            raise EngineError(
                "the Spark session does not let its settings be changed for these queries; "
                "give a session of a cluster, not one of Spark Connect"
            ) from None
        return session
