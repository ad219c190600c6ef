"""Stream a Spark DataFrame to the driver in Arrow batches, so that it is never there whole."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTES = "arrow binary"
_PYTHON = "python3"
"""What Spark takes unless PYSPARK_PYTHON is set."""

_TRACE = "Traceback (most recent call last):"


class SparkFailedError(Exception):
    """Spark could not compute a DataFrame; the message is the cause alone."""


def is_spark_frame(value: Any) -> bool:
    """Return whether a value is a DataFrame of Spark; pyspark is not imported."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.split(".")[:2] == ["pyspark", "sql"]


def stream_frame(frame: Any) -> pa.RecordBatchReader:
    """Return the rows of a DataFrame; it is computed when they are pulled, part after part.

    Spark sends no stream of Arrow batches, but rows by partition: each row here is a batch.

    Raises:
        ImportError: pyspark is not installed.
    """
    from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415  # an extra

    # Spark 4 wants a zone for instants, which are the same in each; Spark 3.5 knows UTC alone.
    zoned = "timezone" in signature(to_arrow_schema).parameters
    schema = to_arrow_schema(frame.schema, **({"timezone": "UTC"} if zoned else {}))
    return pa.RecordBatchReader.from_batches(schema, _batches(frame, schema))


def _batches(frame: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    def encode(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # Nested, so that workers get it by value: they need pyarrow, and nothing of ours.
        import pyarrow  # noqa: PLC0415  # imported where it runs

        for batch in batches:
            sink = pyarrow.BufferOutputStream()
            with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            yield pyarrow.RecordBatch.from_pydict({"arrow": [sink.getvalue().to_pybytes()]})

    with _translate_errors():
        # Spark finds columns by name here, which it could read as a path into a struct.
        numbered = frame.toDF(*(f"c{number}" for number in range(len(schema))))
        with _workers_like_this(frame):
            encoded = numbered.mapInArrow(encode, _BYTES)
        for row in encoded.toLocalIterator():
            with pa.ipc.open_stream(row[0]) as reader:
                table = reader.read_all().rename_columns(schema.names)
            yield from table.cast(schema).to_batches()


@contextmanager
def _workers_like_this(frame: Any) -> Iterator[None]:
    """Let Spark start its workers with the Python that runs here, where they are on this machine.

    Spark would take the first `python3` of the PATH, which has no pyarrow where no environment is
    activated. A Python that somebody chose stays, and a cluster has one of its own.
    """
    # A session of Spark Connect has no context: its workers are elsewhere.
    connected = type(frame).__module__.startswith("pyspark.sql.connect")
    context = None if connected else frame.sparkSession.sparkContext
    if context is None or not context.master.startswith("local") or context.pythonExec != _PYTHON:
        yield
        return
    context.pythonExec = sys.executable
    try:
        yield
    finally:
        context.pythonExec = _PYTHON


@contextmanager
def _translate_errors() -> Iterator[None]:
    from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with the extra
    from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise SparkFailedError(_cause(error)) from None


def _cause(error: Exception) -> str:
    """Return what went wrong in one line: of a chain of exceptions in Java, what the last says."""
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    return last_cause(str(error if java is None else java.getMessage()))


def last_cause(text: str) -> str:
    """Return the first line of a message; where a Python worker failed, what it raised last."""
    _, trace, raised = text.rpartition(_TRACE)
    lines = [line for line in raised.splitlines() if line.strip()]
    if trace:
        lines = [line for line in lines if not line[0].isspace()] or lines
    return lines[0].strip() if lines else "Spark gave no reason"
