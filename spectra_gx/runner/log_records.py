"""A run as rows of the activity log: one a checkpoint, one an activity, and last the run's own."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.checks.proven_rules import proof_metadata
from spectra_gx.runner.events import Event, RunFinished
from spectra_gx.validation.redaction import REDACTED
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.warehouse.log.run_history import count_failed_calls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.runner.run_result import RunIdentity, RunResult
    from spectra_gx.runner.trouble import Trouble

Row = dict[str, Any]


class RunRecorder:
    """Writes finished runs into the activity log; a listener that a run cannot do without."""

    def __init__(self, log: ActivityLog) -> None:
        """Take the log."""
        self._log = log

    def handle(self, event: Event) -> None:
        """Record a run that has finished.

        Raises:
            ActivityLogError: Nothing was stored.
        """
        if isinstance(event, RunFinished):
            rows = log_rows(event.run, recorded_at=datetime.now(UTC))
            self._log.append(event.run.identity.execution_id, rows)


def log_rows(run: RunResult, recorded_at: datetime) -> list[Row]:
    """Return every row of a run, its completion marker last."""
    envelope = {
        **origin(run.identity),
        "execution_id": run.identity.execution_id,
        "correlation_id": run.identity.correlation_id,
        "batch_id": run.identity.batch_id,
        "stage": run.contract.name,
        "contract_version": run.contract.version,
        "recorded_at": recorded_at,
    }
    tables = run.stage.tables if run.stage else ()
    return [
        *({**envelope, **_checkpoint(run, table)} for table in tables),
        *({**envelope, "record_type": "activity", **activity} for activity in run.activities),
        {**envelope, **_run(run)},
    ]


def origin(identity: RunIdentity) -> Row:
    """Return the columns that say who did something, and where."""
    return {
        "notebook_name": identity.notebook_name,
        "source_system": identity.system,
        "source_name": identity.source_name,
        "workspace_id": identity.workspace_id,
        "lakehouse_id": identity.lakehouse_id,
        "lakehouse_name": identity.lakehouse_name,
        "environment": identity.environment,
        "execution_mode": identity.execution_mode,
        "sdk_version": identity.sdk_version,
    }


def fingerprint(run: RunResult) -> str | None:
    """Return a hash that runs with the same trouble share; None when there is none.

    Of stage and system; then of a failure the failing rules or the error's code, of failed calls
    their errors and the tables that lost rows, of quarantined rows these tables, of warnings the
    rules.
    """
    if run.trouble is None:
        return None
    causes = [run.error.code] if run.error else sorted(failing_rules(run))
    if run.trouble == "calls":
        causes = [run.trouble, *sorted({_cause(call) for call in run.failed_calls})]
        causes += sorted(run.quarantined)
    if run.trouble == "quarantine":
        causes = [run.trouble, *sorted(run.quarantined)]
    text = "\n".join([run.contract.name, run.identity.system, *causes])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cause(call: Call) -> str:
    return f"{call.error.category} {call.error.code}" if call.error else ""


def failing_rules(run: RunResult) -> list[str]:
    """Return the ids of the rules that did not pass, in the contract's order."""
    rules = run.stage.all_rules() if run.stage else ()
    return [rule.id for rule in rules if rule.status is not Status.PASSED]


def trouble_in(run: Mapping[str, Any], checkpoints: Sequence[Mapping[str, Any]]) -> Trouble | None:
    """Return the trouble of a run, by its rows in the log."""
    if run["status"] != "Success":
        return "failure"
    if count_failed_calls(run):
        return "calls"
    if any(row["quarantined_count"] for row in checkpoints):
        return "quarantine"
    return "warnings" if run["rules_failed"] else None


def _run(run: RunResult) -> Row:
    stage = run.stage
    counts = {f"rules_{status}": stage.count(status) if stage else None for status in Status}
    reached = run.endpoints_reached
    beside: dict[str, Any] = {"notification": run.message_kind} if run.message_kind else {}
    if run.consumed:
        beside["consumed"] = {
            one.stage: {"execution_id": one.execution_id, "ready": one.ready}
            for one in run.consumed
        }
    if run.failed_calls:
        beside["failed_calls"] = [call.failure() for call in run.failed_calls]
    return {
        "record_type": "run",
        "status": run.status,
        "error_message": run.error.message if run.error else None,
        "error_summary": _json(_errors(run)),
        "capabilities": _json(_capabilities(run)),
        "parameters": _json(run.parameters.as_record()),
        "duration_seconds": run.duration_seconds,
        "start_time": run.identity.started,
        "end_time": run.ended,
        "endpoint_success_count": reached[0] if reached else None,
        "endpoint_count": reached[1] if reached else None,
        "calls": _json(run.call_figures.to_dict()) if run.call_figures else None,
        "table_creation_duration_ms": run.table_creation_ms,
        "publish_duration_seconds": run.publish_seconds,
        "rules_declared": stage.declared if stage else None,
        **counts,
        "rule_statuses": _json({rule.id: rule.status for rule in stage.all_rules()})
        if stage
        else None,
        "table_versions": _json(run.versions),
        "watermarks": _json({name: mark.to_dict() for name, mark in run.watermarks.items()})
        if run.watermarks
        else None,
        "published_versions": _json(dict(run.published)),
        "held_back": _json(list(run.held_back)),
        "failing_rules": _json(failing_rules(run)),
        "notification": run.notification,
        "metadata": _json(beside) if beside else None,
        "fingerprint": fingerprint(run),
        "docs_url": run.page,
    }


def _errors(run: RunResult) -> Mapping[str, int]:
    """Count what went wrong by category: what stopped the run, and calls that did not."""
    counts = Counter(call.error.category for call in run.failed_calls if call.error is not None)
    if run.error is not None and not any(call.error is run.error for call in run.failed_calls):
        counts[run.error.category] += 1
    return counts


def _capabilities(run: RunResult) -> list[str]:
    """Return what the run did, of what a run can do."""
    return [
        word
        for word, done in (
            ("built", run.built),
            ("judged", run.stage),
            ("published", run.published),
            ("initialised", run.initialised),
        )
        if done
    ]


def _checkpoint(run: RunResult, table: TableResult) -> Row:
    counts = Counter((rule.severity, rule.status) for rule in table.rules)
    failing = [rule.id for rule in table.rules if rule.status is not Status.PASSED]
    return {
        "record_type": "checkpoint",
        "table_name": table.table,
        "table_state": _state(run, table),
        "table_verdict": str(table.verdict),
        "delta_version": table.delta_version,
        "row_count": table.rows,
        "quarantined_count": table.quarantined,
        "table_age_seconds": run.table_ages.get(table.table),
        **_publishing(run, table),
        "duration_seconds": table.duration_seconds,
        "rules_evaluated": sum(rule.status is not Status.ERRORED for rule in table.rules),
        **{
            f"{severity}_{status}": counts[severity, status]
            for severity in ("critical", "warning", "info")
            for status in Status
        },
        "rule_values": _json(_rule_values(table)),
        "failing_rules": _json(failing),
        "docs_url": table.docs,
        "metadata": _metadata(run, table),
    }


def _rule_values(table: TableResult) -> dict[str, dict[str, Any]]:
    """Return what each rule that was evaluated found: rows by number, and what it observed."""
    values = {
        rule.id: {
            "evaluated": rule.evaluated,
            "unexpected": rule.unexpected,
            "observed": None if REDACTED in _json(rule.observed) else rule.observed,
        }
        for rule in table.rules
        if rule.status is not Status.ERRORED
    }
    return {
        rule: {name: value for name, value in found.items() if value is not None}
        for rule, found in values.items()
    }


def _publishing(run: RunResult, table: TableResult) -> Row:
    """Return how a table was published, if it was."""
    counts = run.counts.get(table.table)
    if counts is None or table.table not in run.published:
        return {}
    return {
        "publish_mode": counts.mode,
        "rows_staged": counts.staged,
        "rows_deleted": counts.deleted,
        "rows_stale": counts.stale,
    }


def _metadata(run: RunResult, table: TableResult) -> str | None:
    """Return why rules are errored, and what a later check of only what changed needs to know."""
    kept: dict[str, Any] = {}
    if table.snapshot is not None:
        kept["snapshot"] = table.snapshot
    if table.cause is not None:
        kept["causes"] = {rule.id: rule.cause for rule in table.rules if rule.cause is not None}
    content = run.stage.contents.get(table.table) if run.stage else None
    declared = run.contract.table(table.table)
    if content is not None and declared is not None:
        kept |= proof_metadata(declared, table, content)
    return _json(kept) if kept else None


def _state(run: RunResult, table: TableResult) -> str:
    if table.table in run.published:
        return "published"
    if table.format != "delta":
        return "none" if table.rows is None else "kept"
    return "none" if run.versions.get(table.table) is None else "kept"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
