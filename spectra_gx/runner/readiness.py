"""Check whether the next stage may start: five checks, each with its reason."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from spectra_gx.contract.durations import duration
from spectra_gx.contract.model import Handoff, StageContract
from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.errors import TableNotFoundError, WarehouseError
from spectra_gx.runner.outcome_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

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
) -> Readiness:
    """Apply the five checks to the latest run of a stage.

    Args:
        contract: The stage that hands off.
        consumer: The stage that would start; None where the project has no contract of it.
        runs: `published_runs` of the stage and system.
        warehouse: Where its tables are.
        now: UTC.
    """
    if not runs:
        never = ReadinessCheck(
            "run-succeeded", False, f"stage `{contract.name}` has never run; run it first"
        )
        return Readiness(contract.name, None, (never,))
    run = runs[-1]
    handoff = contract.handoff or Handoff(to="", requires=())
    checks = (
        _run_succeeded(run),
        _tables_unchanged(contract, run, warehouse),
        _rules_passed(handoff, run),
        _fresh_enough(handoff, run, now),
        _version_accepted(contract, consumer, run),
    )
    return Readiness(contract.name, run["execution_id"], checks)


def _run_succeeded(run: Mapping[str, Any]) -> ReadinessCheck:
    passed = run["status"] == "Success"
    why = "" if passed else f": {run['error_message'] or 'its contract did not pass'}"
    calls, reached = run["endpoint_count"] or 0, run["endpoint_success_count"] or 0
    if passed and reached < calls:
        why = f"; {calls - reached} of its {counted(calls, 'call')} to the source failed"
    return ReadinessCheck(
        "run-succeeded", passed, f"the latest run `{run['execution_id']}` is {run['status']}{why}"
    )


def _tables_unchanged(
    contract: StageContract, run: Mapping[str, Any], warehouse: Warehouse
) -> ReadinessCheck:
    moved = list(_moved_tables(contract, json.loads(run["table_versions"] or "{}"), warehouse))
    if moved:
        return ReadinessCheck("tables-stand", False, "; ".join(moved))
    return ReadinessCheck(
        "tables-stand", True, "every declared table is at the version that the run names"
    )


def _moved_tables(
    contract: StageContract, named: Mapping[str, int | None], warehouse: Warehouse
) -> Iterator[str]:
    for table in contract.tables:
        try:
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
        elif current != wanted:
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
    return ReadinessCheck(
        "rules-passed", True, f"all {len(handoff.requires)} required rules passed"
    )


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
    contract: StageContract, consumer: StageContract | None, run: Mapping[str, Any]
) -> ReadinessCheck:
    need = next(
        (need for need in consumer.consumes if need.stage == contract.name)
        if consumer
        else iter(()),
        None,
    )
    if consumer is None or need is None:
        return ReadinessCheck("version-accepted", True, "no consumer names a version")
    passed = run["contract_version"] in SpecifierSet(need.version)
    verb = "accepts" if passed else "does not accept"
    return ReadinessCheck(
        "version-accepted",
        passed,
        f"`{consumer.name}` {verb} contract version {run['contract_version']} ({need.version})",
    )
