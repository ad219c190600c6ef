"""Validate tables in several processes at once, and gather their results.

Threads would share GX, whose registries and contexts are not made for it: a verdict could be wrong
without a word. Processes are started afresh, never forked, and not by `multiprocessing`, which
would run the caller's own script again in each.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing.connection import Connection, Pipe, wait
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.engines.snapshot_transfer import portable_snapshot
from spectra_gx.store.credentials.own_processes import own_environment
from spectra_gx.validation.gx.interpretation import errored
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.validation.run.checkpoint_data import (
    CheckpointInputs,
    CheckpointOutcome,
    FailedCheckpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.contract.model import Table
    from spectra_gx.validation.run.worker_plan import WorkerPlan

logger = logging.getLogger(__name__)

_DYING_SECONDS = 5.0
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from spectra_gx.validation.run.worker import serve; serve(int(sys.argv[1]))"
)


def validate_in_parallel(
    inputs: CheckpointInputs,
    tables: Sequence[Table],
    share: WorkerPlan,
    began: Callable[[Table], None],
    ended: Callable[[CheckpointOutcome], None],
) -> None:
    """Validate the tables that workers can be found for.

    The table of a worker that dies is errored, never passed.

    `began` is called when a table begins, `ended` with its result.
    """
    snapshot = replace(inputs.snapshot, processors=share.processors)
    given = replace(inputs, snapshot=portable_snapshot(snapshot))
    left = list(tables)
    with ExitStack() as stack:
        # GX makes folders that a process which is killed does not remove.
        scratch = stack.enter_context(TemporaryDirectory(prefix="spectra-gx-"))
        started = [stack.enter_context(_Worker(given, scratch)) for _ in range(share.workers)]
        at_work = {worker.connection: worker for worker in started}
        while at_work:
            for connection in wait(list(at_work)):
                worker = at_work[connection]  # type: ignore[index]  # only connections are awaited
                try:
                    message = worker.receive()
                except (EOFError, OSError):
                    message = worker.failure() if worker.table else None
                    del at_work[worker.connection]
                if isinstance(message, CheckpointOutcome):
                    ended(message)
                elif isinstance(message, FailedCheckpoint):
                    ended(_errored(inputs, worker, message.obstacle))
                if message is None or worker.connection not in at_work:
                    continue
                worker.table = left.pop(0) if left else None
                if worker.table is None:
                    del at_work[worker.connection]
                else:
                    began(worker.table)
                    worker.take(worker.table)


class _Worker:
    """A process that runs checkpoints; it ends with the `with` block, whatever it is at."""

    def __init__(self, inputs: CheckpointInputs, scratch: str) -> None:
        self.connection: Connection[Any, Any]
        self.connection, there = Pipe()
        self.table: Table | None = None
        """What it has in hand."""
        self._began = time.perf_counter()
        with there:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-c", _PROGRAM, str(there.fileno()), *sys.path],
                stdin=subprocess.PIPE,  # its end ends the worker
                stdout=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
                env=own_environment(TMPDIR=scratch),
                start_new_session=True,  # Ctrl-C is for this process, which then ends the worker
            )
        levels = {name: logging.getLogger(name).getEffectiveLevel() for name in ("", "spectra_gx")}
        try:
            self.connection.send((inputs, levels))
        except OSError:
            logger.debug("a worker died before it received anything")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self.connection.close()

    def receive(self) -> object | None:
        """Return the next message about tables; what the worker logs is logged here.

        Raises:
            EOFError: It has died.
        """
        message: object = self.connection.recv()
        if not isinstance(message, logging.LogRecord):
            return message
        there = logging.getLogger(message.name)
        if there.isEnabledFor(message.levelno):
            there.handle(message)
        return None

    def take(self, table: Table) -> None:
        """Begin a table; a worker that died is noticed at the next message."""
        self._began = time.perf_counter()
        with suppress(OSError):
            self.connection.send(table)

    @property
    def seconds(self) -> float:
        """Return how long it has been at its table."""
        return time.perf_counter() - self._began

    def failure(self) -> FailedCheckpoint:
        """Return how the process died; one that only closed its pipe is killed."""
        try:
            code = self._process.wait(timeout=_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        end = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        message = (
            f"the process that checked it died ({end}), perhaps because memory ran out; "
            "run again, with ENGINE_CPUS=1 if it happens again"
        )
        return FailedCheckpoint(Obstacle(Cause.WORKER_DIED, message))


def _errored(inputs: CheckpointInputs, worker: _Worker, obstacle: Obstacle) -> CheckpointOutcome:
    """Return the table that a worker has in hand as errored."""
    table = worker.table
    assert table is not None  # noqa: S101 - a worker fails at a table that it was given
    pinned = inputs.snapshot.tables.get(table.name)
    suite = compile_suite(inputs.contract, table)
    types = {one["meta"]["rule"]: one["type"] for one in suite["expectations"]}
    return CheckpointOutcome(
        TableResult(
            table=table.name,
            verdict=Status.ERRORED,
            rules=tuple(errored(rule, types[rule.id], obstacle) for rule in table.rules),
            delta_version=pinned.version if pinned else None,
            rows=None,
            duration_seconds=worker.seconds,
            format=str(table.format),
            snapshot=pinned.snapshot_id if pinned else None,
        ),
        None,
        None,
    )
