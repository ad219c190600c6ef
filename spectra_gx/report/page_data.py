"""The data of a run that its pages show, as stored under `Files/results`.

It comes from a run that has just ended or, if its stored data is gone, from its rows in the
activity log, which have neither messages nor samples.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.alerts.notifications import runbook_page
from spectra_gx.runner.log_records import trouble_in
from spectra_gx.warehouse.log.run_history import UNPUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Rule
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.validation.results import RuleResult, TableResult

RunData = dict[str, Any]

FORMAT = 1

_SAMPLES = 20
_SEVERITIES = ("critical", "warning", "info")


def build_run_data(run: RunResult) -> RunData:
    """Return the data of a run that has ended."""
    stage, identity = run.stage, run.identity
    declared = {rule.id: rule for rule in run.contract.rules()}
    return {
        "format": FORMAT,
        "stage": run.contract.name,
        "execution_id": identity.execution_id,
        "correlation_id": identity.correlation_id,
        "batch_id": identity.batch_id,
        "notebook": identity.notebook_name,
        "system": identity.system,
        "source": identity.source_name,
        "mode": identity.execution_mode,
        "sdk_version": identity.sdk_version,
        "contract_version": run.contract.version,
        "contact": run.contract.contact,
        "started": identity.started.isoformat(),
        "as_of": (stage.as_of if stage else identity.started).isoformat(),
        "ended": run.ended.isoformat(),
        "seconds": run.duration_seconds,
        "operation": run.parameters.operation,
        "aside": run.parameters.operation in UNPUBLISHED,
        "success": run.success,
        "trouble": run.trouble,
        "verdict": str(run.verdict),
        "error": _error(run),
        "runbook": runbook_page(run) if run.trouble not in (None, "warnings") else None,
        "steps": [[name, seconds] for name, seconds in run.steps],
        "calls": [
            {
                "name": call.name,
                "seconds": call.duration_seconds,
                "attempts": call.attempts,
                "error": call.error.message if call.error else None,
            }
            for call in run.calls
        ],
        "versions": dict(run.versions),
        "published": dict(run.published),
        "initialised": list(run.initialised),
        "dead_runs": list(run.dead_runs),
        "notification": run.notification,
        "silences": run.silences.lines,
        "recorded": run.recorded,
        "rules": [_rule(rule, declared) for rule in stage.rules] if stage else [],
        "tables": [_table(table, declared) for table in stage.tables] if stage else [],
    }


def _error(run: RunResult) -> dict[str, Any] | None:
    if run.error is None:
        return None
    return {
        "message": run.error.message,
        "category": run.error.category,
        "code": run.error.code,
        "retryable": run.error.retryable,
    }


def _table(table: TableResult, declared: Mapping[str, Rule]) -> dict[str, Any]:
    return {
        "table": table.table,
        "verdict": str(table.verdict),
        "version": table.delta_version,
        "format": table.format,
        **({"snapshot": table.snapshot} if table.snapshot is not None else {}),
        "rows": table.rows,
        "seconds": table.duration_seconds,
        "quarantined": table.quarantined,
        "scope": table.scope,
        "gx": table.docs.removeprefix("Files/docs/") if table.docs else None,
        "rules": [_rule(rule, declared) for rule in table.rules],
    }


def _rule(rule: RuleResult, declared: Mapping[str, Rule]) -> dict[str, Any]:
    declaration = declared.get(rule.id)
    place = declaration.place if declaration else None
    columns = declaration.columns if declaration else ()
    return {
        "id": rule.id,
        "status": str(rule.status),
        "severity": rule.severity,
        "line": place.line if place else None,
        "column": columns[0] if len(columns) == 1 else None,
        "evaluated": rule.evaluated,
        "unexpected": rule.unexpected,
        "observed": rule.observed,
        "sample": list(rule.sample[:_SAMPLES]),
        "keys": [dict(key) for key in rule.keys[:_SAMPLES]],
        "message": rule.message,
    }


def read_run_data(run: Mapping[str, Any], checkpoints: Sequence[Mapping[str, Any]]) -> RunData:
    """Return the data of a run in the activity log."""
    parameters = _read(run["parameters"], {})
    statuses = _read(run["rule_statuses"], {})
    operation = str(parameters.get("operation", "refresh"))
    was_checked = run["rule_statuses"] is not None
    tables = [_table_of_row(row, statuses) for row in checkpoints]
    table_rules = {rule["id"] for table in tables for rule in table["rules"]}
    success = run["status"] == "Success"
    worst = _worst([table["verdict"] for table in tables])
    stopped = not success and run["error_message"] is not None
    return {
        "format": FORMAT,
        "stage": run["stage"],
        "execution_id": run["execution_id"],
        "correlation_id": run["correlation_id"],
        "batch_id": run["batch_id"],
        "notebook": run["notebook_name"],
        "system": run["source_system"],
        "source": run["source_name"],
        "mode": run["execution_mode"],
        "sdk_version": run["sdk_version"],
        "contract_version": run["contract_version"],
        "contact": None,
        "started": run["start_time"].isoformat(),
        "as_of": parameters.get("as_of") or run["start_time"].isoformat(),
        "ended": run["end_time"].isoformat(),
        "seconds": run["duration_seconds"],
        "operation": operation,
        "aside": operation in UNPUBLISHED,
        "success": success,
        "trouble": trouble_in(run, checkpoints),
        "verdict": "passed" if success else "errored" if stopped or not was_checked else worst,
        "error": _error_of_row(run) if stopped else None,
        "runbook": None,
        "steps": [],
        "calls": [],
        "versions": _read(run["table_versions"], {}),
        "published": {
            row["table_name"]: row["delta_version"]
            for row in checkpoints
            if row["table_state"] == "published"
        },
        "initialised": [],
        "dead_runs": [],
        "notification": run["notification"],
        "silences": [],
        "recorded": True,
        "rules": [
            _rule_of_row(rule, status)
            for rule, status in statuses.items()
            if rule not in table_rules
        ],
        "tables": tables,
    }


def _worst(verdicts: Sequence[str]) -> str:
    return next((one for one in ("errored", "failed") if one in verdicts), "failed")


def _error_of_row(run: Mapping[str, Any]) -> dict[str, Any]:
    categories = list(_read(run["error_summary"], {}))
    category = categories[-1] if categories else "internal"
    return {
        "message": run["error_message"],
        "category": category,
        "code": category,
        "retryable": False,
    }


def _table_of_row(row: Mapping[str, Any], statuses: Mapping[str, str]) -> dict[str, Any]:
    page = row["docs_url"]
    return {
        "table": row["table_name"],
        "verdict": row["table_verdict"],
        "version": row["delta_version"],
        "format": "delta",
        "rows": row["row_count"],
        "seconds": row["duration_seconds"] or 0.0,
        "quarantined": row["quarantined_count"] or 0,
        "scope": None,
        "gx": page.removeprefix("Files/docs/") if page else None,
        "rules": [
            _rule_of_row(rule, status)
            for rule, status in statuses.items()
            if rule.startswith(f"{row['table_name']}.")
        ],
    }


def _rule_of_row(rule: str, status: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("severity", "line", "column", "evaluated", "unexpected", "observed"))
    return {"id": rule, "status": status, **nothing, "sample": [], "keys": [], "message": ""}


def _read(text: str | None, otherwise: Any) -> Any:
    return json.loads(text) if text else otherwise
