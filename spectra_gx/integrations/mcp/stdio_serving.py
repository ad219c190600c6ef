"""Serve one agent over standard streams."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import anyio

from spectra_gx.integrations.mcp.server import build_server
from spectra_gx.integrations.mcp.worker_process import WorkerPool

if TYPE_CHECKING:
    from spectra_gx.integrations.mcp.project_access import ProjectAccess


def serve_stdio(access: ProjectAccess, *, allow_run: bool) -> None:
    """Serve the client that started this process, until it closes standard input."""
    pool = WorkerPool()

    def end(number: int, _: object) -> None:
        # Whatever reads standard input waits there, and cannot be asked to end.
        pool.close()
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    anyio.run(build_server(access, pool, allow_run=allow_run).run_stdio_async)
    pool.close()
