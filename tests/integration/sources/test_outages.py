"""A system that is down is called no longer: by nobody in this process, until it is tried again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from spectra_gx.contract.loading import load_project
from spectra_gx.errors import ExternalServiceError, SpectraError
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.services import RunServices
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.sources.circuit_breaker import MAX_FAILURES, OPEN_SECONDS, CircuitBreaker
from spectra_gx.sources.faults import parse_fault
from spectra_gx.sources.http import HttpClient
from spectra_gx.sources.probing.endpoint_checks import Outcome
from spectra_gx.sources.probing.sweep import Sweep, SweepPlan
from spectra_gx.sources.retries import ONCE
from spectra_gx.sources.source_stage import SourceStageBuilder
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox
from spectra_gx.warehouse.warehouse import Warehouse
from tests.conftest import REPOSITORY
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reporter import FakeReporter
from tests.fakes.runs import IDENTITY
from tests.integration.sources.scripted import answer, serve

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOT_SENT = re.compile(
    r"`GET /project/details` was not sent: 5 attempts in a row to reach `http://127\.0\.0\.1:\d+` "
    r"failed, and nothing is sent there before \d\d:\d\d:\d\d UTC; "
    r"check that the source works, then run again after that time"
)


def source_of(sandbox: Sandbox) -> ZephyrSource:
    return ZephyrSource(
        sandbox.base_url,
        sandbox.base_path,
        sandbox.token,
        timeout_seconds=0.1,
        sleep=lambda _: None,
    )


def refused(source: ZephyrSource) -> SpectraError:
    with pytest.raises(SpectraError) as failed:
        source.authenticate()
    return failed.value


@pytest.mark.parametrize("fault", ["bad-gateway", "hang", "disconnect"])
def test_the_stages_of_a_process_find_out_once_that_a_system_is_down(fault: str):
    with Sandbox(faults=[parse_fault(fault)]) as sandbox:
        first, second, third = (source_of(sandbox) for _ in range(3))
        assert refused(first).context["attempts"] == 4
        for source, attempts in ((second, 1), (third, 0), (third, 0)):
            error = refused(source)
            assert NOT_SENT.match(error.message)
            assert (error.code, error.exit_code, error.retryable) == ("circuit_open", 3, True)
            assert [call.attempts for call in source.calls][-1] == attempts
        assert sandbox.served == MAX_FAILURES


@pytest.mark.parametrize("fault", ["bad-token", "forbidden", "rate-limit", "server-error"])
def test_a_system_that_answers_is_called_however_often_it_refuses(fault: str):
    with Sandbox(faults=[parse_fault(fault)]) as sandbox:
        for _ in range(MAX_FAILURES + 2):
            assert refused(source_of(sandbox)).code != "circuit_open"
        assert sandbox.served > MAX_FAILURES


def test_a_run_records_why_nothing_was_sent_and_ends_with_3(tmp_path):
    contract = load_project(REPOSITORY)["source"]
    with Sandbox(faults=[parse_fault("bad-gateway")]) as sandbox:
        ends = [run(tmp_path, contract, sandbox, number) for number in range(3)]
        assert sandbox.served == MAX_FAILURES
    assert [end.exit_code for end in ends] == [3, 3, 3]
    [row] = log_rows(ends[2], NOW)
    assert row["status"] == "Failed"
    assert NOT_SENT.match(row["error_message"])
    calls = json.loads(row["calls"])
    assert (calls["count"], calls["failed"], calls["authentication"]) == (1, 1, "Unknown")
    assert json.loads(row["error_summary"]) == {"external_service": 1}
    assert [(call.attempts, call.error and call.error.code) for call in ends[2].calls] == [
        (0, "circuit_open")
    ]


def run(root, contract, sandbox, number):
    warehouse, parameters = Warehouse(root / "warehouse"), RunParameters()
    name = f"run_{number}"
    identity = replace(IDENTITY, execution_id=name, batch_id=name, started=NOW, system="zephyr")
    services = RunServices(warehouse, FakeActivityLog(), FakeNotifier(), FakeReporter(), "log")
    builder = SourceStageBuilder(
        source_of(sandbox), sandbox.token, contract, parameters, identity, warehouse
    )
    plan = StagePlan((builder,))
    return StageRun(
        contract, {"source": contract}, parameters, identity, services, lambda: plan
    ).run()


def test_a_sweep_stops_and_leaves_out_what_it_did_not_send():
    with Sandbox(faults=[parse_fault("bad-gateway+1")]) as sandbox:
        source = source_of(sandbox)
        source.authenticate()
        keys = [endpoint.key for endpoint in source.endpoints() if endpoint.is_probed]
        checks = Sweep(source, SweepPlan(keys, NOW.date(), None, {}), lambda _: None).run()
        assert sandbox.served == MAX_FAILURES + 1
    failed = [check for check in checks if check.outcome is Outcome.FAILED]
    assert [check.status_code for check in failed] == [502] * MAX_FAILURES
    stopped = [check for check in checks if "at a system that is down" in (check.reason or "")]
    assert stopped
    assert {check.outcome for check in stopped} == {Outcome.SKIPPED}
    assert len(source.calls) == MAX_FAILURES + 1


def test_after_a_while_one_call_is_sent_and_the_others_follow_if_it_succeeds():
    now = 0.0
    breaker = CircuitBreaker(lambda: now)
    down = answer(status="503 Service Unavailable")
    with serve(*[down] * (MAX_FAILURES + 1), answer(b"[]")) as server:
        client = HttpClient(
            server.base_url, "/api", SecretStr("token-0123456789"), system="zephyr", breaker=breaker
        )

        def code():
            try:
                client.get_json("/things", policy=ONCE)
            except ExternalServiceError as error:
                return error.code
            return "well"

        assert [code() for _ in range(7)] == ["http_503"] * 5 + ["circuit_open"] * 2
        now += OPEN_SECONDS + 1
        assert [code() for _ in range(2)] == ["http_503", "circuit_open"]
        now += OPEN_SECONDS + 1
        assert [code() for _ in range(2)] == ["well"] * 2
    assert len(server.requests) == MAX_FAILURES + 3
