"""The server of a sandbox: HTTP on loopback, one thread per request."""

from __future__ import annotations

import logging
import select
import socketserver
import sys
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    declared_length: int | None = None
    """Content-Length, where it is not the true one."""


class Silence(Enum):
    """How a request is left without an answer."""

    HANG = "hang"
    """Until the client leaves or the sandbox stops."""

    DISCONNECT = "disconnect"


class SandboxServer(ABC):
    """Answers as a source system does, while it is entered."""

    def __init__(self, port: int = 0) -> None:
        """Take the port, 0 for any free one; nothing listens yet."""
        self._port = port
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._served = 0
        self._server: _Server | None = None

    @abstractmethod
    def respond(self, request: Request) -> Response | Silence:
        """Return what a request is answered; called from several threads."""

    @property
    def base_url(self) -> str:
        """Where it listens; known once started."""
        if self._server is None:
            raise ConfigurationError("the sandbox is not running; start it first")
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def served(self) -> int:
        """How many requests came so far."""
        with self._lock:
            return self._served

    def start(self) -> None:
        """Listen, and answer in the background.

        Raises:
            ConfigurationError: The port cannot be had.
        """
        try:
            self._server = _Server(self._port, self._count_and_respond, self._stopping)
        except (OSError, OverflowError) as error:
            raise ConfigurationError(
                f"port {self._port} cannot be listened on; choose another, or 0 for any free one",
                code="port",
            ) from error
        threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="sandbox", daemon=True
        ).start()

    def stop(self) -> None:
        """Stop listening and release clients that hang; a sandbox that is not running stays so."""
        self._stopping.set()
        if self._server is not None:
            if not sys.is_finalizing():  # no thread runs any more then that would end
                self._server.shutdown()
            self._server.server_close()

    def serve_forever(self) -> None:
        """Wait, once started, until it is stopped or the process is interrupted."""
        self._stopping.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _count_and_respond(self, request: Request) -> Response | Silence:
        with self._lock:
            self._served += 1
        return self.respond(request)


class _Server(socketserver.ThreadingTCPServer):
    # http.server's own server class would ask DNS for the host's name, which can take seconds
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self,
        port: int,
        respond: Callable[[Request], Response | Silence],
        stopping: threading.Event,
    ) -> None:
        self.respond = respond
        self.stopping = stopping
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - inherited
        """Log what went wrong, such as a client that left, in place of printing it."""
        logger.debug("a request from %s could not be answered", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    # HTTP/1.0, the default, closes each connection: nothing outlives a stopped sandbox

    def do_GET(self) -> None:
        server = cast("_Server", self.server)
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        # `Message` finds a header in any case
        headers = cast("Mapping[str, str]", self.headers)
        reply = server.respond(Request(self.command, address.path, query, headers))
        if isinstance(reply, Response):
            self._send(reply)
        elif reply is Silence.HANG:
            self._hang(server.stopping)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names http.server asks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - inherited
        """Log in place of printing."""
        logger.debug(format, *args)

    def _send(self, reply: Response) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.body:
            self.send_header("Content-Type", reply.content_type)
        length = len(reply.body) if reply.declared_length is None else reply.declared_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(reply.body)

    def _hang(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            gone, _, _ = select.select([self.connection], [], [], _POLL_SECONDS)
            if gone:
                return
