"""A process that runs queries for another one, with a limit of memory that the system holds.

It reads only, and starts without Great Expectations.
"""

from __future__ import annotations

import os
import resource
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake.exceptions import DeltaError

from spectra_gx.engines.datafusion.query_builders import open_query_builder, register_table
from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import QueryBuilder

    from spectra_gx.engines.snapshot import Snapshot


def serve(descriptor: int) -> None:
    """Answer the queries that come through the pipe until it ends; the process ends with it."""
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    connection: Connection[Any, Any] = Connection(descriptor)
    with suppress(EOFError, OSError):
        _answer(connection)
    os._exit(0)  # the engine has threads of its own, which could hold it up


def _answer(connection: Connection[Any, Any]) -> None:
    snapshot, scratch, megabytes = connection.recv()
    sessions = _Sessions(snapshot, scratch)
    _limit_memory(megabytes)
    connection.send("ready")
    while True:
        query, names, in_stored_order = connection.recv()
        try:
            session = sessions.knowing(names, in_stored_order=in_stored_order)
            answer = pa.RecordBatchReader.from_stream(session.execute(query))
            connection.send(answer.schema.empty_table())
            for batch in answer:
                connection.send(pa.Table.from_batches([batch]))
            connection.send(None)
        except (DeltaError, pa.ArrowException, SpectraError, ValueError) as error:
            connection.send(str(error))


class _Sessions:
    """Sessions over the tables of a snapshot, each table made known when it is first read."""

    def __init__(self, snapshot: Snapshot, scratch: str) -> None:
        self._snapshot = snapshot
        self._scratch = scratch
        self._open: dict[bool, tuple[QueryBuilder, set[str]]] = {}

    def knowing(self, names: Mapping[str, str], *, in_stored_order: bool) -> QueryBuilder:
        """Return a session that knows tables under names."""
        if in_stored_order not in self._open:
            session = open_query_builder(
                self._snapshot.memory,
                self._scratch,
                processors=1 if in_stored_order else self._snapshot.processors,
                thrifty=in_stored_order,
            )
            self._open[in_stored_order] = session, set()
        session, known = self._open[in_stored_order]
        for table, known_as in names.items():
            if table not in known:
                register_table(session, known_as, self._snapshot.tables[table])
                known.add(table)
        return session


def _limit_memory(megabytes: int) -> None:
    """Let the process hold so much more than it does; the system ends it when it asks for more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return  # elsewhere the system counts otherwise; time is still limited
    [held] = [line for line in status.read_text().splitlines() if line.startswith("VmData:")]
    most = (int(held.split()[1]) << 10) + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_parent() -> None:
    """End when standard input does, which nobody writes to: whoever held it is gone."""
    os.read(0, 1)
    os._exit(1)
