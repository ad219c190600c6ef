"""Queries over pinned handles, answered by DataFusion.

deltalake's own pyarrow readers abort the process at exit now and then, and misread column-mapped
tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.warehouse.arrow_types import plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.delta.valid_handles import valid_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deltalake import DeltaTable


def query(table: DeltaTable, sql: str) -> pa.Table:
    """Return the result of one SELECT over the pinned handle, which it calls `t`.

    Raises:
        WarehouseError: It cannot be answered; a vacuumed version, for one.
    """
    with translate_errors(
        f"version {table.version()} of the table at `{table.table_uri}` cannot be read"
    ):
        answer = new_session().register("t", valid_now(table)).execute(sql)
        # Through the stream: `read_all()` of the result itself keeps the GIL until it is done.
        return plain_types(pa.RecordBatchReader.from_stream(answer).read_all())


def read(table: DeltaTable, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a pinned handle, in no promised order; every column unless named."""
    names = list(columns_of(table)) if columns is None else columns
    return query(table, f"SELECT {', '.join(map(quote_name, names))} FROM t")


def stream(table: DeltaTable, sql: str) -> Iterator[pa.Table]:
    """Yield the result of one SELECT over the pinned handle, `t`, a few thousand rows at a time.

    Rows come in stored order: the same whenever the same handle is queried.

    Raises:
        WarehouseError: It cannot be answered.
    """
    with translate_errors(
        f"version {table.version()} of the table at `{table.table_uri}` is unreadable"
    ):
        session = new_session()
        set_option(session, "execution.target_partitions", "1")
        answer = session.register("t", valid_now(table)).execute(sql)
        for batch in pa.RecordBatchReader.from_stream(answer):
            yield plain_types(pa.Table.from_batches([batch]))


def row_count(table: DeltaTable) -> int:
    """Return the exact number of rows of a pinned handle."""
    count: int = query(table, "SELECT count(*) FROM t").column(0)[0].as_py()
    return count
