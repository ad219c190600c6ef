"""Run queries that may be expensive on little data in a process that can be killed.

DataFusion cannot cancel a query, and aborts its whole process when it is refused memory. A process
of its own is started with the first such query of a session, and again after one was ended.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.budget import Budget, memory_exceeded, time_exceeded
from spectra_gx.errors import EngineError, OverBudgetError
from spectra_gx.store.credentials.own_processes import own_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.engines.snapshot import Snapshot

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; sys.modules.update(numpy=None, pandas=None); "
    "from spectra_gx.engines.datafusion.isolation_worker import serve; serve(int(sys.argv[1]))"
)
"""Arrow would import numpy and pandas, which take most of the start and answer no query."""

_DYING_SECONDS = 5.0
_START_SECONDS = 60.0
"""Beside what a query may take: the process starts, and opens its tables."""


class IsolatedQueryError(ValueError):
    """The engine's message from the other process."""


class IsolatedQueries:
    """Runs queries over the tables of a snapshot in another process."""

    def __init__(self, snapshot: Snapshot, scratch: str, budget: Budget) -> None:
        """Take what the process reads; it is started with the first query.

        Args:
            snapshot: The tables, fit to be pickled.
            scratch: Folder for what does not fit in memory.
            budget: What each query may cost.
        """
        self._given = (snapshot, scratch, budget.megabytes)
        self._budget = budget
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None

    def stream(
        self, query: str, names: Mapping[str, Sequence[str]], *, in_stored_order: bool
    ) -> Iterator[pa.Table]:
        """Yield the parts of an answer.

        `names` is name in the query → tables of the snapshot.

        Raises:
            OverBudgetError: It needed more than its budget, or ended its process.
            IsolatedQueryError: The engine refused it; carries its message.
            EngineError: A table could not be opened there.
        """
        connection = self._connected()
        left = self._budget.seconds
        try:
            connection.send((query, dict(names), in_stored_order))
            while True:
                began = time.monotonic()
                if not connection.poll(left):
                    raise time_exceeded(self._budget.seconds)
                answer = connection.recv()
                left = max(left - (time.monotonic() - began), 0)
                if answer is None:
                    return
                if isinstance(answer, str):
                    raise IsolatedQueryError(answer)
                if isinstance(answer, EngineError):
                    raise answer
                yield answer
        except (EOFError, OSError):
            raise self._death() from None
        except IsolatedQueryError:
            raise
        except BaseException:
            self.close()  # nobody waits for the rest of the answer
            raise

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _connected(self) -> Connection[Any, Any]:
        if self._connection is None:
            self._connection, there = Pipe()
            with there:
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    [sys.executable, "-P", "-c", _PROGRAM, str(there.fileno()), *sys.path],
                    stdin=subprocess.PIPE,  # its end ends the process
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # the engine may quote values there
                    pass_fds=[there.fileno()],
                    env=own_environment(RUST_BACKTRACE="0"),
                    start_new_session=True,  # Ctrl-C is for this process, which then ends that one
                )
            with suppress(OSError):  # if it died, the next message tells
                self._connection.send(self._given)
                if self._connection.poll(_START_SECONDS):
                    self._connection.recv()
        return self._connection

    def _death(self) -> OverBudgetError:
        process = self._process
        assert process is not None  # noqa: S101 - a query was sent to it
        try:
            code = process.wait(timeout=_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -signal.SIGABRT:
            return memory_exceeded(self._budget)
        end = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return OverBudgetError(
            f"the query ended the process that ran it ({end}); write the rule more simply"
        )
