"""Spark in the place of DataFusion's session: it takes the same SQL and answers in Arrow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.engines.spark.table_reader import read_table
from spectra_gx.engines.spark.translation import spark_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.engines.snapshot import PinnedTable
    from spectra_gx.engines.spark.spark_sessions import HostSession


class SparkRefusalError(ValueError):
    """Spark's own words, in one line."""


class SparkQueries:
    """Answers queries over the tables that it was told of."""

    def __init__(self, given: HostSession, *, in_stored_order: bool) -> None:
        """Open a session whose settings and views are its own.

        Args:
            given: What it is made of.
            in_stored_order: Whether `row_number() OVER ()` counts rows as they are stored.

        Raises:
            EngineError: The session cannot be told what queries are to mean.
        """
        self.session = given.own()
        self._given = given
        self._in_stored_order = in_stored_order

    def register(self, known_as: Sequence[str], table: PinnedTable) -> None:
        """Make a pinned table known under some names.

        Raises:
            EngineError: Spark cannot read it as it stands.
            SparkRefusalError: Spark stumbles over it.
        """
        with _in_one_line():
            frame = read_table(
                self.session,
                table,
                knows_delta=self._given.knows_delta,
                in_stored_order=self._in_stored_order,
            )
            for view in known_as:
                frame.createOrReplaceTempView(view)

    def execute(self, query: str) -> pa.Table:
        """Return the answer to a query in DataFusion's words.

        Raises:
            EngineError: It cannot be said in Spark's.
            SparkRefusalError: Spark refuses it, or stops on a value.
        """
        with _in_one_line():
            return _arrow(self.frame(query))

    def frame(self, query: str) -> Any:
        """Return the answer to a query in DataFusion's words as a Spark DataFrame, not run yet."""
        return self.session.sql(spark_sql(query, in_stored_order=self._in_stored_order))


def _arrow(frame: Any) -> pa.Table:
    """Collect a frame; Spark 3.5 has the same under a private name."""
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    batches = frame._collect_as_arrow()  # noqa: SLF001 - the public name came with Spark 4
    return pa.Table.from_batches(batches)


@contextmanager
def _in_one_line() -> Iterator[None]:
    from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with the extra
    from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise SparkRefusalError(_said(error)) from None


def _said(error: Exception) -> str:
    """Return what Spark says first: of an exception of Java's, its own words."""
    java = getattr(error, "java_exception", None)
    lines = str(error if java is None else java.getMessage()).strip().splitlines()
    return lines[0] if lines else type(error).__name__
