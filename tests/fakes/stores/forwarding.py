"""An HTTP server on loopback that passes requests on to another."""

from __future__ import annotations

import http.client
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

_OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True)
class Answer:
    """What the other server answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    length: str | None = None
    """Of a body that was asked for without being sent."""


def connect(
    server: tuple[str, int], encrypted: ssl.SSLContext | None = None
) -> http.client.HTTPConnection:
    """Return a connection to a server, over TLS if that is wanted."""
    if encrypted is not None:
        return http.client.HTTPSConnection(*server, timeout=60, context=encrypted)
    return http.client.HTTPConnection(*server, timeout=60)


class Forwarder(BaseHTTPRequestHandler):
    """Passes each request on, over one connection to the other server for each of its own."""

    upstream: tuple[str, int]
    encrypted: ssl.SSLContext | None = None
    """How the other server is reached, where it speaks HTTPS."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    _connection: http.client.HTTPConnection | None = None

    def handle_request(self) -> None:
        """Answer as the other server does."""
        self.answer(self.forward(self.body()))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = lambda self: self.handle_request()  # noqa: N815 - http.server's names

    def body(self) -> bytes:
        """Read the request's body."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def forward(self, body: bytes) -> Answer:
        """Send the request on and return the whole answer."""
        if self._connection is None:
            self._connection = connect(self.upstream, self.encrypted)
        there = self._connection
        there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            there.putheader(name, value)
        there.endheaders(body or None)
        answer = there.getresponse()
        content = answer.read()
        headers = [(k, v) for k, v in answer.getheaders() if k.lower() not in _OF_ONE_HOP]
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        return Answer(answer.status, headers, content, length)

    def answer(self, answer: Answer, *, send: int | None = None) -> None:
        """Answer; `send` cuts the body short."""
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", answer.length or str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:send])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that went away."""


@contextmanager
def serving_with(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on any free port; yield the address."""
    with _Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
