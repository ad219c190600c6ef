"""Takes whatever is sent about runs, on loopback, and remembers it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.fakes.served import Served

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Taken:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class TelemetryServer(Served):
    """Answers with one status; `hang` answers nothing until the server is closed."""

    def __init__(
        self, status: int = 200, *, hang: bool = False, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self.taken: list[Taken] = []
        self.hang = hang
        self.closing = threading.Event()
        self.server = _Http(self)

    def __exit__(self, *raised: Any) -> None:
        self.closing.set()
        super().__exit__(*raised)


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: TelemetryServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def _take(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        owner.taken.append(Taken(self.command, self.path, dict(self.headers), body))
        if owner.hang:
            owner.closing.wait(60)
            return
        self.send_response(owner.status)
        for name, value in owner.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_GET = _take  # noqa: N815 - the names that the base class looks up

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        del format, args
