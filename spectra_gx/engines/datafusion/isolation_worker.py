"""A process that runs queries for another one, with a memory limit that the system enforces.

It reads only, and starts without Great Expectations.
"""

from __future__ import annotations

import os
import resource
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake.exceptions import DeltaError

from spectra_gx.engines.datafusion.query_builders import QueryBuilders
from spectra_gx.errors import EngineError, SpectraError, WarehouseError


def serve(descriptor: int) -> None:
    """Answer the queries that come through the pipe until it ends; the process ends with it."""
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    connection: Connection[Any, Any] = Connection(descriptor)
    with suppress(EOFError, OSError):
        _answer(connection)
    os._exit(0)  # the engine has threads of its own, which could delay the exit


def _answer(connection: Connection[Any, Any]) -> None:
    snapshot, scratch, megabytes = connection.recv()
    builders = QueryBuilders(snapshot, scratch)
    _limit_memory(megabytes)
    connection.send("ready")
    while True:
        query, names, in_stored_order = connection.recv()
        try:
            builder = builders.builder(names, in_stored_order=in_stored_order)
            answer = pa.RecordBatchReader.from_stream(builder.execute(query))
            connection.send(answer.schema.empty_table())
            for batch in answer:
                connection.send(pa.Table.from_batches([batch]))
            connection.send(None)
        except WarehouseError as error:  # about a table, and not about the query
            connection.send(EngineError(error.message, error.cause))
        except (DeltaError, pa.ArrowException, SpectraError, ValueError) as error:
            connection.send(str(error))


def _limit_memory(megabytes: int) -> None:
    """Let the process grow by so much; the system ends it when it needs more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return  # elsewhere the system counts otherwise; time is still limited
    [used] = [line for line in status.read_text().splitlines() if line.startswith("VmData:")]
    most = (int(used.split()[1]) << 10) + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_parent() -> None:
    """End when standard input does: the process that had its other end is gone."""
    os.read(0, 1)
    os._exit(1)
