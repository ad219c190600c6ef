"""A Discord-shaped webhook server on loopback; hand-written, it refuses what Discord refuses."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

WEBHOOK_ID = "100000000000000001"
WEBHOOK_TOKEN = "fake-webhook-token-AAAA_BBBB"


@dataclass(frozen=True)
class Request:
    """One POST as it came in, and what was answered; status None for one left hanging."""

    path: str
    payload: dict[str, Any]
    status: int | None


class DiscordServer:
    """Takes webhook messages within Discord's limits; also any JSON at the generic path.

    `answer` is the status for a message that breaks no limit, `hang` answers every request
    a byte at a time and never whole, `refuse` holds a port that refuses connections.
    """

    def __init__(
        self,
        answer: int = 204,
        *,
        headers: Mapping[str, str] | None = None,
        hang: bool = False,
        refuse: bool = False,
    ) -> None:
        self.answer = answer
        self.headers = dict(headers or {})
        self.hang = hang
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._http = _Http(self)
        self._http.server_bind()
        self._thread: threading.Thread | None = None
        if not refuse:
            self._http.server_activate()
            self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closing.set()
        if self._thread:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def webhook_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/webhooks/{WEBHOOK_ID}/{WEBHOOK_TOKEN}"

    @property
    def apprise_url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{WEBHOOK_TOKEN}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The payloads that were taken, oldest first."""
        return [r.payload for r in self.requests if r.status is not None and r.status < 300]

    def status_of(self, path: str, payload: dict[str, Any]) -> tuple[int, str]:
        """Return the status and the reason to answer a message with."""
        if path.startswith("/api/webhooks/"):
            if path != f"/api/webhooks/{WEBHOOK_ID}/{WEBHOOK_TOKEN}":
                return 404, "Unknown Webhook"
            broken = next(broken_limits(payload), None)
            if broken:
                return 400, broken
        return self.answer, ""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, discord: DiscordServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.discord = discord

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client that went away go quietly."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def do_POST(self) -> None:
        discord = self.server.discord
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        payload = json.loads(raw)
        if discord.hang:
            discord.requests.append(Request(self.path, payload, None))
            self._trickle()
            return
        status, reason = discord.status_of(self.path, payload)
        discord.requests.append(Request(self.path, payload, status))
        body = b"" if status == 204 else json.dumps({"message": reason, "code": 0}).encode()
        self.send_response(status)
        for name, value in discord.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self) -> None:
        """Send one header a byte at a time: no timeout between two bytes ever fires."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.discord.closing.wait(0.05):
            self.wfile.write(b".")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
        """Keep the test output clean."""


def broken_limits(payload: dict[str, Any]) -> Iterator[str]:
    """Yield what Discord would refuse a webhook message for."""
    embeds = payload.get("embeds", [])
    if not payload.get("content") and not embeds:
        yield "Cannot send an empty message"
    yield from _text("content", payload.get("content"), 2000)
    if len(embeds) > 10:
        yield "embeds: Must be 10 or fewer in length"
    for embed in embeds:
        yield from _embed(embed)
    if sum(_length(text) for embed in embeds for text in _counted(embed)) > 6000:
        yield "Embed size exceeds maximum size of 6000"


def _embed(embed: dict[str, Any]) -> Iterator[str]:
    yield from _text("title", embed.get("title"), 256)
    yield from _text("description", embed.get("description"), 4096)
    fields = embed.get("fields", [])
    if len(fields) > 25:
        yield "fields: Must be 25 or fewer in length"
    for field in fields:
        if not field["name"].strip() or not field["value"].strip():
            yield "fields: This field is required"
        yield from _text("name", field["name"], 256)
        yield from _text("value", field["value"], 1024)


def _counted(embed: dict[str, Any]) -> Iterator[str]:
    yield embed.get("title", "")
    yield embed.get("description", "")
    yield embed.get("footer", {}).get("text", "")
    yield embed.get("author", {}).get("name", "")
    for field in embed.get("fields", []):
        yield field["name"]
        yield field["value"]


def _text(name: str, text: str | None, limit: int) -> Iterator[str]:
    if text is None:
        return
    if any("\ud800" <= char <= "\udfff" for char in text):
        yield f"{name}: not valid Unicode"
    elif _length(text) > limit:
        yield f"{name}: Must be {limit} or fewer in length"


def _length(text: str) -> int:
    """UTF-16 units, the strictest way Discord is known to count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
