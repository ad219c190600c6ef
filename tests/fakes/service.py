"""The service on loopback, in a thread, over workers that do what a test says."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import ExitStack
from functools import cached_property
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.errors import SpectraError
from spectra_gx.service.http.access import Access
from spectra_gx.service.http.connections import BoundedConnection
from spectra_gx.service.jobs.job_queue import JobQueue
from spectra_gx.service.jobs.worker_process import PROCESS_ENDED
from spectra_gx.service.project_files import ServedProject
from spectra_gx.service.server import build_server
from spectra_gx.service.state import Service
from spectra_gx.store.credentials.service_tokens import Role, Token, token_digest
from spectra_gx.telemetry.metrics.service_text import ServiceMetrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from http.client import HTTPResponse
    from pathlib import Path
    from types import TracebackType

READ_TOKEN = "read-0123456789-0123456789"
RUN_TOKEN = "run-0123456789-01234567890"
TOKENS = (
    Token("dashboards", Role.READ, token_digest(READ_TOKEN)),
    Token("scheduler", Role.RUN, token_digest(RUN_TOKEN)),
)
PASSED = {"verdict": "passed", "execution_id": "shop_1", "error": None}
STARTED = ("started", {"execution_id": "shop_1", "version": "1.0.0", "at": "2026-11-29T08:00:00"})


class FakeWorker:
    """A worker whose messages are a test's; without any it takes as long as the test wants."""

    def __init__(self, result: Mapping[str, Any] | None = None) -> None:
        self._result = result
        self.is_alive = True
        self.requests: list[Mapping[str, Any]] = []
        self.messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.interrupted = False

    async def carry_out(self, request: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        self.requests.append(request)
        if request["operation"] == "warm" or self._result is not None:
            yield {"kind": "result", "result": self._result or {}, "exit_code": 0}
            return
        while True:
            message = await self.messages.get()
            if message is None:
                self.is_alive = False
                raise SpectraError("its process was ended by signal 9", code=PROCESS_ENDED)
            yield message
            if message["kind"] in ("result", "error"):
                return

    def interrupt(self) -> None:
        self.interrupted = True
        error = {"category": "interrupted", "code": "interrupted", "message": "interrupted; run"}
        self.messages.put_nowait(
            {"kind": "error", "error": {**error, "retryable": False}, "exit_code": 3}
        )

    def kill(self) -> None:
        self.messages.put_nowait(None)

    async def close(self) -> None:
        self.is_alive = False


class Asking:
    """Sends requests to a port of this machine, and closes every connection in the end."""

    port: int

    def __init__(self) -> None:
        self._open = ExitStack()

    def close(self) -> None:
        self._open.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] = {},
    ) -> Answer:
        """Send a request; `body` becomes JSON unless it is bytes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = dict(headers)
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        self._open.callback(connection.close)
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        self._open.callback(response.close)
        return Answer(response)


class ServedProjectInThread(Asking):
    """Answers at `url` while its `with` block lasts."""

    def __init__(
        self,
        root: Path,
        tokens: tuple[Token, ...] = (),
        result: Mapping[str, Any] | None = None,
        connection: type[BoundedConnection] = BoundedConnection,
    ) -> None:
        """Take what is served; with a `result`, all runs and checks end with that at once."""
        super().__init__()
        self.root = root
        self._result = result
        self._connection = connection
        self.tokens = tokens
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.workers: list[FakeWorker] = []

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        self.do(self._end)
        self._thread.join()

    @property
    def running(self) -> list[FakeWorker]:
        """Those that have more to do than to be warm."""
        return [one for one in self.workers if one.requests[-1]["operation"] != "warm"]

    def say(self, kind: str, number: int = -1, **facts: Any) -> None:
        """Let a worker send a message."""
        self.do(lambda: self.running[number].messages.put_nowait({"kind": kind, **facts}))

    def event(self, name: str, data: Mapping[str, Any], number: int = -1) -> None:
        self.say("event", number, event=name, data=data)

    def do(self, what: Any) -> None:
        """Do something in the service's own thread; it is done when this returns."""
        done = threading.Event()

        def step() -> None:
            what()
            done.set()

        self.loop.call_soon_threadsafe(step)
        assert done.wait(10)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        metrics = ServiceMetrics()
        self.queue = JobQueue(self._start, metrics.keep)
        self.queue.open()
        served = ServedProject(self.root, None, None)
        access = Access(lambda: self.tokens, is_open=not self.tokens)
        service = Service(served, self.queue, access, metrics)
        self.server = build_server(service, self._connection)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            self._ready.set()
            await self.server.serve(sockets=[listening])
            await self.queue.stop(10.0)

    def _end(self) -> None:
        self.queue.is_closed = True
        self.queue.pulse.beat()
        self.server.should_exit = True

    async def _start(self) -> Any:
        self.workers.append(FakeWorker(self._result))
        return self.workers[-1]


class Answer:
    """An answer; its body is read when it is looked at."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers = response.headers

    @cached_property
    def text(self) -> str:
        return self._response.read().decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    def event(self) -> tuple[str, Any, str | None]:
        """Return name, data and number of the next event of a stream."""
        found: dict[str, str] = {}
        while line := self._response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if line != "\n":
                found[name] = value
            elif "event" in found:
                return found["event"], json.loads(found["data"]), found.get("id")
        raise EOFError
