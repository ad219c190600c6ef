"""Results as the one JSON object that machines read."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.log_records import failed_call_record
from spectra_gx.validation.results import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.runner.readiness import Readiness
    from spectra_gx.runner.run_result import RunResult


def run_json(run: RunResult) -> dict[str, Any]:
    """Return a run's result: its stage's, and what became of it."""
    results = (
        run.stage.to_dict()
        if run.stage
        else {
            "contract": run.contract.name,
            "version": run.contract.version,
            "execution_id": run.identity.execution_id,
            "as_of": run.identity.started.isoformat(),
            "verdict": str(Status.ERRORED),
            **dict.fromkeys(("declared", *map(str, Status)), 0),
            "inputs": {},
            "rules": [],
            "tables": [],
        }
    )
    return {
        **results,
        "status": run.status,
        "exit_code": run.exit_code,
        "error": _error(run),
        "duration_seconds": run.duration_seconds,
        "published": dict(run.published),
        "quarantined": dict(run.quarantined),
        "versions": dict(run.versions),
        "initialised": list(run.initialised),
        "dead_runs": list(run.dead_runs),
        "docs": run.docs,
        "failed_calls": [failed_call_record(call) for call in run.failed_calls],
        "notification": run.notification,
        "recorded": run.recorded,
    }


def readiness_json(readiness: Readiness) -> dict[str, Any]:
    """Return the readiness checks."""
    return {"ready": readiness.ready, **asdict(readiness)}


def log_json(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return log rows, times as ISO text."""
    return [
        {
            column: value.isoformat() if isinstance(value, datetime) else value
            for column, value in row.items()
        }
        for row in rows
    ]


def dumps(value: Any) -> str:
    """Write a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _error(run: RunResult) -> dict[str, Any] | None:
    if run.error is None:
        return None
    return {
        "type": type(run.error).__name__,
        "category": run.error.category,
        "code": run.error.code,
        "message": run.error.message,
        "retryable": run.error.retryable,
    }
