"""A loopback server that says exactly the bytes it is told to."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

Script = Iterable[bytes]


@dataclass
class Scripted:
    """What came in, and where the server listens."""

    base_url: str
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def serve(
    *scripts: Script, listens: bool = True, tls: ssl.SSLContext | None = None
) -> Iterator[Scripted]:
    """Answer each connection with the next script, then with the last one again.

    A script's pieces are sent as they come from the iterable; the connection closes after them.
    A server that does not listen answers before it is asked.
    """
    left = list(scripts)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                if tls:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                    self.setup()
                if listens:
                    lines = list(iter(self.rfile.readline, b"\r\n"))
                    served.requests.append(b"".join(lines))
                for piece in left.pop(0) if len(left) > 1 else left[0]:
                    self.wfile.write(piece)
            except OSError:
                pass  # the client has heard enough

        def finish(self) -> None:
            super().finish()
            self.request.close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        served = Scripted(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def answer(
    body: bytes = b"", status: str = "200 OK", declared: int | None = None, **headers: str
) -> list[bytes]:
    """Return a script that gives one whole answer."""
    length = len(body) if declared is None else declared
    named = {"Content-Length": str(length), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""])
    return [head.encode(), body]


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a context whose certificate nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    file = folder / "server.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
