"""Serve agents over HTTP."""

from __future__ import annotations

import hmac
import socket
from typing import TYPE_CHECKING

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

from spectra_gx.errors import ConfigurationError, UsageError
from spectra_gx.integrations.mcp.server import build_server
from spectra_gx.integrations.mcp.worker_process import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr
    from starlette.types import ASGIApp, Receive, Scope, Send

    from spectra_gx.integrations.mcp.project_access import ProjectAccess

PATH = "/mcp"
LARGEST_REQUEST = 2 * 1024 * 1024
"""Bytes; a proposed contract of the longest that is taken fits in."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve_http(
    access: ProjectAccess,
    host: str,
    port: int,
    token: SecretStr | None,
    ready: Callable[[str], None],
    *,
    allow_run: bool,
) -> None:
    """Serve over HTTP until interrupted.

    Args:
        access: The project.
        host: Where to listen.
        port: 0 for a free one.
        token: What clients have to send; None where it is for this machine alone.
        ready: Hears the address as soon as clients can connect.
        allow_run: Whether stages may be run.

    Raises:
        ConfigurationError: Another machine could connect, and there is no token.
        UsageError: It cannot listen there.
    """
    is_local = host in _LOOPBACK
    if token is None and not is_local:
        raise ConfigurationError(
            f"`{host}` can be reached by other machines, and MCP_TOKEN is not set; set it to a "
            "long random text that clients send as `Authorization: Bearer`, or leave `--host` out"
        )
    with WorkerPool() as pool, _listen(host, port) as listening:
        server = build_server(access, pool, allow_run=allow_run)
        app: ASGIApp = server.streamable_http_app(
            streamable_http_path=PATH,
            stateless_http=True,
            host=host,
            transport_security=None
            if is_local
            else TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=LARGEST_REQUEST,
        )
        gated = app if token is None else _TokenGate(app, token)
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}{PATH}")
        config = uvicorn.Config(
            gated, log_config=None, access_log=False, server_header=False, lifespan="on"
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(
            f"cannot listen on `{host}` port {port}: {reason}; choose another with `--port`"
        ) from None


class _TokenGate:
    """Lets requests through that carry the token."""

    def __init__(self, app: ASGIApp, token: SecretStr) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a client without the token, before anything of the request is read."""
        if scope["type"] == "http" and not self._is_allowed(scope):
            headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        wanted = f"Bearer {self._token.get_secret_value()}".encode()
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], wanted)
