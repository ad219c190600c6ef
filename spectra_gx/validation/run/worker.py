"""A process that runs checkpoints for another one, a table at a time.

It reads only, so that it can be ended at any moment. Everything it receives and sends goes through
one pipe that nobody else can read: the snapshot may contain credentials.
"""

from __future__ import annotations

import logging
import os
import threading
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from spectra_gx.causes import Obstacle
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.run.checkpoint_data import CheckpointInputs, FailedCheckpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Table

logger = logging.getLogger(__name__)

READY = "ready"


def serve(descriptor: int) -> None:
    """Validate the tables that come through the pipe until it ends; the process ends with it."""
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        _run_checkpoints(connection)
    except (EOFError, OSError):
        pass  # nobody is there any more who wants to know
    except Exception:
        # Who started it notices that the pipe ends, and reports it.
        logger.debug("a worker ended early", exc_info=True)
    os._exit(0)  # libraries have threads of their own, which could keep it alive


def _run_checkpoints(connection: Connection[Any, Any]) -> None:
    inputs: CheckpointInputs
    inputs, levels = connection.recv()
    channel = _Channel(connection)
    _pass_on_logging(channel, levels)
    from spectra_gx.validation.run.checkpoint import CheckpointRunner  # noqa: PLC0415 - with its words

    checkpoints = CheckpointRunner(inputs)
    channel.put(READY)
    while True:
        table: Table = connection.recv()
        try:
            channel.put(checkpoints.run(table))
        except WarehouseError as error:
            logger.debug("`%s` cannot be checked", table.name, exc_info=True)
            channel.put(FailedCheckpoint(Obstacle(error.cause, error.message)))


class _Channel:
    """The pipe, for one thread at a time; a queue to `QueueHandler`."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def put(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)

    put_nowait = put


def _pass_on_logging(channel: _Channel, levels: Mapping[str, int]) -> None:
    """Let who started it handle whatever is logged, as if it had been logged there."""
    logging.getLogger().addHandler(QueueHandler(channel))  # type: ignore[arg-type]  # it only puts
    for name, level in levels.items():
        logging.getLogger(name or None).setLevel(level)


def _end_with_the_parent() -> None:
    """End when standard input is closed: nobody writes to it, so its parent process is gone."""
    os.read(0, 1)
    os._exit(1)
