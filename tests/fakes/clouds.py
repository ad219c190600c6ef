"""Clouds on loopback, behind a proxy that ends TLS: SDKs call the hosts that they always call.

Azure's login, its key vaults and its metadata service, and AWS's token service: of each, what the
SDKs ask for here.
"""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.fakes.certificates import make_certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

TENANT = "00000000-0000-0000-0000-00000000aaaa"
LOGIN = "login.microsoftonline.com"
METADATA = "169.254.169.254"
HOSTS = (LOGIN, "my-vault.vault.azure.net", "sts.eu-central-1.amazonaws.com")

_ROLE = """\
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>
<SessionToken>{token}</SessionToken><Expiration>{until}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""
_REFUSED = """\
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>fake-secret-in-an-error</Message></Error></ErrorResponse>"""

Answer: TypeAlias = "tuple[int, dict[str, str], str]"


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _unchanged(known: str, until: datetime) -> str:
    del until
    return known


@dataclass
class Clouds:
    """What the clouds know, and what they were asked."""

    client_secret: str = "fake-client-secret/0123456789"
    vault_token: str = "fake-vault-access-token-0123456789"
    secrets: dict[str, str] = field(default_factory=dict)
    identity_token: str = "fake-identity-token-0123456789"
    role: dict[str, str] = field(default_factory=dict)
    life: timedelta = timedelta(hours=1)
    now: Callable[[], datetime] = _utc_now
    number: Callable[[str, datetime], str] = _unchanged
    """Makes a token, or the name of a key, of what is known of it and of its end."""

    asked: list[str] = field(default_factory=list)

    def answer(self, host: str, path: str, headers: Any, body: str) -> Answer:
        self.asked.append(f"{host}{urlsplit(path).path}")
        if host == LOGIN:
            return self._login(path, parse_qs(body))
        if host.endswith(".vault.azure.net"):
            return self._vault(path, headers.get("Authorization"))
        if host == METADATA:
            return self._metadata(headers.get("Metadata"))
        return self._sts(headers.get("Authorization", ""))

    def _login(self, path: str, form: dict[str, list[str]]) -> Answer:
        root = f"https://{LOGIN}/{TENANT}"
        if "discovery/instance" in path:
            found = {"tenant_discovery_endpoint": f"{root}/v2.0/.well-known/openid-configuration"}
            return _json(200, {**found, "api-version": "1.1", "metadata": []})
        if "openid-configuration" in path:
            ends = ("authorization", "token", "device_authorization")
            urls = {f"{end}_endpoint": f"{root}/oauth2/v2.0/{end}" for end in ends}
            return _json(200, {**urls, "issuer": f"{root}/v2.0"})
        if form.get("client_secret") != [self.client_secret]:
            return _json(401, {"error": "invalid_client", "error_description": "no"})
        token = {"access_token": self.vault_token, "expires_in": 3600, "token_type": "Bearer"}
        return _json(200, token)

    def _vault(self, path: str, authorization: str | None) -> Answer:
        if authorization is None:
            asks = f'Bearer authorization="https://{LOGIN}/{TENANT}"'
            challenge = f'{asks}, resource="https://vault.azure.net"'
            return 401, {"WWW-Authenticate": challenge}, "{}"
        if authorization != f"Bearer {self.vault_token}":
            return _json(403, {"error": {"code": "Forbidden", "message": "no"}})
        name = urlsplit(path).path.strip("/").split("/")[1]
        if name not in self.secrets:
            return _json(404, {"error": {"code": "SecretNotFound", "message": "no"}})
        at = f"https://my-vault.vault.azure.net/secrets/{name}/1"
        return _json(200, {"value": self.secrets[name], "id": at, "attributes": {"enabled": True}})

    def _metadata(self, asked: str | None) -> Answer:
        if asked != "true":
            return 400, {}, ""
        until = self.now() + self.life
        token = self.number(self.identity_token, until)
        found = {"access_token": token, "expires_on": str(int(until.timestamp()))}
        # The SDK adds this to the clock of the machine.
        more = {"expires_in": str(int((until - _utc_now()).total_seconds())), "token_type": "B"}
        return _json(200, {**found, **more, "resource": "r"})

    def _sts(self, authorization: str) -> Answer:
        key = authorization.partition("Credential=")[2].partition("/")[0]
        if key != self.role.get("by"):
            return 403, {"Content-Type": "text/xml"}, _REFUSED
        until = self.now() + self.life
        role = {**self.role, "key": self.number(self.role["key"], until)}
        text = _ROLE.format(until=until.strftime("%Y-%m-%dT%H:%M:%SZ"), **role)
        return 200, {"Content-Type": "text/xml"}, text


def _json(status: int, found: dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(found)


@contextmanager
def serve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clouds]:
    """Serve, and have this process reach every host through the proxy."""
    certificate = folder / "clouds.pem"
    certificate.write_bytes(make_certificate(HOSTS))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    clouds = Clouds()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(clouds, context))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate))
    try:
        yield clouds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(clouds: Clouds, context: ssl.SSLContext) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        tunnel: str | None = None

        def do_CONNECT(self) -> None:
            self.tunnel = self.path.partition(":")[0]
            self.send_response(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
            self.close_connection = False

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            host = self.tunnel or urlsplit(self.path).hostname or ""
            status, headers, text = clouds.answer(host, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815 - http.server's name

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
