"""Queries that run on a second connection of the same snapshot while the first one answers others.

A thread of its own sends them: drivers wait for a server without keeping Python from other work.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

Answer: TypeAlias = "Future[pa.Table | None]"
"""None where no second connection could be opened."""

_CANCELS = 50
_CANCEL_SECONDS = 0.1
"""How often a query is cancelled, and how long it may then take to end: one that has only just been
sent does not notice."""


class SecondConnection(Protocol):
    """What the thread uses, and nobody else, but to cancel."""

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""

    def cancel(self) -> None:
        """End the query that is running, from another thread."""

    def close(self) -> None:
        """End the connection."""


@dataclass(frozen=True)
class _Waiting:
    """A query that is not run yet."""

    sql: str
    types: Mapping[str, str | None]
    seconds: float
    answer: Answer = field(default_factory=Future)


class BackgroundQueries:
    """Runs queries one after another on a connection that is opened for the first of them."""

    def __init__(self, connect: Callable[[], SecondConnection]) -> None:
        """Take what opens the connection; the owner of this closes it."""
        self._connect: Callable[[], SecondConnection] | None = connect
        self._connection: SecondConnection | None = None
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._busy = False
        self._closed = threading.Event()
        # A daemon, since nothing may wait for a server when Python ends.
        self._thread = threading.Thread(target=self._run, name="background-queries", daemon=True)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> Answer:
        """Run a query as soon as those before it are done; until then it can be cancelled."""
        waiting = _Waiting(sql, types, seconds)
        self._queue.put(waiting)
        if self._thread.ident is None:
            self._thread.start()
        return waiting.answer

    def close(self) -> None:
        """Cancel what is not done, and end the connection."""
        self._closed.set()
        self._queue.put(None)
        if self._thread.ident is None:
            return
        for _ in range(_CANCELS):
            if self._busy and self._connection is not None:
                with suppress(Exception):  # the connection may be lost
                    self._connection.cancel()
            self._thread.join(_CANCEL_SECONDS)
            if not self._thread.is_alive():
                return

    def _run(self) -> None:
        while (query := self._queue.get()) is not None:
            self._busy = True
            if self._closed.is_set():
                query.answer.cancel()
            elif query.answer.set_running_or_notify_cancel():
                self._answer(query)
            self._busy = False
        if self._connection is not None:
            self._connection.close()

    def _answer(self, query: _Waiting) -> None:
        connection = self._connected()
        if connection is None:
            query.answer.set_result(None)
            return
        try:
            query.answer.set_result(connection.query(query.sql, query.types, query.seconds))
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is wanted
            query.answer.set_exception(error)

    def _connected(self) -> SecondConnection | None:
        """Return the connection; None where it cannot be opened, which is tried once."""
        if self._connect is not None:
            with suppress(Exception):  # whatever it is, the first connection answers instead
                self._connection = self._connect()
            self._connect = None
        return self._connection
