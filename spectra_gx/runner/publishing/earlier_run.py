"""The run that has published a batch before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.warehouse.publishing.batches import Batch


def earlier_run(result: RunResult, log: ActivityLog, batch: Batch) -> RunResult:
    """Return a result with the identity and status of the run that published its batch.

    A table remembers its batches longer than a log that was moved away.
    """
    rows = [row for row in log.runs("run") if row["batch_id"] == batch.id]
    if not rows:
        return replace(result, already_published="Success", recorded=True)
    return replace(as_recorded(result, rows[-1]), already_published=rows[-1]["status"])


def as_recorded(result: RunResult, row: Mapping[str, Any]) -> RunResult:
    """Return a result with the identity and the versions of a run that the log has."""
    return replace(
        result,
        identity=replace(
            result.identity,
            execution_id=row["execution_id"],
            correlation_id=row["correlation_id"],
            started=row["start_time"],
        ),
        ended=row["end_time"],
        versions=json.loads(row["table_versions"] or "{}"),
        published=json.loads(row["published_versions"] or "{}"),
        recorded=True,
    )
