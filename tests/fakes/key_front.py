"""A front of a store that notes which key or token asks for what, and refuses expired ones.

It is a process of its own, like `tests.fakes.s3`: deltalake holds the interpreter while it waits.
"""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r"Credential=([^/]+)/|Bearer (\S+)")
_EXPIRED = b"<Error><Code>ExpiredToken</Code><Message>The token has expired.</Message></Error>"
_REFUSED = {"AWS4": 403, "Bear": 401}
"""How an authorization begins → the status that S3, and Azure, answer once it has expired."""


@dataclass(frozen=True)
class KeyFront:
    """One that serves."""

    address: str
    _folder: Path

    @property
    def asked(self) -> set[tuple[str, str]]:
        """Each key → a path that it asked for, without its query."""
        return {*self.requests}

    @property
    def requests(self) -> list[tuple[str, str]]:
        """The same of each request, in order."""
        lines = (self._folder / "asked").read_text().splitlines()
        return [(key, path) for key, _, path in (line.partition(" ") for line in lines)]

    @property
    def refused(self) -> int:
        """How many requests came with an expired key."""
        return (self._folder / "refused").stat().st_size

    def expire(self, *keys: str) -> None:
        """Refuse these keys from now on."""
        (self._folder / "expired").write_text("\n".join(keys))


@contextmanager
def serve(store: str, folder: Path) -> Iterator[KeyFront]:
    """Serve before the store at an address until the block ends; `folder` keeps what it notes."""
    folder.mkdir()
    (folder / "expired").touch()
    (folder / "asked").touch()
    (folder / "refused").touch()
    command = [sys.executable, __file__, store.removeprefix("http://"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield KeyFront(process.stdout.readline().decode().strip(), folder)
        finally:
            process.terminate()


def _handler(store: str, folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            shown = self.headers.get("Authorization", "")
            found = _KEY.search(shown)
            key = (found[1] or found[2]) if found else "nobody"
            with (folder / "asked").open("a") as file:
                file.write(f"{key} {self.path.partition('?')[0]}\n")
            if key in (folder / "expired").read_text().splitlines():
                with (folder / "refused").open("a") as file:
                    file.write(".")
                self._reply(_REFUSED[shown[:4]], {}, _EXPIRED)
                return
            upstream = http.client.HTTPConnection(store)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            self._reply(answer.status, dict(answer.headers), content)

        do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - http.server's names

        def _reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(sys.argv[1], Path(sys.argv[2])))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - read by the test
    server.serve_forever()
