"""What followers of a run or a check get of each event: a name and a few facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.runner.events import (
    Event,
    RunEnded,
    RunStarted,
    StepStarted,
    TableChecked,
    TableCheckStarted,
)
from spectra_gx.validation.results import Status

if TYPE_CHECKING:
    from spectra_gx.validation.results import TableResult

_MOST_BROKEN = 20
"""Rules of a table that are named; the result has all of them."""


def event_facts(event: Event) -> tuple[str, dict[str, Any]] | None:
    """Return the name and the facts of an event; None for one that says nothing new."""
    match event:
        case RunStarted():
            return "started", {
                "execution_id": event.identity.execution_id,
                "version": event.contract.version,
                "at": event.at.isoformat(),
            }
        case StepStarted():
            return "step", {"step": event.step, "at": event.at.isoformat()}
        case TableCheckStarted():
            return "table-started", {
                "table": event.table,
                "rows": event.rows,
                "at": event.at.isoformat(),
            }
        case TableChecked():
            return "table-checked", {**_table_facts(event.result), "at": event.at.isoformat()}
        case RunEnded():
            return "verdict", {"verdict": str(event.run.verdict), "at": event.at.isoformat()}
    return None


def _table_facts(result: TableResult) -> dict[str, Any]:
    broken = [rule for rule in result.rules if rule.status is not Status.PASSED]
    return {
        "table": result.table,
        "rows": result.rows,
        "verdict": str(result.verdict),
        **{str(status): result.count(status) for status in Status},
        "broken": [
            {
                "id": rule.id,
                "status": str(rule.status),
                "severity": rule.severity,
                "message": rule.message,
            }
            for rule in broken[:_MOST_BROKEN]
        ],
    }
