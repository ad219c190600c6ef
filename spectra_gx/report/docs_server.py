"""Data docs over HTTP on the loopback interface."""

from __future__ import annotations

import logging
import os
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_NAMES = frozenset((_HOST, "localhost"))
_HEADERS = {
    "Cache-Control": "no-store",  # the next run rewrites the same pages
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class DocsServer:
    """Serves one folder to requests that name the loopback interface."""

    def __init__(self, folder: Path, port: int) -> None:
        """Listen on a port; 0 chooses a free one.

        Raises:
            UsageError: The port is not available.
        """
        handler = partial(_Handler, directory=str(folder.resolve()))
        try:
            self._server = _Server((_HOST, port), handler)
        except (OSError, OverflowError):
            raise UsageError(
                f"port {port} is in use or not allowed; choose another with `--port`, "
                "or leave it out for a free one"
            ) from None

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{_HOST}:{self._server.server_port}/"

    def serve_forever(self) -> None:
        """Serve requests until interrupted."""
        self._server.serve_forever()

    def stop(self) -> None:
        """End `serve_forever` in another thread."""
        self._server.shutdown()

    def __enter__(self) -> DocsServer:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the inherited one looks this machine's name up
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address  # the client has gone; a traceback would help nobody
        logger.debug("a request could not be answered", exc_info=True)


class _Handler(SimpleHTTPRequestHandler):
    """Serves files; refuses requests that name another host (DNS rebinding)."""

    server_version = "spectra-gx"
    sys_version = ""

    def send_head(self) -> Any:
        if not _names_this_machine(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        if not self._is_inside():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _is_inside(self) -> bool:
        """Return whether the requested path is a file inside the folder."""
        try:
            path = Path(os.path.realpath(self.translate_path(self.path)))
        except (OSError, ValueError):
            return False
        return path.is_relative_to(os.path.realpath(self.directory))

    def list_directory(self, path: Any) -> None:
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it
        logger.debug(format, *arguments)


def _names_this_machine(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _NAMES
    except ValueError:
        return False
