"""What people are told about a run, and whether there is anything to tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import EngineError, ValidationError
from spectra_gx.runner.ports import Message
from spectra_gx.validation.results import StageResult, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.runner.results import RunResult

_RUNBOOK = "docs/source/OPERATIONAL-RUNBOOK.md"
_SEVERITIES = ("critical", "warning", "info")


def message_for(run: RunResult, previous: Mapping[str, Any] | None, *, log: str) -> Message | None:
    """Return the message of a failure, of a recovery from one, or of rows that were set aside.

    None for a run as usual.

    Args:
        run: The run, not yet recorded.
        previous: The log's latest run row of the same stage and system.
        log: Where the run's row will stand.
    """
    if not run.success:
        return _message(run, "failure", log)
    failed_before = previous is not None and previous["status"] == "Failed"
    # A preview publishes nothing: consumers have recovered from nothing, and rows are not lost.
    if run.parameters.preview:
        return None
    if failed_before:
        return _message(run, "recovery", log)
    return _message(run, "quarantine", log) if run.quarantined else None


def runbook_page(run: RunResult) -> str:
    """Return the section of the runbook on how a run failed, relative to the project."""
    return f"{_RUNBOOK}#{_trouble(run)}"


def _trouble(run: RunResult) -> str:
    if run.error is not None:
        return run.error.category
    if run.quarantined:
        return "quarantine"
    errored = run.stage is not None and run.stage.verdict is Status.ERRORED
    return EngineError.category if errored else ValidationError.category


def _message(run: RunResult, outcome: str, log: str) -> Message:
    return Message(
        outcome=outcome,
        stage=run.contract.name,
        system=run.identity.system,
        execution_id=run.identity.execution_id,
        contract_version=run.contract.version,
        duration_seconds=run.duration_seconds,
        error=run.error.message if run.error else None,
        error_category=run.error.category if run.error else None,
        tables=_tables(run.stage),
        failing=_failing(run.stage),
        quarantined=run.quarantined,
        counts=_counts(run.stage),
        endpoints_reached=run.endpoints_reached,
        log=log,
        docs=run.docs,
        runbook=runbook_page(run),
        contact=run.contract.contact,
    )


def _tables(stage: StageResult | None) -> Mapping[str, str]:
    tables = stage.tables if stage else ()
    return {
        table.table: str(table.verdict) for table in tables if table.verdict is not Status.PASSED
    }


def _failing(stage: StageResult | None) -> tuple[tuple[str, str, int | None], ...]:
    """Return what did not pass, errored before failed, critical before the rest."""
    rules = stage.all_rules() if stage else ()
    broken = [rule for rule in rules if rule.status is not Status.PASSED]
    broken.sort(
        key=lambda rule: (rule.status is not Status.ERRORED, _SEVERITIES.index(rule.severity))
    )
    return tuple((rule.id, rule.severity, rule.unexpected) for rule in broken)


def _counts(stage: StageResult | None) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Status), 0))
    for rule in stage.all_rules() if stage else ():
        counts[rule.severity][str(rule.status)] += 1
    return {severity: counts[severity] for severity in _SEVERITIES if severity in counts}
