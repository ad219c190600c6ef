"""Take what a builder returns as a stream of record batches, and cast these to stored types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.engines.spark.dataframes import is_spark_frame, stream_frame
from spectra_gx.errors import BuilderError
from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETURN = (
    "return a table or data frame of pyarrow, pandas, polars, DuckDB or Spark, an iterator of "
    "record batches, or None"
)


def as_reader(result: Any, empty: Mapping[str, str], where: str) -> pa.RecordBatchReader | None:
    """Return what a builder returned as a reader; None where it built nothing.

    Args:
        result: Anything with `__arrow_c_stream__`, a Spark DataFrame, an iterable of record
            batches, or None.
        empty: Column → type of an iterable without a batch.
        where: What returned it, for an error.

    Raises:
        BuilderError: It is something else.
    """
    if result is None or isinstance(result, pa.RecordBatchReader):
        return result
    if isinstance(result, pa.RecordBatch):
        return pa.RecordBatchReader.from_batches(result.schema, [result])
    if is_spark_frame(result):
        return _from_spark(result, where)
    if _is_data_frame(result):
        result = _from_pandas(result, where)
    if hasattr(result, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(result)
    if isinstance(result, Iterable) and not isinstance(result, (str, bytes, dict)):
        return _from_batches(iter(result), empty, where)
    raise BuilderError(f"{where} returned {_kind(result)}; {_RETURN}", code="builder_result")


def cast_batches(
    reader: Iterable[pa.RecordBatch], columns: Mapping[str, str], where: str
) -> Iterator[pa.Table]:
    """Yield batches with the types of stored columns; no value becomes another.

    Raises:
        BuilderError: A value has no exact counterpart, such as nanoseconds; names the column.
    """
    schema = arrow_schema(columns)
    for batch in reader:
        part = pa.Table.from_batches([batch])
        try:
            yield part.cast(schema)
        except pa.ArrowInvalid:
            raise BuilderError(
                f"{where}: {_inexact_column(part, schema)}", code="builder_value"
            ) from None


def _inexact_column(part: pa.Table, schema: pa.Schema) -> str:
    for field in schema:
        try:
            part[field.name].cast(field.type)
        except pa.ArrowInvalid:
            given = part.schema.field(field.name).type
            return (
                f"column `{field.name}` has a value of `{given}` that `{field.type}` cannot hold "
                "exactly; round it in the builder"
            )
    return "a value cannot be stored exactly; convert it in the builder"


def _is_data_frame(result: Any) -> bool:
    return type(result).__module__.partition(".")[0] == "pandas" and hasattr(result, "columns")


def _from_spark(frame: Any, where: str) -> pa.RecordBatchReader:
    try:
        return stream_frame(frame)
    except ImportError:
        raise BuilderError(
            f"{where} returned a Spark DataFrame, but pyspark cannot be imported here; install "
            "`spectra-gx[spark]`, or return the rows as a table of pyarrow",
            code="builder_result",
        ) from None


def _from_pandas(frame: Any, where: str) -> pa.Table:
    """Return a pandas data frame without its index; an object column of two kinds is refused."""
    try:
        return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        column = next((text for text in error.args[1:]), None)
        shown = "" if column is None else f" ({column})"
        raise BuilderError(
            f"{where} returned a pandas data frame whose columns have no single type{shown}; "
            "convert them in the builder",
            code="builder_result",
        ) from None


def _from_batches(
    batches: Iterator[Any], empty: Mapping[str, str], where: str
) -> pa.RecordBatchReader:
    first = next(batches, None)
    if first is None:
        return pa.RecordBatchReader.from_batches(arrow_schema(empty), [])
    schema = _batch(first, where).schema

    def checked() -> Iterator[pa.RecordBatch]:
        for one in chain([first], batches):
            for batch in _parts(one, where):
                if not batch.schema.equals(schema):
                    raise BuilderError(
                        f"{where} yielded batches of two schemas; give all the same columns",
                        code="builder_result",
                    )
                yield batch

    return pa.RecordBatchReader.from_batches(schema, checked())


def _batch(one: Any, where: str) -> pa.RecordBatch | pa.Table:
    if isinstance(one, (pa.RecordBatch, pa.Table)):
        return one
    raise BuilderError(f"{where} yielded {_kind(one)}; {_RETURN}", code="builder_result")


def _parts(one: Any, where: str) -> list[pa.RecordBatch]:
    batch = _batch(one, where)
    return batch.to_batches() if isinstance(batch, pa.Table) else [batch]


def _kind(value: Any) -> str:
    return f"a value of type `{type(value).__name__}`"
