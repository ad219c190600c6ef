"""The worker of a server, from the server's side: one task at a time, ended when it is given up."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack, suppress
from multiprocessing.connection import Connection, Pipe
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import anyio
from anyio.to_thread import run_sync

from spectra_gx.integrations.mcp.worker import Broken, Done, Progress, Refused, Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Report: TypeAlias = Callable[[Progress], Awaitable[None]]
    Ended: TypeAlias = Done | Refused | Broken | None
    Exchange: TypeAlias = Callable[[Task, Callable[[Progress], None]], Ended]

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from spectra_gx.integrations.mcp.worker import serve; serve(int(sys.argv[1]), sys.argv[2])"
)
_ENDING_SECONDS = 10.0
_MOST_WAITING = 100
"""Messages about progress that wait to be sent; later ones are left out."""


class TaskError(Exception):
    """A task that did not succeed, in words that may be shown."""


class WorkerPool:
    """Processes that do tasks: a warm one for checks, and one for each run."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = anyio.Lock()
        self._warm: _WorkerProcess | None = None
        self._runs: list[_WorkerProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process at once, and runs once they have recorded that."""
        if self._warm is not None:
            self._warm.kill()
        for process in self._runs:
            process.close()

    async def perform(self, task: Task, report: Report, *, seconds: float) -> Any:
        """Do a task that only reads, when it is its turn; return what it returns.

        The process ends, and the next one is cold, where the task takes too long or the caller
        gives up.

        Raises:
            TaskError: It did not succeed.
        """
        async with self._turn:
            if self._warm is None or not self._warm.is_alive:
                self._warm = _WorkerProcess()
            try:
                with anyio.fail_after(seconds):
                    return await _exchange(self._warm, self._warm.exchange, task, report)
            except TimeoutError:
                raise TaskError(
                    f"it took longer than {seconds:.0f} s and was ended; name one table, or use "
                    "the command line"
                ) from None
            finally:
                if self._warm.is_busy:
                    self._warm.kill()

    async def perform_run(self, task: Task, report: Report) -> Any:
        """Do a task that writes, in a process of its own, which goes on if the caller gives up.

        Raises:
            TaskError: It did not succeed.
        """
        process = _WorkerProcess()
        self._runs = [*(one for one in self._runs if one.is_alive), process]
        return await _exchange(process, process.exchange_and_close, task, report)


async def _exchange(process: _WorkerProcess, exchange: Exchange, task: Task, report: Report) -> Any:
    """Have a process do a task, and report how far it is."""
    process.is_busy = True
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        send, receive = anyio.create_memory_object_stream[Progress](_MOST_WAITING)
        stack.enter_context(receive)
        group = await stack.enter_async_context(anyio.create_task_group())

        async def forward() -> None:
            async for progress in receive:
                with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                    await report(progress)

        def offer(progress: Progress) -> None:
            with suppress(anyio.WouldBlock, anyio.BrokenResourceError):
                send.send_nowait(progress)

        def hear(progress: Progress) -> None:
            with suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(offer, progress)

        group.start_soon(forward)
        try:
            ended = await run_sync(exchange, task, hear, abandon_on_cancel=True)
        finally:
            loop.call_soon(send.close)
    match ended:
        case Done():
            return ended.result
        case Refused():
            raise TaskError(ended.message)
        case Broken():
            raise TaskError(
                f"it ended early with {ended.kind}; this is a defect of spectra-gx: do the same on "
                "the command line with `--debug` and report what it prints"
            )
    raise TaskError("its process died, perhaps because memory ran out; try again with one table")


class _WorkerProcess:
    """A process that does tasks."""

    def __init__(self) -> None:
        self._scratch = TemporaryDirectory(prefix="spectra-gx-", ignore_cleanup_errors=True)
        self._connection: Connection[Any, Any]
        self._connection, there = Pipe()
        self.is_busy = False
        """Whether it has a task; one that is given up with it cannot be used again."""

        with there:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [
                    *(sys.executable, "-P", "-c", _PROGRAM),
                    *(str(there.fileno()), self._scratch.name),
                    *sys.path,
                ],
                stdin=subprocess.PIPE,  # its end ends the worker
                stdout=subprocess.DEVNULL,  # nothing may write to where a server answers
                pass_fds=[there.fileno()],
                start_new_session=True,  # Ctrl-C is for this process, which then ends the worker
            )

    @property
    def is_alive(self) -> bool:
        """Return whether it can do tasks."""
        return self._process.poll() is None

    def exchange(self, task: Task, hear: Callable[[Progress], None]) -> Ended:
        """Return how a task ended; None where the process died."""
        with suppress(EOFError, OSError):
            self._connection.send(task)
            while isinstance(message := self._connection.recv(), Progress):
                hear(message)
            self.is_busy = False
            ended: Ended = message
            return ended
        return None

    def exchange_and_close(self, task: Task, hear: Callable[[Progress], None]) -> Ended:
        """Do the same, and end."""
        ended = self.exchange(task, hear)
        self.close()
        return ended

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.communicate()
        self._scratch.cleanup()

    def close(self) -> None:
        """Let it end by itself: a run that goes on records that it was interrupted."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.close()
        self._connection.close()
        try:
            self._process.wait(timeout=_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.cleanup()
