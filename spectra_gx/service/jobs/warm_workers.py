"""Processes that have imported everything, for one check after another."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

    from spectra_gx.service.jobs.worker_process import WorkerProcess

logger = logging.getLogger(__name__)

WORKERS = 2
"""Checks at once; one that takes long does not hold up all others."""

_CHECKS_EACH = 500
"""After which a process is replaced, whatever libraries may have kept in it."""

_AGAIN_SECONDS = 10.0


class WarmWorkers:
    """Keeps its processes warm, and replaces those that end or have done enough."""

    def __init__(self, start: Callable[[], Awaitable[WorkerProcess]]) -> None:
        """Take what starts a process."""
        self._start = start
        self._idle: asyncio.LifoQueue[tuple[WorkerProcess, int]] = asyncio.LifoQueue()
        self._all: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = 0

    @property
    def is_warm(self) -> bool:
        """Whether a check waits for no import."""
        return self._ready > 0

    def open(self) -> None:
        """Begin to start the processes."""
        self._in_background(self._fill())

    @asynccontextmanager
    async def take(self) -> AsyncIterator[WorkerProcess]:
        """Keep a process for the length of a `with` block; wait for one if need be."""
        worker, checks = await self._idle.get()
        while not worker.is_alive:
            await self._replace(worker)
            worker, checks = await self._idle.get()
        try:
            yield worker
        except BaseException:
            worker.kill()  # what it does is nobody's any more
            raise
        finally:
            if worker.is_alive and checks + 1 < _CHECKS_EACH:
                self._idle.put_nowait((worker, checks + 1))
            else:
                self._in_background(self._replace(worker))

    async def close(self) -> None:
        """End all processes."""
        for task in self._tasks:
            task.cancel()
        for worker in self._all:
            worker.kill()
        await asyncio.gather(*(worker.close() for worker in self._all), return_exceptions=True)

    async def _fill(self) -> None:
        for _ in range(WORKERS):  # one after another: the first is ready sooner
            await self._add()

    async def _replace(self, worker: WorkerProcess) -> None:
        self._ready -= 1
        self._all.discard(worker)
        await worker.close()
        await self._add()

    async def _add(self) -> None:
        while True:
            worker = await self._start()
            self._all.add(worker)
            try:
                async for _ in worker.carry_out({"operation": "warm"}):
                    pass
            except SpectraError as error:
                logger.warning("a process for checks could not be started: %s", error.message)
                self._all.discard(worker)
                await worker.close()
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self._ready += 1
            self._idle.put_nowait((worker, 0))
            return

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
