"""A HashiCorp Vault on loopback: its key-value engine, version 2, tokens and AppRoles."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "fake-hashicorp-token-0123456789"
ROLE = {"role_id": "role", "secret_id": "fake-secret-id-0123456789"}


@dataclass
class Vault:
    """What it keeps, by the path of its API; whoever asks needs the token."""

    address: str
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    sealed: bool = False
    redirects: str | None = None
    namespaces: set[str | None] = field(default_factory=set)

    def answer(self, path: str, token: str | None, body: bytes) -> tuple[int, Any]:
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if path == "/v1/auth/approle/login":
            right = json.loads(body) == ROLE
            return (200, {"auth": {"client_token": TOKEN}}) if right else (400, {"errors": ["no"]})
        if token != TOKEN:
            return 403, {"errors": [f"permission denied for {token}"]}
        if path not in self.secrets:
            return 404, {"errors": []}
        return 200, {"data": {"data": self.secrets[path], "metadata": {"version": 1}}}


@contextmanager
def serve() -> Iterator[Vault]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            vault.namespaces.add(self.headers.get("X-Vault-Namespace"))
            status, found = vault.answer(self.path, self.headers.get("X-Vault-Token"), body)
            self.send_response(307 if vault.redirects else status)
            if vault.redirects:
                self.send_header("Location", vault.redirects)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    vault = Vault(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield vault
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
