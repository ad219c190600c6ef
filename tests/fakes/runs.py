"""Run results, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import StageContract
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    TableResult,
    roll_up_rules,
    roll_up_verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC)
CONTRACT = StageContract("source", "1.2.3", "Data Platform", (), contact="#data-platform")
IDENTITY = RunIdentity(
    execution_id="source_zephyr_20261121_040506_000789",
    correlation_id="source_zephyr_20261121_040506_000789",
    batch_id="20261121",
    notebook_name="source_zephyr",
    system="zephyr",
    source_name="Zephyr Enterprise",
    execution_mode="pipeline",
    sdk_version="0.1.0",
    started=NOW,
)


def rule(name: str, status: str = "passed", severity: str = "critical", **facts: Any) -> RuleResult:
    return RuleResult(name, Status(status), severity, "expect_something", **facts)


def table(name: str, rules: Sequence[RuleResult], version: int | None = 3) -> TableResult:
    return TableResult(name, roll_up_rules(rules), tuple(rules), version, 6, 0.25)


def stage(*tables: TableResult, own: Sequence[RuleResult] = ()) -> StageResult:
    verdict = roll_up_verdicts([roll_up_rules(own), *(one.verdict for one in tables)])
    return StageResult(
        "source",
        "1.2.3",
        IDENTITY.execution_id,
        NOW,
        verdict,
        tables,
        tuple(own),
        {one.table: one.delta_version for one in tables},
    )


PASSED = stage(table("source.config", [rule("source.config.rows")]))
FAILED = stage(
    table(
        "source.config",
        [
            rule("source.config.rows", "failed", observed=5, message="5 rows, not 6"),
            rule("source.config.old", "failed", "warning", unexpected=2),
        ],
    )
)
ERRORED = stage(
    table("source.config", [rule("source.config.rows", "errored", message="no such table")], None)
)


def run(checked: StageResult | None = PASSED, **facts: Any) -> RunResult:
    result = RunResult(
        identity=IDENTITY,
        contract=CONTRACT,
        parameters=RunParameters(),
        ended=NOW + timedelta(seconds=1.5),
        stage=checked,
        recorded=True,
    )
    return replace(result, **facts)
