"""Many clients at once, and slow ones."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from spectra_gx.service.http.connections import BoundedConnection
from tests.fakes.gated_stage import GatedStage
from tests.fakes.served_process import ServedProcess
from tests.fakes.service import PASSED, ServedProjectInThread
from tests.fakes.stages import StageProject

CLIENTS = 200


class Impatient(BoundedConnection):
    head_seconds = 0.2
    read_seconds = 0.2


def test_a_client_that_sends_no_head_is_left(tmp_path):
    StageProject(tmp_path)
    with ServedProjectInThread(tmp_path, connection=Impatient) as served:
        for sent in (b"", b"GET /healthz HTTP/1.1\r\nHost: local"):
            with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
                client.sendall(sent)
                assert client.recv(1) == b""
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
            whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            client.sendall(whole)
            assert client.recv(100).startswith(b"HTTP/1.1 200")
            client.sendall(whole[:10])  # the next one on the same connection
            with pytest.raises(ConnectionResetError):
                while client.recv(1000):
                    pass
                raise ConnectionResetError  # its end, or a reset


def test_a_client_that_does_not_read_is_left(tmp_path):
    StageProject(tmp_path)
    large = {**PASSED, "rules": ["x" * 1_000] * 20_000}
    with (
        ServedProjectInThread(tmp_path, result=large, connection=Impatient) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=30) as client,
    ):
        client.sendall(b"POST /stages/shop/checks HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not served.queue.jobs() or connections_of(served):
            pass  # it has not arrived yet, or is waited for
        assert served.queue.jobs()[0].verdict == "passed"


def connections_of(served):
    found = []
    served.do(lambda: found.append(len(served.server.server_state.connections)))
    return found[0]


def test_200_clients_at_once_are_all_answered(tmp_path):
    stage = GatedStage(tmp_path)
    with ServedProcess(tmp_path) as service:
        run = service.ask("POST", "/stages/shop/runs", {"batch_id": "one"}).json["id"]
        stage.wait_until_begun()
        stage.let_go()
        with ThreadPoolExecutor(CLIENTS) as clients:
            statuses = [*clients.map(lambda number: ask_much(service.port, number), range(CLIENTS))]
        events = service.ask("GET", f"/runs/{run}/events")
        while events.event()[0] != "ended":
            pass
        assert {status for found in statuses for status in found} <= {200, 202, 409, 429}
        assert sum(found.count(200) for found in statuses) > 3 * CLIENTS
        runs = [
            job for job in service.ask("GET", "/runs").json["runs"] if job["operation"] == "run"
        ]
        assert len(runs) == sum(found.count(202) for found in statuses) + 1
        if len(runs) > 1:  # one more was begun when the first had ended
            stage.wait_until_begun()
            stage.let_go()
            service.ask("GET", f"/runs/{runs[0]['id']}/events").text  # noqa: B018 - to its end
    rows = [row for row in stage.project.log("shop") if row["record_type"] == "run"]
    assert len({row["execution_id"] for row in rows}) == len(rows) == len(runs)


def ask_much(port, number):
    """Ask for everything on one connection; return the statuses."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    statuses = []
    for method, path in (
        ("GET", "/healthz"),
        ("GET", "/runs"),
        ("GET", "/stages"),
        ("GET", "/live"),
        ("POST", "/stages/shop/runs" if number % 10 else "/stages/shop/checks"),
    ):
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses
