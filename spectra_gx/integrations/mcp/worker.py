"""A process that checks, profiles and runs for a server, one task at a time.

It stays warm: what checks tables takes seconds to import, and a second check does not pay that.
What it reads or writes can be ended at any moment, by ending the process.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NoReturn

from spectra_gx.errors import SpectraError
from spectra_gx.integrations.mcp.outgoing import error_text
from spectra_gx.runner.events import RunStarted, StepStarted, TableChecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.integrations.mcp.project_access import ProjectAccess
from spectra_gx.runner.events import Event

logger = logging.getLogger(__name__)

_ENDING_SECONDS = 30.0
"""How long an interrupted run may take to record that; a query of a check may never hear of it."""


@dataclass(frozen=True)
class Task:
    """Something to do with a project."""

    do: Callable[..., Any]
    """A function of `tasks`; takes the project first."""

    access: ProjectAccess
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Progress:
    """How far a task is."""

    done: int
    total: int | None
    about: str
    """A table, or a step of a run."""


@dataclass(frozen=True)
class Done:
    """What a task returned."""

    result: Any


@dataclass(frozen=True)
class Refused:
    """An error of ours, whose words may be shown."""

    message: str


@dataclass(frozen=True)
class Broken:
    """Any other error, by its type alone."""

    kind: str


def serve(descriptor: int, scratch: str) -> None:
    """Do the tasks that come through the pipe until it ends; the process ends with it.

    `scratch` is a folder for its temporary files, which nobody else uses.
    """
    tempfile.tempdir = scratch
    # A process that was started in the background may have it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    at_work = threading.Event()
    threading.Thread(target=_end_with_the_parent, args=[at_work, scratch], daemon=True).start()
    _log_to_stderr()
    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        while True:
            task = connection.recv()
            at_work.set()
            ended = _do(task, connection)
            at_work.clear()
            connection.send(ended)
    except (EOFError, OSError, KeyboardInterrupt):
        pass  # nobody is there any more who wants to know
    _leave(0, scratch)


def _do(task: Task, connection: Connection[Any, Any]) -> Done | Refused | Broken:
    project = replace(task.access.open(), progress=_ProgressSender(connection))
    try:
        return Done(task.do(project, *task.arguments))
    except SpectraError as error:
        return Refused(error_text(error))
    except Exception as error:  # its words may have values
        logger.debug("a task ended early", exc_info=True)
        return Broken(type(error).__name__)


class _ProgressSender:
    """Sends how far a check or a run is; satisfies `Listener`."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._done = 0
        self._total: int | None = None

    def handle(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._total = len(event.contract.tables)
            case StepStarted():
                self._send(event.step)
            case TableChecked():
                self._done += 1
                self._send(event.result.table)

    def _send(self, about: str) -> None:
        self._connection.send(Progress(self._done, self._total, about))


def _log_to_stderr() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    ours = logging.getLogger("spectra_gx")
    ours.addHandler(handler)
    ours.setLevel(logging.WARNING)
    ours.propagate = False


def _end_with_the_parent(at_work: threading.Event, scratch: str) -> None:
    """Interrupt a task when standard input is closed: the parent process is gone, or wants that.

    A run then records that it was interrupted. Between tasks the end of the pipe is enough.
    """
    os.read(0, 1)
    if at_work.is_set():
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_ENDING_SECONDS)
    _leave(1, scratch)


def _leave(code: int, scratch: str) -> NoReturn:
    """End, with all threads that libraries have; a parent that was killed removes no folder."""
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(code)
