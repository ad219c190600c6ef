"""Servers of their own: the worker, HTTP, runs, junk; the slice `service` runs these."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
import requests

from spectra_gx import Project
from spectra_gx.integrations.mcp import tasks
from spectra_gx.integrations.mcp.project_access import ProjectAccess
from spectra_gx.integrations.mcp.worker import Task
from spectra_gx.integrations.mcp.worker_process import TaskError, WorkerPool
from tests.integration.agents.agent import COMMAND, agent_of, over_http, served, stdio_agent

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_TOKEN = "fake-token-of-dashboards-0123456789"
RUN_TOKEN = "fake-token-of-scheduler-0123456789"
TOKENS = {"DASHBOARDS_TOKEN": READ_TOKEN, "SCHEDULER_TOKEN": RUN_TOKEN}
DECLARED = """
[tool.spectra-gx.credentials.dashboards]
service_token = "env:DASHBOARDS_TOKEN"

[tool.spectra-gx.credentials.scheduler]
service_token = "env:SCHEDULER_TOKEN"
service_role = "run"
"""
JSON = {"Content-Type": "application/json", "Accept": "application/json"}

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 7,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}
CHECK = {
    "jsonrpc": "2.0",
    "id": 8,
    "method": "tools/call",
    "params": {"name": "check_stage", "arguments": {"stage": "shop"}},
}


@pytest.fixture(scope="module")
def address(shop: Path) -> Iterator[str]:
    """A server for this machine alone."""
    with served(shop, environment={}) as found:
        yield found


@pytest.fixture(scope="module")
def guarded(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that wants tokens, and may run."""
    root = tmp_path_factory.mktemp("guarded") / "shop"
    shutil.copytree(shop, root)
    with (root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(DECLARED)
    with served(root, "--allow-run", environment=TOKENS) as found:
        yield found


def test_who_may_read_reads_and_checks_and_does_not_run(guarded):
    with agent_of(over_http(guarded, READ_TOKEN)) as one:
        assert one.ask("latest_results", stage="shop")["verdict"] == "failed"
        assert one.ask("check_stage", stage="shop")["verdict"] == "passed"
        assert "there is no stage" in one.refused("latest_results", stage="../shop")
        assert one.refused("run_stage", stage="shop") == (
            "`dashboards` may read only; use a credential whose `service_role` is `run`"
        )
        assert one.ask("run_history", stage="shop")["total"] == 2


def test_who_may_run_runs(guarded):
    with agent_of(over_http(guarded, RUN_TOKEN)) as one:
        assert one.ask("run_stage", stage="shop")["verdict"] == "passed"
        assert one.ask("latest_results", stage="shop")["verdict"] == "passed"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {READ_TOKEN}"}, 401),
        # A proxy has another name.
        ({"Authorization": f"Bearer {READ_TOKEN}", "Host": "contracts.example"}, 200),
    ],
)
def test_a_token_opens_the_server_under_any_name(guarded, headers, status):
    answer = requests.post(
        guarded,
        json=INITIALIZE,
        headers={**JSON, "Accept": "application/json, text/event-stream", **headers},
        timeout=30,
    )
    assert answer.status_code == status
    assert ("spectra-gx" in answer.text) is (status == 200)


def test_a_session_is_for_the_one_who_began_it(guarded):
    headers = {**JSON, "Accept": "application/json, text/event-stream"}
    begun = requests.post(
        guarded,
        json=INITIALIZE,
        headers={**headers, "Authorization": f"Bearer {RUN_TOKEN}"},
        timeout=30,
    )
    session = {"Mcp-Session-Id": begun.headers["Mcp-Session-Id"]}
    other = requests.post(
        guarded,
        json=READY,
        headers={**headers, **session, "Authorization": f"Bearer {READ_TOKEN}"},
        timeout=30,
    )
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "attacker.example"}, 421), ({"Origin": "http://attacker.example"}, 403)],
)
def test_without_tokens_pages_of_other_sites_are_turned_away(address, headers, status):
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    answer = requests.post(address, json=asked, headers={**JSON, **headers}, timeout=30)
    assert answer.status_code == status
    assert "latest_results" not in answer.text


def test_a_request_that_is_too_large_is_refused(address):
    answer = requests.post(address, data=b"x" * 3_000_000, headers=JSON, timeout=30)
    assert answer.status_code == 413


def test_other_machines_need_a_token(shop, command):
    ended = command("mcp", "--http", "--host", "192.0.2.1", "--port", "0", "--project", shop)
    assert ended.code == 2
    assert "`192.0.2.1` can be reached from other machines, and the project has no" in ended.err


def test_a_second_check_has_the_same_process_and_one_given_up_a_new_one(shop):
    task = Task(tasks.check, ProjectAccess(shop), ("shop", None))

    async def report(_: Any) -> None:
        pass

    async def checks() -> list[Any]:
        with WorkerPool() as pool:
            processes = []
            for seconds in (300.0, 300.0, 0.0, 300.0):
                try:
                    result = await pool.perform(task, report, seconds=seconds)
                except TaskError as error:
                    result = str(error)
                processes.append((pool._warm, result))
            with anyio.move_on_after(0.01):
                await pool.perform(task, report, seconds=300.0)
            processes.append((pool._warm, None))
            return processes

    first, second, late, next_one, given_up = anyio.run(checks)
    assert first[0] is second[0] is late[0]
    assert first[1]["verdict"] == second[1]["verdict"] == next_one[1]["verdict"] == "passed"
    assert late[1].startswith("it took longer than 0 s and was ended")
    assert not late[0].is_alive
    assert next_one[0] is given_up[0] is not late[0]
    assert not given_up[0].is_alive


def test_two_checks_at_once_take_turns(shop):
    heard: list[str] = []

    async def report(progress: Any) -> None:
        heard.append(progress.about)

    async def both() -> None:
        with WorkerPool() as pool:
            async with anyio.create_task_group() as group:
                for table in ("shop.customers", "shop.orders"):
                    task = Task(tasks.check, ProjectAccess(shop), ("shop", table))
                    group.start_soon(lambda one=task: pool.perform(one, report, seconds=300.0))

    anyio.run(both)
    assert heard == ["shop.customers", "shop.orders"]


def test_a_stage_is_run_only_by_a_server_that_was_started_so(shop, tmp_path):
    root = shutil.copytree(shop, tmp_path / "shop")
    before = len(Project.open(root).log("shop"))
    with stdio_agent(root, "--allow-run") as agent:
        [tool] = [one for one in agent.tools() if one.name == "run_stage"]
        assert not tool.annotations.read_only_hint
        answer = agent.ask("run_stage", stage="shop")
    assert (answer["verdict"], answer["success"]) == ("passed", True)
    rows = Project.open(root).log("shop")
    assert len(rows) > before
    assert rows[-1]["execution_id"] == answer["execution_id"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_and_no_file_outlives_the_server(shop, tmp_path, number):
    process = subprocess.Popen(
        [COMMAND, "mcp", "--project", str(shop)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for message in (INITIALIZE, READY, CHECK):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
    answers = map(json.loads, process.stdout)
    assert next(one for one in answers if one.get("id") == CHECK["id"])["result"]
    [worker] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    descriptor = os.pidfd_open(int(worker))
    process.send_signal(number)
    process.wait(timeout=60)
    process.stdin.close()
    process.stdout.close()
    ended, _, _ = select.select([descriptor], [], [], 60)
    os.close(descriptor)
    assert ended
    assert [*tmp_path.iterdir()] == []


def test_junk_on_standard_input_is_survived(shop):
    junk = 'no json\n{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}\n[]\n\x00\n'
    ended = subprocess.run(
        [COMMAND, "mcp", "--project", str(shop)],
        input=junk + json.dumps(INITIALIZE) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answers = {one.get("id"): one for one in map(json.loads, ended.stdout.splitlines())}
    assert answers[INITIALIZE["id"]]["result"]["serverInfo"]["name"] == "spectra-gx"
    assert "Traceback" not in ended.stderr
