"""Serve one agent over standard streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from spectra_gx.integrations.mcp.server import build_server
from spectra_gx.integrations.mcp.worker_process import WorkerPool

if TYPE_CHECKING:
    from spectra_gx.integrations.mcp.project_access import ProjectAccess


def serve_stdio(access: ProjectAccess, *, allow_run: bool) -> None:
    """Serve the client that started this process, until it closes standard input."""
    with WorkerPool() as pool:
        anyio.run(build_server(access, pool, allow_run=allow_run).run_stdio_async)
