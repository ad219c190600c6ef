"""Every fault of the sandbox × every rule about the source: which ones fail, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.loading import load_project
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.services import RunServices
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.sources.faults import FaultKind, parse_fault
from spectra_gx.sources.source_stage import SourceStageBuilder
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox
from spectra_gx.warehouse.warehouse import Warehouse
from tests.conftest import REPOSITORY
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reporter import FakeReporter
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from spectra_gx.contract.model import Table
    from spectra_gx.runner.run_result import RunResult

WHOLE = load_project(REPOSITORY)["source"]
NOW = datetime(2026, 11, 21, 4, 51, tzinfo=UTC)

AUTHENTICATED = "source.portfolio.auth-ok"
NO_401 = "source.endpoint_checks.no-401"
FLOOR = "source.portfolio.success-rate-floor"
RATE = "source.portfolio.endpoint_success_rate.min"
READABLE = "source.portfolio.hierarchical_access_validated.const"
AGREES = "source.portfolio.success-rate-agrees"
"""Checked in every cell, and failed by no fault: it compares two tables of ours."""

RULES = {AUTHENTICATED, NO_401, FLOOR, RATE, READABLE}

REFUSED = {AUTHENTICATED, FLOOR, RATE, READABLE}
UNREADABLE = {READABLE}
DOWN = {FLOOR, RATE}

MATRIX: dict[str, dict[FaultKind, set[str]]] = {
    # authentication; a run ends with its error, and a preview shows the tables as well
    "{}": dict.fromkeys(FaultKind, REFUSED) | {FaultKind.BAD_TOKEN: REFUSED | {NO_401}},
    # the walk, and the probes below /release
    "{}@/release": dict.fromkeys(FaultKind, UNREADABLE)
    | {
        FaultKind.BAD_TOKEN: {NO_401, READABLE, RATE},
        FaultKind.NO_ROWS: set(),  # a level without rows ends a walk well
    },
    # the probes; the walk takes four calls
    "{}+4": dict.fromkeys(FaultKind, DOWN)
    | {
        FaultKind.BAD_TOKEN: {NO_401, *DOWN},
        FaultKind.EMPTY: set(),  # the vendor answers 204 where there is nothing
        FaultKind.NO_ROWS: set(),
    },
    # half of the probes
    "{}+24": {FaultKind.SERVER_ERROR: {RATE}},
}
CELLS = [(form.format(kind), rules) for form, row in MATRIX.items() for kind, rules in row.items()]


def trimmed(table: Table) -> Table:
    """Return a table with the rules about the source alone, which are checked in no time."""
    columns = tuple(
        replace(column, rules=tuple(rule for rule in column.rules if rule.id in RULES))
        for column in table.columns
    )
    rules = tuple(rule for rule in table.table_rules if rule.id in {*RULES, AGREES})
    return replace(table, columns=columns, table_rules=rules)


CONTRACT = replace(WHOLE, tables=tuple(map(trimmed, WHOLE.tables)), handoff=None, guarantees=())


def run(
    root: Path,
    faults: str = "",
    *,
    probes: int = 40,
    day: int = 0,
    contract: Any = CONTRACT,
    **given: bool,
) -> RunResult:
    warehouse, parameters = Warehouse(root / "warehouse"), RunParameters(**given)
    name = f"run_{day}"
    identity = replace(
        IDENTITY,
        execution_id=name,
        batch_id=name,
        started=NOW + timedelta(days=day),
        system="zephyr",
    )
    services = RunServices(warehouse, FakeActivityLog(), FakeNotifier(), FakeReporter(), "log")
    with Sandbox(faults=[parse_fault(fault) for fault in faults.split()]) as sandbox:
        source = ZephyrSource(
            sandbox.base_url,
            sandbox.base_path,
            sandbox.token,
            timeout_seconds=0.5,
            sleep=lambda _: None,
        )
        builder = SourceStageBuilder(
            source,
            sandbox.token,
            contract,
            parameters,
            identity,
            warehouse,
            probes,
            sleep=lambda _: None,
        )
        plan = StagePlan((builder,))
        contracts = {"source": contract}
        return StageRun(contract, contracts, parameters, identity, services, lambda: plan).run()


def failing(ended: RunResult) -> set[str]:
    assert ended.stage is not None
    return {rule.id for rule in ended.stage.all_rules() if rule.status != "passed"}


def table(root: Path, name: str) -> list[dict[str, Any]]:
    warehouse = Warehouse(root / "warehouse")
    opened = warehouse.open(f"source.{name}")
    found: list[dict[str, Any]] = warehouse.read(opened).to_pylist()
    return found


@pytest.mark.parametrize(("fault", "rules"), CELLS, ids=[fault for fault, _ in CELLS])
def test_a_fault_fails_these_rules_and_no_others(fault, rules, tmp_path):
    preview = not set("@+") & set(fault)
    ended = run(tmp_path, fault, preview=preview)
    assert failing(ended) == rules
    critical = rules & {AUTHENTICATED, NO_401, FLOOR}
    assert ended.exit_code == (3 if preview else 1 if critical else 0)
    assert bool(ended.published) == (ended.exit_code == 0)


def test_the_matrix_is_complete():
    assert all(MATRIX[form].keys() == {*FaultKind} for form in ("{}", "{}@/release", "{}+4"))
    assert {rule for _, rules in CELLS for rule in rules} == RULES
    proofs = {one.id: set(one.proven_by) for one in WHOLE.guarantees}
    assert proofs["token-accepted"] | proofs["endpoints-answer"] == {AUTHENTICATED, NO_401, FLOOR}
    severities = {rule.id: rule.severity for rule in WHOLE.rules() if rule.id in RULES}
    assert {rule for rule, severity in severities.items() if severity == "warning"} == {
        RATE,
        READABLE,
    }


@pytest.mark.parametrize(
    ("fault", "status"), [("bad-token", "Failed"), ("forbidden", "Failed"), ("hang", "Unknown")]
)
def test_a_refused_authentication_is_in_the_log_and_publishes_nothing(fault, status, tmp_path):
    ended = run(tmp_path, fault)
    assert (ended.exit_code, ended.stage, ended.built) == (3, None, ())
    [row] = log_rows(ended, NOW)
    assert json.loads(row["calls"])["authentication"] == status
    assert (row["endpoint_count"], row["endpoint_success_count"]) == (0, 0)


def test_what_is_measured_is_what_the_sandbox_did(tmp_path):
    ended = run(tmp_path, all_endpoints=True)
    checks, [portfolio] = table(tmp_path, "endpoint_checks"), table(tmp_path, "portfolio")
    probed = [check for check in checks if check["outcome"] != "Skipped"]
    assert len(checks) == 223
    assert len(probed) == 54
    failed = {check["full_path"]: check["reason"] for check in probed if check["reason"]}
    assert {path.partition("{")[0]: reason for path, reason in failed.items()} == dict.fromkeys(
        ("/cycle/cycleName/", "/project/", "/testcase/planning/"), "500 Internal Server Error"
    )
    assert portfolio["endpoint_success_rate"] == 51 / 54
    [row] = [row for row in log_rows(ended, NOW) if row["record_type"] == "run"]
    assert (row["endpoint_success_count"], row["endpoint_count"]) == (51, 54)
    calls = json.loads(row["calls"])
    assert (calls["count"], calls["failed"]) == (58, 3)
    assert (
        0 < calls["latency_ms"]["p50"] <= calls["latency_ms"]["p99"] <= calls["latency_ms"]["max"]
    )
    assert calls["per_second"] > 0
    assert calls == ended.to_dict()["calls"]
    assert ended.failed_calls == ()


def test_without_probes_the_rate_is_that_of_the_walk(tmp_path):
    ended = run(tmp_path, "forbidden@/cycle", probes=0)
    [portfolio] = table(tmp_path, "portfolio")
    assert portfolio["endpoint_success_rate"] == 2 / 3
    assert ended.endpoints_reached == (0, 0)
    assert {check["outcome"] for check in table(tmp_path, "endpoint_checks")} == {"Skipped"}


def test_what_was_known_is_kept_until_an_endpoint_is_probed_again(tmp_path):
    known: dict[str, tuple[str, datetime]] = {}
    for day in range(7):
        assert run(tmp_path, "forbidden@/field" if day == 3 else "", day=day, probes=20).success
        for check in table(tmp_path, "endpoint_checks"):
            key = f"{check['http_method']} {check['full_path']}"
            last = (check["last_outcome"], check["last_probed_at"])
            assert last == known.get(key, (None, None))
            if check["outcome"] != "Skipped":
                known[key] = (check["outcome"], check["checked_at"])
    assert len(known) == 54


def test_a_contract_that_declares_no_checks_gets_none(tmp_path):
    without = tuple(
        replace(one, table_rules=tuple(rule for rule in one.table_rules if rule.id != AGREES))
        for one in CONTRACT.tables
        if one.name != "source.endpoint_checks"
    )
    ended = run(tmp_path, contract=replace(CONTRACT, tables=without))
    assert ended.success
    assert "source.endpoint_checks" not in ended.published
    assert len(ended.calls) == 4
