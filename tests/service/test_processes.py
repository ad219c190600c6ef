"""The service as people start it: a process, whose runs and checks are processes."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.fakes.gated_stage import GatedStage
from tests.fakes.served_process import ServedProcess


def logged(stage):
    """Return batch id and status of each run in the log."""
    rows = stage.project.log("shop")
    return [(row["batch_id"], row["status"]) for row in rows if row["record_type"] == "run"]


def begin(service, batch):
    started = service.ask("POST", "/stages/shop/runs", {"batch_id": batch})
    assert started.status == 202
    return started.json["id"]


def test_a_run_and_a_check(tmp_path):
    stage = GatedStage(tmp_path)
    with ServedProcess(tmp_path) as service:
        run = begin(service, "first")
        assert stage.wait_until_begun() == "first"
        now = service.ask("GET", f"/runs/{run}").json
        assert (now["state"], now["step"]) == ("running", "Execute")
        stage.let_go()
        events = service.ask("GET", f"/runs/{run}/events")
        names = []
        while not names or names[-1] != "ended":
            names.append(events.event()[0])
        assert names == [
            "state", "started", *["step"] * 3, "table-started", "table-checked",
            *["step"] * 2, "verdict", "ended",
        ]  # fmt: skip
        result = service.ask("GET", f"/runs/{run}").json["result"]
        assert (result["status"], result["recorded"]) == ("Success", True)
        checked = service.ask("POST", "/stages/shop/checks", {"table": "shop.batches"})
        assert (checked.status, checked.json["verdict"]) == (200, "passed")
        unknown = service.ask("POST", "/stages/shop/checks", {"table": "shop.nothing"})
        assert (unknown.status, unknown.json["category"]) == (422, "usage")
        [row] = service.ask("GET", "/stages/shop/runs").json["runs"]
        assert (row["status"], row["execution_id"]) == ("Success", result["execution_id"])
        one = service.ask("GET", f"/stages/shop/runs/{result['execution_id']}").json
        assert [checkpoint["table_name"] for checkpoint in one["checkpoints"]] == ["shop.batches"]
        assert service.ask("GET", "/stages/shop/handoff").json["ready"] is True
        code, said = service.stop()
    assert (code, "Traceback" in said) == (0, False)
    assert logged(stage) == [("first", "Success")]


def test_a_service_that_is_stopped_ends_its_run_and_records_that(tmp_path):
    stage = GatedStage(tmp_path)
    with ServedProcess(tmp_path) as service:
        run = begin(service, "first")
        stage.wait_until_begun()
        events = service.ask("GET", f"/runs/{run}/events")
        service.process.send_signal(signal.SIGTERM)
        name, data = "", {}
        while name != "ended":
            name, data, _ = events.event()
        assert (data["verdict"], data["error"]["category"]) == ("errored", "interrupted")
        code, _ = service.stop()
    assert code == 0
    assert logged(stage) == [("first", "Failed")]
    assert not stage.project.warehouse.store.folders("Files/_staging")


def test_a_run_outlives_a_service_that_is_killed(tmp_path):
    stage = GatedStage(tmp_path)
    with ServedProcess(tmp_path) as service:
        begin(service, "first")
        stage.wait_until_begun()
        service.stop(signal.SIGKILL)
    with ServedProcess(tmp_path) as service:
        stage.let_go()
        second = begin(service, "second")  # waits for the run that nobody follows any more
        stage.wait_until_begun()
        stage.let_go()
        events = service.ask("GET", f"/runs/{second}/events")
        while events.event()[0] != "ended":
            pass
    assert logged(stage) == [("first", "Success"), ("second", "Success")]


def test_a_service_that_is_killed_with_its_run_leaves_what_a_killed_run_leaves(tmp_path):
    stage = GatedStage(tmp_path)
    with ServedProcess(tmp_path) as service:
        begin(service, "first")
        stage.wait_until_begun()
        children = children_of(service.process.pid)
        service.stop(signal.SIGKILL)
        for child in children:
            with suppress(ProcessLookupError):  # those that had nothing to do have ended already
                os.kill(child, signal.SIGKILL)
    assert logged(stage) == []
    with ServedProcess(tmp_path) as service:
        second = begin(service, "second")
        stage.wait_until_begun()
        stage.let_go()
        events = service.ask("GET", f"/runs/{second}/events")
        while events.event()[0] != "ended":
            pass
        assert len(service.ask("GET", f"/runs/{second}").json["result"]["dead_runs"]) == 1
    assert logged(stage) == [("second", "Success")]


def children_of(parent):
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in children.read_text().split()]
