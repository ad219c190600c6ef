"""Check whether the next stage may start: five checks, each with its reason."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from spectra_gx.contract.durations import duration
from spectra_gx.contract.model import Handoff, OnFailure
from spectra_gx.display import DisplayedResult, Rows, counted
from spectra_gx.errors import TableNotFoundError, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import Need, StageContract, Table
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class ReadinessCheck:
    """One readiness check."""

    name: str
    passed: bool
    reason: str
    """A sentence, whichever way it went."""


@dataclass(frozen=True, repr=False)
class Readiness(DisplayedResult):
    """Whether a stage may be consumed."""

    stage: str
    execution_id: str | None
    """The run that would be consumed; the consumer's correlation id."""

    checks: tuple[ReadinessCheck, ...]

    @property
    def ready(self) -> bool:
        """Return whether every check passed."""
        return all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        checks = [asdict(check) for check in self.checks]
        return {"ready": self.ready, **asdict(self), "checks": checks}

    def _headline(self) -> str:
        passed = sum(check.passed for check in self.checks)
        ready = "ready" if self.ready else "not ready"
        return f"{self.stage} {ready}: {passed} of {len(self.checks)} checks passed"

    def _rows(self) -> Rows:
        return ("check", "passed", "reason"), [
            (check.name, check.passed, check.reason) for check in self.checks
        ]


def readiness(
    contract: StageContract,
    consumer: StageContract | None,
    runs: Sequence[Mapping[str, Any]],
    warehouse: Warehouse,
    now: datetime,
    pinned: Mapping[str, int | None] = {},
) -> Readiness:
    """Apply the five checks to the latest run of a stage.

    Args:
        contract: The stage that hands off.
        consumer: The stage that would start; None where the project has no contract of it.
        runs: `published_runs` of the stage and system.
        warehouse: Where its tables are.
        now: UTC.
        pinned: Table → the version that is looked at; the newest where there is none.
    """
    if not runs:
        return never_ready(contract.name, f"stage `{contract.name}` has never run; run it first")
    run = runs[-1]
    handoff = contract.handoff or Handoff(to="", requires=())
    need = _need(contract, consumer)
    tables = _needed_tables(contract, handoff, need)
    succeeded = _run_succeeded(contract, tables, run)
    # What a failed run held back is as an earlier one left it; nobody needs it.
    unchanged = contract.tables if run["status"] == "Success" else tables
    checks = (
        succeeded,
        _tables_unchanged(unchanged, run, warehouse, pinned),
        _rules_passed(handoff, run),
        _fresh_enough(handoff, run, now),
        _version_accepted(consumer, need, run),
    )
    return Readiness(contract.name, run["execution_id"], checks)


def never_ready(stage: str, reason: str) -> Readiness:
    """Return that a stage has no run that could be consumed, and why."""
    return Readiness(stage, None, (ReadinessCheck("run-succeeded", False, reason),))


def _need(contract: StageContract, consumer: StageContract | None) -> Need | None:
    needs = consumer.consumes if consumer is not None else ()
    return next((need for need in needs if need.stage == contract.name), None)


def _needed_tables(
    contract: StageContract, handoff: Handoff, need: Need | None
) -> tuple[Table, ...]:
    """Return the tables that the handoff or the consumer names; all of them if neither does."""
    required = {rule.table for rule in contract.rules() if rule.id in handoff.requires}
    named = required | (need.tables.keys() if need is not None else set())
    return tuple(table for table in contract.tables if not named or table.name in named)


def _run_succeeded(
    contract: StageContract, needed: Sequence[Table], run: Mapping[str, Any]
) -> ReadinessCheck:
    reached = f"the latest run `{run['execution_id']}` is {run['status']}"
    if run["status"] == "Success":
        failed = len(json.loads(run["metadata"] or "{}").get("failed_calls", ()))
        why = f"; {counted(failed, 'call')} to the source failed" if failed else ""
        return ReadinessCheck("run-succeeded", True, f"{reached}{why}")
    why = run["error_message"] or "its contract did not pass"
    if contract.on_failure is OnFailure.CONTINUE:
        published = json.loads(run["published_versions"] or "{}")
        missing = [f"`{table.name}`" for table in needed if table.name not in published]
        if not missing:
            text = f"{reached}, and published every table that is needed"
            return ReadinessCheck("run-succeeded", True, text)
        why = f"it did not publish {', '.join(missing)}; {why}"
    return ReadinessCheck("run-succeeded", False, f"{reached}: {why}")


def _tables_unchanged(
    tables: Sequence[Table],
    run: Mapping[str, Any],
    warehouse: Warehouse,
    pinned: Mapping[str, int | None],
) -> ReadinessCheck:
    named = json.loads(run["table_versions"] or "{}")
    moved = list(_moved_tables(tables, named, warehouse, pinned))
    if moved:
        return ReadinessCheck("tables-stand", False, "; ".join(moved))
    return ReadinessCheck(
        "tables-stand", True, "every table has the rows of the version that the run names"
    )


def _moved_tables(
    tables: Sequence[Table],
    named: Mapping[str, int | None],
    warehouse: Warehouse,
    pinned: Mapping[str, int | None],
) -> Iterator[str]:
    for table in tables:
        try:
            current = pinned.get(table.name)
            if current is None:
                current = warehouse.current_version(table)
        except TableNotFoundError:
            yield f"table `{table.name}` does not exist"
            continue
        except WarehouseError as error:
            yield error.message
            continue
        if current is None:
            continue  # files have no version to compare
        wanted = named.get(table.name)
        if wanted is None:
            yield f"the run names no version of table `{table.name}`"
        elif current < wanted or not warehouse.keeps_rows(table, wanted, current):
            yield f"table `{table.name}` is at version {current}, the run names {wanted}"


def _rules_passed(handoff: Handoff, run: Mapping[str, Any]) -> ReadinessCheck:
    statuses = json.loads(run["rule_statuses"] or "{}")
    broken = [
        f"`{rule}` {statuses.get(rule, 'was not evaluated')}"
        for rule in handoff.requires
        if statuses.get(rule) != "passed"
    ]
    if broken:
        return ReadinessCheck(
            "rules-passed", False, f"required rules did not pass: {', '.join(broken)}"
        )
    required = len(handoff.requires)
    if not required:
        return ReadinessCheck("rules-passed", True, "the contract requires no rule by name")
    what = "the required rule" if required == 1 else f"all {required:,} required rules"
    return ReadinessCheck("rules-passed", True, f"{what} passed")


def _fresh_enough(handoff: Handoff, run: Mapping[str, Any], now: datetime) -> ReadinessCheck:
    if handoff.max_age is None:
        return ReadinessCheck("fresh-enough", True, "the contract sets no `max_age`")
    age = now - run["end_time"]
    hours = f"{age.total_seconds() / 3600:.1f} h"
    passed = age <= duration(handoff.max_age)
    return ReadinessCheck(
        "fresh-enough",
        passed,
        f"the run ended {hours} ago, {'within' if passed else 'more than'} {handoff.max_age}",
    )


def _version_accepted(
    consumer: StageContract | None, need: Need | None, run: Mapping[str, Any]
) -> ReadinessCheck:
    if consumer is None or need is None:
        return ReadinessCheck("version-accepted", True, "no consumer names a version")
    passed = run["contract_version"] in SpecifierSet(need.version)
    verb = "accepts" if passed else "does not accept"
    return ReadinessCheck(
        "version-accepted",
        passed,
        f"`{consumer.name}` {verb} contract version {run['contract_version']} ({need.version})",
    )
