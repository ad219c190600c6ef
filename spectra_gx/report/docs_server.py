"""Data docs over HTTP on the loopback interface."""

from __future__ import annotations

import logging
import os
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from spectra_gx.errors import SpectraError, UsageError
from spectra_gx.report.addresses import OVERVIEW

if TYPE_CHECKING:
    from types import TracebackType

    from spectra_gx.store.store import Store

logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_NAMES = frozenset((_HOST, "localhost"))
PAGE_HEADERS = {
    "Cache-Control": "no-store",  # the next run rewrites the same pages
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class DocsServer:
    """Serves one folder of a store to requests that name the loopback interface."""

    def __init__(self, store: Store, folder: str, port: int) -> None:
        """Listen on a port; 0 chooses a free one.

        Raises:
            UsageError: The port is not available.
        """
        handler = partial(_Handler, store=store, folder=folder)
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


def read_page(store: Store, folder: str, name: str) -> bytes | None:
    """Return a page or a file by its address; None if there is none of that name in the folder."""
    whole = f"{name}{OVERVIEW}" if not name or name.endswith("/") else name
    path = f"{folder}/{whole}"
    try:
        # Of an address these are names alone; in a folder a link may lead out of it.
        found, root = (os.path.realpath(store.uri(one)) for one in (path, folder))
        return store.read(path) if Path(found).is_relative_to(root) else None
    except (SpectraError, ValueError):
        logger.debug("page `%s` cannot be read", name, exc_info=True)
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the inherited one looks this machine's name up
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address  # the client has gone; a traceback would help nobody
        logger.debug("a request could not be answered", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """Serves pages; refuses requests that name another host (DNS rebinding)."""

    server_version = "spectra-gx"
    sys_version = ""

    def __init__(self, *connection: Any, store: Store, folder: str) -> None:
        self._store = store
        self._folder = folder
        super().__init__(*connection)

    def do_GET(self) -> None:
        if (page := self._answered()) is not None:
            self.wfile.write(page)

    def do_HEAD(self) -> None:
        self._answered()

    def _answered(self) -> bytes | None:
        """Send the head of an answer; return the page that is its body, if there is one."""
        if not _names_this_machine(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        name = unquote(urlsplit(self.path).path, errors="replace").lstrip("/")
        page = read_page(self._store, self._folder, name)
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", guess_type(name or OVERVIEW)[0] or "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return page

    def end_headers(self) -> None:
        for name, value in PAGE_HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it
        logger.debug(format, *arguments)


def _names_this_machine(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _NAMES
    except ValueError:
        return False
