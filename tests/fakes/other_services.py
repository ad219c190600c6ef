"""Services other than Discord on loopback: one that takes any POST, and one that takes mail."""

from __future__ import annotations

import email
import socketserver
import ssl
from dataclasses import dataclass
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.fakes.served import Served

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path


@dataclass(frozen=True)
class Post:
    """A request as it came in."""

    path: str
    content_type: str
    body: bytes


class AnyService(Served):
    """Takes whatever is posted, and answers as Slack does: 200 and `ok`.

    With a certificate, the file of which has its key, too, it speaks HTTPS.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.posts: list[Post] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.posts.append(Post(self.path, self.headers.get("Content-Type", ""), body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test output clean."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.server = server


class MailServer(Served):
    """Takes mail as SMTP servers do, and keeps it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        kept = self.mails

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 loopback")
                for line in iter(self.rfile.readline, b""):
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self._say("354 go on")
                        lines = iter(self.rfile.readline, b".\r\n")
                        # A dot that begins a line was doubled by who sent it.
                        raw = b"".join(line.removeprefix(b".") for line in lines)
                        kept.append(email.message_from_bytes(raw, policy=policy.default))
                    if verb == b"QUIT":
                        self._say("221 bye")
                        return
                    self._say("250 ok")

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
