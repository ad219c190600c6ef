"""A proxy before an object store that spoils chosen requests; a process of its own.

    python -m tests.fakes.stores.fault_proxy HOST PORT

It prints its address, and serves until its stdin ends.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tests.fakes.stores.forwarding import Answer, Forwarder, serving_with

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTROL = "/-/"


@dataclass(frozen=True)
class Fault:
    """What becomes of chosen requests."""

    does: str
    """A status to answer, `reset`, `slow`, or `truncate` for half of the answer's body."""

    method: str = "PUT"
    """Any, where it is empty."""

    path: str = ""
    """Expression that is found in path and query, decoded."""

    after: int = 0
    """How many of these requests pass before."""

    times: int = 1
    then: int = 0
    """How many requests of any kind meet the same after the last of these."""

    applied: bool = False
    """Whether the store gets the request all the same, and its answer is lost."""

    body: str = ""
    """Of the answer; an error as the store writes it."""

    seconds: float = 1.0
    """How slow it is."""


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    method: str
    path: str
    did: str = ""
    """What became of it; empty where it passed."""


class FaultProxy:
    """The proxy, as tests speak to it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def put(self, *faults: Fault) -> None:
        """Replace what becomes of requests from now on, and forget those seen."""
        self._ask("POST", json.dumps([asdict(fault) for fault in faults]))

    def seen(self) -> list[Seen]:
        """Return the requests since then."""
        return [Seen(*one) for one in json.loads(self._ask("GET"))]

    def _ask(self, method: str, body: str | None = None) -> bytes:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.request(method, _CONTROL, body)
        answered = connection.getresponse().read()
        connection.close()
        return answered


@contextmanager
def proxy_before(upstream: str) -> Iterator[FaultProxy]:
    """Put a proxy before a server."""
    command = [sys.executable, "-m", "tests.fakes.stores.fault_proxy", *_host(upstream)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield FaultProxy(process.stdout.readline().strip())
        assert process.stdin is not None
        process.stdin.close()


def _host(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return str(parts.hostname), str(parts.port)


class _Rules:
    """Faults that are left, and the requests that came in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.replace([])

    def replace(self, faults: list[Fault]) -> None:
        with self._lock:
            self._left = [[fault, fault.after, fault.times] for fault in faults]
            self.seen: list[Seen] = []

    def next(self, method: str, path: str) -> Fault | None:
        """Return what becomes of a request; it counts as seen."""
        with self._lock:
            fault = self._chosen(method, path)
            did = "" if fault is None else f"{fault.does}{', applied' * fault.applied}"
            self.seen.append(Seen(method, path, did))
            return fault

    def _chosen(self, method: str, path: str) -> Fault | None:
        for left in self._left:
            fault, before, times = left
            if fault.method not in (method, "") or not re.search(fault.path, path) or not times:
                continue
            if before:
                left[1] -= 1
                continue
            left[2] -= 1
            if not left[2] and fault.then:
                follows = replace(fault, path="", after=0, times=fault.then, then=0, method="")
                self._left.append([follows, 0, fault.then])
            return fault
        return None


class _Spoiling(Forwarder):
    def __init__(self, rules: _Rules, *given: Any) -> None:
        self._rules = rules
        super().__init__(*given)

    def handle_request(self) -> None:
        body, path = self.body(), unquote(self.path)
        if path == _CONTROL:
            self._control(body)
            return
        fault = self._rules.next(self.command, path)
        if fault is None:
            self.answer(self.forward(body))
        else:
            self._spoil(fault, body)

    def _spoil(self, fault: Fault, body: bytes) -> None:
        if fault.does == "slow":
            time.sleep(fault.seconds)
        passes = fault.applied or fault.does in ("slow", "truncate")
        answer = self.forward(body) if passes else None
        if fault.does.isdecimal():
            self.answer(Answer(int(fault.does), [], fault.body.encode()))
        elif answer is not None and fault.does == "slow":
            self.answer(answer)
        elif answer is not None and fault.does == "truncate":
            self.answer(answer, send=len(answer.body) // 2)
            self._reset()
        else:
            self._reset()

    def _reset(self) -> None:
        """End the connection with RST, and let http.server find nothing to flush."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _control(self, body: bytes) -> None:
        if self.command == "POST":
            self._rules.replace([Fault(**one) for one in json.loads(body)])
        seen = [[one.method, one.path, one.did] for one in self._rules.seen]
        self.answer(Answer(200, [], json.dumps(seen).encode()))


def main() -> None:
    """Serve until stdin ends."""
    handler = type("Spoiling", (_Spoiling,), {"upstream": (sys.argv[1], int(sys.argv[2]))})
    with serving_with(partial(handler, _Rules())) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
