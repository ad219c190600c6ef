"""Serve agents over HTTP."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

import uvicorn
from anyio.to_thread import run_sync
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import Response

from spectra_gx.errors import SpectraError, UsageError
from spectra_gx.integrations.mcp.server import CALLER, build_server
from spectra_gx.integrations.mcp.worker_process import WorkerPool
from spectra_gx.store.credentials.service_tokens import ANYONE, bearer_of, find_caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from spectra_gx.integrations.mcp.project_access import ProjectAccess
    from spectra_gx.store.credentials.service_tokens import Caller, ServiceTokens

logger = logging.getLogger(__name__)

PATH = "/mcp"
LARGEST_REQUEST = 2 * 1024 * 1024
"""Bytes; a proposed contract of the longest that is taken fits in."""

_LAST_ANSWERS_SECONDS = 2
"""Clients of a session keep a connection open for as long as they like."""


def serve_http(
    access: ProjectAccess,
    host: str,
    port: int,
    tokens: ServiceTokens,
    ready: Callable[[str], None],
    *,
    allow_run: bool,
) -> None:
    """Serve over HTTP until interrupted.

    Args:
        access: The project.
        host: Where to listen.
        port: 0 for a free one.
        tokens: One of which clients have to send, where the project has any.
        ready: Hears the address as soon as clients can connect.
        allow_run: Whether stages may be run.

    Raises:
        ConfigurationError: A token cannot be read.
        UsageError: It cannot listen there, or others could connect and there are no tokens.
    """
    tokens.check(host)
    with WorkerPool() as pool, _listen(host, port) as listening:
        server = build_server(access, pool, allow_run=allow_run)
        app: ASGIApp = server.streamable_http_app(
            streamable_http_path=PATH,
            host=host,
            # A web page has no token, and a proxy another name.
            transport_security=None
            if tokens.is_empty
            else TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=LARGEST_REQUEST,
        )
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}{PATH}")
        config = uvicorn.Config(
            _Gate(app, tokens),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
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


class _Gate:
    """Lets requests in that carry a token, where the project has any, and notes who asks."""

    def __init__(self, app: ASGIApp, tokens: ServiceTokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a client without a token, before anything of the request is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            caller = await run_sync(self._find_caller, Headers(scope=scope))
        except SpectraError as error:
            logger.warning("no request is let in: %s", error.message)
            await Response(status_code=503)(scope, receive, send)
            return
        if caller is None:
            refused = Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
            await refused(scope, receive, send)
            return
        scope[CALLER] = caller
        # The SDK keeps a session for the one who began it.
        scope["user"] = AuthenticatedUser(AccessToken(token="", client_id=caller.name, scopes=[]))
        await self._app(scope, receive, send)

    def _find_caller(self, headers: Headers) -> Caller | None:
        if self._tokens.is_empty:
            return ANYONE
        given = bearer_of(headers)
        return None if given is None else find_caller(self._tokens.read(), given)
