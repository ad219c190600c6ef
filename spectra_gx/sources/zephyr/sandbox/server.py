"""The sandbox's server: HTTP on loopback, one thread a request."""

from __future__ import annotations

import logging
import secrets
import select
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.faults import Fault, FaultKind, FaultPlan
from spectra_gx.sources.zephyr.sandbox.data import build_dataset
from spectra_gx.sources.zephyr.sandbox.routes import Response, fault_response, refuse_token, respond

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
BASE_PATH = "/flex/services/rest/latest"
_POLL_SECONDS = 0.05


class Sandbox:
    """A stand-in for the Zephyr API that runs while it is entered."""

    base_path = BASE_PATH

    def __init__(
        self,
        *,
        port: int = 0,
        faults: Sequence[Fault] = (),
        token: SecretStr | None = None,
    ) -> None:
        """Choose how it will behave; nothing listens yet.

        Args:
            port: 0 for any free one.
            faults: The first that concerns a request decides.
            token: The one it accepts; a new one is drawn when absent.
        """
        self.token = token or SecretStr(secrets.token_urlsafe(32))
        self._port = port
        self._state = _State(self.token, FaultPlan(faults))
        self._server: _Server | None = None

    @property
    def base_url(self) -> str:
        """Where it listens; known once started."""
        if self._server is None:
            raise ConfigurationError("the sandbox is not running; start it first")
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def served(self) -> int:
        """How many requests came so far."""
        return self._state.served

    def start(self) -> None:
        """Listen, and answer in the background.

        Raises:
            ConfigurationError: The port cannot be had.
        """
        try:
            self._server = _Server(self._port, self._state)
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
        self._state.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def serve_forever(self) -> None:
        """Wait, once started, until it is stopped or the process is interrupted."""
        self._state.stopping.wait()

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


class _State:
    """What the requests share."""

    def __init__(self, token: SecretStr, plan: FaultPlan) -> None:
        self.data = build_dataset()
        self.plan = plan
        self.stopping = threading.Event()
        self._token = token
        self._lock = threading.Lock()
        self._served = 0

    @property
    def served(self) -> int:
        with self._lock:
            return self._served

    def count(self) -> None:
        with self._lock:
            self._served += 1

    def admits(self, authorization: str) -> bool:
        expected = f"Bearer {self._token.get_secret_value()}"
        return secrets.compare_digest(authorization.encode(), expected.encode())


class _Server(socketserver.ThreadingTCPServer):
    # http.server's own server class would ask DNS for the host's name, which can take seconds
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, port: int, state: _State) -> None:
        self.state = state
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - inherited
        """Log what went wrong, such as a client that left, in place of printing it."""
        logger.debug("a request from %s could not be answered", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    # HTTP/1.0, the default, closes each connection: nothing outlives a stopped sandbox

    def do_GET(self) -> None:
        state = cast("_Server", self.server).state
        state.count()
        address = urlsplit(self.path)
        path = address.path.removeprefix(BASE_PATH)
        if kind := state.plan.take(path):
            reply = fault_response(kind)
            if reply is not None:
                self._send(reply)
            elif kind is FaultKind.HANG:
                self._hang(state.stopping)
        elif not address.path.startswith(f"{BASE_PATH}/"):
            self._send(Response(404))
        elif not state.admits(self.headers.get("Authorization", "")):
            self._send(refuse_token())
        else:
            query = dict(parse_qsl(address.query))
            self._send(respond(state.data, self.command, path, query))

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
