"""Serve a project over HTTP until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from spectra_gx.errors import UsageError
from spectra_gx.service.app import build_app
from spectra_gx.service.http.access import Access
from spectra_gx.service.http.connections import BoundedConnection
from spectra_gx.service.http.guard import Guard
from spectra_gx.service.jobs.job_queue import JobQueue
from spectra_gx.service.jobs.worker_process import WorkerProcess
from spectra_gx.service.project_files import ServedProject
from spectra_gx.service.state import Service
from spectra_gx.store.credentials.service_tokens import ServiceTokens
from spectra_gx.telemetry.metrics.service_text import ServiceMetrics

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from spectra_gx.project import Project

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 512
STOP_SECONDS = 150.0
"""A run that is ended records that, which a slow store may delay by two minutes."""

_LAST_ANSWERS_SECONDS = 5
_LARGEST_HEAD = 16 * 1024
_BACKLOG = 512


def serve(project: Project, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve a project until SIGTERM or Ctrl-C.

    Args:
        project: The project.
        host: The interface to listen on.
        port: Its port; 0 chooses a free one.
        announce: Gets the address once it answers.

    Raises:
        ConfigurationError: A credential of the service cannot be read.
        UsageError: The port is not available, or the interface is open to others and the project
            has no tokens.
    """
    tokens = ServiceTokens(project.settings.credentials)
    tokens.check(host)
    with _listen(host, port) as listening:
        asyncio.run(_serve(project, tokens, listening, announce))


class _Server(uvicorn.Server):
    """Leaves signals to us: runs are ended before connections are."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def _serve(
    project: Project,
    tokens: ServiceTokens,
    listening: socket.socket,
    announce: Callable[[str], None],
) -> None:
    served = ServedProject.of(project)
    metrics = ServiceMetrics()
    queue = JobQueue(partial(WorkerProcess.start, served.facts()), metrics.keep)
    access = Access(tokens.read, is_open=tokens.is_empty)
    server = build_server(Service(served, queue, access, metrics))
    stopping = _Stopping(server, queue)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.on_signal)
    queue.open()
    announce(_url(listening))
    await server.serve(sockets=[listening])
    await stopping.ended()


def build_server(
    service: Service, connection: type[BoundedConnection] = BoundedConnection
) -> uvicorn.Server:
    """Return what answers requests within the bounds of a connection, and handles no signals."""
    return _Server(
        uvicorn.Config(
            Guard(build_app(service), service.access, service.metrics.count),
            http=connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
        )
    )


class _Stopping:
    """Ends runs first, which is still answered for, and then connections."""

    def __init__(self, server: uvicorn.Server, queue: JobQueue) -> None:
        self._server = server
        self._queue = queue
        self._task: asyncio.Task[None] | None = None

    def on_signal(self) -> None:
        if self._task is None:
            logger.info("stopping: runs are being ended; once more, and they are killed")
            self._task = asyncio.create_task(self._stop())
        else:
            self._queue.kill()
            self._server.force_exit = True

    async def ended(self) -> None:
        if self._task is not None:
            await self._task

    async def _stop(self) -> None:
        await self._queue.stop(STOP_SECONDS)
        self._server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        UsageError: The port or the interface is not available.
    """
    try:
        socket.htons(port)  # the next call takes what is no port for another one
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)  # from now on clients are kept waiting, not refused
    except (OSError, OverflowError):
        raise UsageError(
            f"`{host}` with port {port} cannot be listened on; choose another with `--port`, or 0 "
            "for a free one"
        ) from None
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
