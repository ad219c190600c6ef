"""Copy rows between tables, a few thousand at a time.

Delta pulls what it writes from inside its own runtime, on whose few threads the queries run as
well: rows that it has to wait for may be rows of a query that waits for the thread. So they are
all there before it begins, on the disk where they are many.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from spectra_gx.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_IN_MEMORY = 64 * 2**20
"""Bytes of rows that are not put on the disk."""

_COMPRESSION = "lz4"
"""Costs about a tenth of what Parquet does, and halves what is on the disk."""


@contextmanager
def reader_of(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.RecordBatchReader]:
    """Give a reader of the parts for the length of a `with` block, once all have been read.

    Raises:
        WarehouseError: They do not fit on the disk; what the parts raise, it raises.
    """
    rest = iter(parts)
    first: list[pa.RecordBatch] = []
    size = 0
    for part in rest:
        first.extend(part.cast(schema).to_batches())
        size += part.nbytes
        if size > _IN_MEMORY:
            break
    else:
        yield pa.RecordBatchReader.from_batches(schema, first)
        return
    with _unnamed_file() as file:
        _write(file, first, rest, schema)
        file.seek(0)
        with pa.ipc.open_stream(file) as reader:
            yield reader


@contextmanager
def _unnamed_file() -> Iterator[IO[bytes]]:
    """Give a file that nobody else can open, and that goes with this process."""
    with _translate_errors():
        file = TemporaryFile(prefix="spectra-gx-")  # noqa: SIM115 - closed below
    try:
        yield file
    finally:
        with suppress(OSError):  # on a full disk, closing it is refused as well
            file.close()


def _write(
    file: IO[bytes], first: list[pa.RecordBatch], rest: Iterable[pa.Table], schema: pa.Schema
) -> None:
    """Write the rows to a file; empties `first`."""
    options = pa.ipc.IpcWriteOptions(compression=_COMPRESSION)
    written = pa.ipc.new_stream(file, schema, options=options)
    with _translate_errors():
        for batch in first:
            written.write_batch(batch)
    first.clear()
    for part in rest:
        rows = part.cast(schema)
        with _translate_errors():
            written.write_table(rows)
    with _translate_errors():
        written.close()
        file.flush()


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WarehouseError(
            f"the rows to be written do not fit on the disk: {error.strerror or error}; make room "
            "in the folder for temporary files, or name another one with TMPDIR"
        ) from None
