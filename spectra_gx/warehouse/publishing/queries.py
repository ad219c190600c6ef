"""Queries over several pinned tables at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.warehouse.arrow_types import plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.valid_handles import valid_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deltalake import DeltaTable

_PROCESSORS = 2
"""Row groups that a copy reads at once; each takes memory."""


def fetch(tables: Mapping[str, DeltaTable], sql: str, what: str) -> pa.Table:
    """Return the result of one SELECT over these tables.

    Raises:
        WarehouseError: It cannot be answered; `what` begins the message.
    """
    return pa.concat_tables(stream(tables, sql, what)).combine_chunks()


def count(tables: Mapping[str, DeltaTable], sql: str, what: str) -> int:
    """Return the one number that a SELECT gives."""
    number: int = fetch(tables, sql, what).column(0)[0].as_py()
    return number


def stream(tables: Mapping[str, DeltaTable], sql: str, what: str) -> Iterator[pa.Table]:
    """Yield the result of one SELECT, a few thousand rows at a time; at least one, maybe empty.

    Raises:
        WarehouseError: It cannot be answered; `what` begins the message.
    """
    with translate_errors(what):
        session = new_session()
        set_option(session, "execution.target_partitions", str(_PROCESSORS))
        # What a join keeps is its left side, as it is written.
        set_option(session, "optimizer.join_reordering", "false")
        for name, table in tables.items():
            session = session.register(name, valid_now(table))
        answer = pa.RecordBatchReader.from_stream(session.execute(sql))
        yield plain_types(answer.schema.empty_table())
        for batch in answer:
            yield plain_types(pa.Table.from_batches([batch]))
