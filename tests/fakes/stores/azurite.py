"""Azure: `azurite` from npm, behind a proxy that repairs its listings.

azurite ignores `startFrom`, which Azure does not and deltalake relies on: without the repair a
table's third append fails.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import ssl
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.fakes.certificates import make_certificate
from tests.fakes.stores.forwarding import Forwarder, connect, serving_with

if TYPE_CHECKING:
    import http.client
    from collections.abc import Iterator

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Published by Microsoft, the same for every azurite."""

_VERSION = "2023-11-03"
_LISTENS = re.compile(r"listens on https?://127\.0\.0\.1:(\d+)")
_BLOB = re.compile(rb"<Blob><Name>(.*?)</Name>.*?</Blob>", re.DOTALL)


class _Repairing(Forwarder):
    def handle_request(self) -> None:
        answer = self.forward(self.body())
        if start := parse_qs(urlsplit(self.path).query).get("startFrom"):
            after = _BLOB.sub(
                lambda blob: blob[0] if unescape(blob[1].decode()) >= start[0] else b"", answer.body
            )
            answer = replace(answer, body=after)
        self.answer(answer)


@contextmanager
def serving_tokens() -> Iterator[str]:
    """Yield the address of one that takes bearer tokens, too, and refuses those that have expired.

    azurite does so over TLS alone, which the proxy speaks.
    """
    with TemporaryDirectory() as folder:
        certificate = Path(folder, "azurite.pem")
        certificate.write_bytes(make_certificate())
        with serving(certificate) as address:
            yield address


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[str]:
    """Yield its address; without a certificate and its key it takes no tokens."""
    command = ["azurite-blob", "--blobHost", "127.0.0.1", "--blobPort", "0", "--disableTelemetry"]
    more = ["--silent", "--inMemoryPersistence", "--skipApiVersionCheck"]
    more += ["--blobKeepAliveTimeout", "3600"]
    encrypted = None
    if certificate is not None:
        more += ["--oauth", "basic", "--cert", str(certificate), "--key", str(certificate)]
        encrypted = ssl.create_default_context(cafile=certificate)
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True) as azurite:
        try:
            assert azurite.stdout is not None
            port = next(found[1] for line in azurite.stdout if (found := _LISTENS.search(line)))
            upstream = ("127.0.0.1", int(port))
            create_container(connect(upstream, encrypted), "lake")
            known = {"upstream": upstream, "encrypted": encrypted}
            handler = type("Repairing", (_Repairing,), known)
            with serving_with(handler) as address:
                yield address
        finally:
            azurite.kill()  # it would wait for idle connections to end


def create_container(connection: http.client.HTTPConnection, name: str) -> None:
    """Create a container, and close the connection."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": _VERSION}
    named = "".join(f"{header}:{value}\n" for header, value in headers.items())
    signed = "PUT" + "\n" * 12 + f"{named}/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    digest = hmac.digest(base64.b64decode(KEY), signed.encode(), hashlib.sha256)
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    connection.request("PUT", f"/{ACCOUNT}/{name}?restype=container", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()
