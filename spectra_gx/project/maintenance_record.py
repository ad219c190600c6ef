"""The row of a stage's log that says what maintenance has changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.alerts.silences import is_expired_silence, is_silence
from spectra_gx.runner.log_records import origin
from spectra_gx.warehouse.maintenance.results import ActionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
    from spectra_gx.warehouse.maintenance.results import MaintenanceAction

_ENTITY = "maintain"


def record_maintenance(
    log: DeltaActivityLog,
    identity: RunIdentity,
    stage: str,
    execution_id: str,
    actions: Sequence[MaintenanceAction],
) -> None:
    """Add what was done to a stage as an activity, which no run's row goes with.

    Nothing is recorded where nothing was changed, or where no run has begun a log.

    Raises:
        ActivityLogError: It could not be recorded.
    """
    if not actions or not log.exists():
        return
    now = datetime.now(UTC)
    errors = [one.error for one in actions if one.error is not None]
    log.append(
        execution_id,
        [
            {
                **origin(identity),
                "record_type": "activity",
                "entity_name": _ENTITY,
                "execution_id": execution_id,
                "correlation_id": execution_id,
                "stage": stage,
                "status": "Failed" if errors else "Success",
                "error_message": "; ".join(errors) or None,
                "duration_seconds": (now - identity.started).total_seconds(),
                "start_time": identity.started,
                "end_time": now,
                "recorded_at": now,
                "metadata": json.dumps({"maintained": _counts(actions)}, sort_keys=True),
            }
        ],
        of_run=False,
    )


def expired_records(log: DeltaActivityLog, before: datetime | None) -> list[str]:
    """Return the execution ids of earlier maintenance, mutes and the like that may go, too."""
    if before is None:
        return []
    return [
        row["execution_id"]
        for row in log.runs("activity")
        if (_is_maintenance(row) and row["recorded_at"] < before)
        or (is_silence(row) and is_expired_silence(row, before))
    ]


def _is_maintenance(row: Mapping[str, Any]) -> bool:
    return row["entity_name"] == _ENTITY and bool(row["execution_id"].startswith(f"{_ENTITY}_"))


def _counts(actions: Sequence[MaintenanceAction]) -> list[dict[str, Any]]:
    done = [one for one in actions if one.error is None]
    return [
        {"kind": kind, "target": one.target, "files": len(one.files), "bytes": one.size}
        | ({"rows": one.rows} if one.rows else {})
        for kind in ActionKind
        for one in done
        if one.kind is kind
    ]
