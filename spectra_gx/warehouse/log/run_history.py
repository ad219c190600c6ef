"""The history of a stage in its activity log: its runs and the versions that they published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

UNPUBLISHED = ("preview", "backfill", "erase")
"""Operations of runs that say nothing of what a stage has published."""

_DEFAULT_OF_OLD_VERSIONS = "zephyr"

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spectra_gx.warehouse.warehouse import Warehouse


def published_runs(
    rows: Sequence[Mapping[str, Any]], system: str | None
) -> list[Mapping[str, Any]]:
    """Return the rows of runs over the published tables, oldest first.

    Previews and backfills check something else, and an erasure checks nothing.

    `rows` are of a stage's log, oldest first; without `system`, runs of any count.
    """
    return [
        row
        for row in rows
        if row["record_type"] == "run"
        and (system is None or system_in(row, system) == system)
        and json.loads(row["parameters"] or "{}").get("operation") not in UNPUBLISHED
    ]


def system_in(row: Mapping[str, Any], own: str) -> str:
    """Return the system of a log's row, for a stage whose system is `own` now.

    A stage without a system goes by its name; older versions wrote a default system into its rows.
    """
    system: str = row["source_system"]
    return own if (system, row["stage"]) == (_DEFAULT_OF_OLD_VERSIONS, own) else system


def count_failed_calls(run: Mapping[str, Any]) -> int:
    """Return how many calls failed in a run that passed, by its row."""
    return sum(json.loads(run["error_summary"] or "{}").values())


def published_versions(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, int]]:
    """Return every set of published table versions, each once, oldest first."""
    sets: list[dict[str, int]] = []
    for row in published_runs(rows, None):
        named = json.loads(row["table_versions"] or "{}")
        versions = {table: version for table, version in named.items() if version is not None}
        if versions and versions not in sets:
            sets.append(versions)
    return sets


def rows_of_last_passed_run(
    warehouse: Warehouse, stage: str, before: datetime | None = None
) -> dict[str, int]:
    """Return table → its row count in the last run of a stage that passed.

    `before` is an instant at which it had to be over; without one, whatever the clock of its
    machine said, it is the last one in the log.

    Raises:
        WarehouseError: The log cannot be read.
    """
    runs = _passed_runs(warehouse, stage, before)
    checkpoints = runs[-1][1] if runs else []
    return {
        row["table_name"]: row["row_count"] for row in checkpoints if row["row_count"] is not None
    }


def values_of_passed_runs(
    warehouse: Warehouse, stage: str, before: datetime | None, limit: int
) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the newest runs of a stage that passed, oldest first; `before` as for rows.

    Each is the run's own instant, and rule → what it observed.

    Raises:
        WarehouseError: The log cannot be read.
    """
    return [
        (
            run["start_time"],
            {
                rule: found["observed"]
                for row in checkpoints
                for rule, found in json.loads(row["rule_values"] or "{}").items()
                if "observed" in found
            },
        )
        for run, checkpoints in _passed_runs(warehouse, stage, before)[-limit:]
    ]


def _passed_runs(
    warehouse: Warehouse, stage: str, before: datetime | None
) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Return the runs of a stage that passed, oldest first, each with its checkpoints."""
    rows = DeltaActivityLog(warehouse, stage).runs()
    checkpoints: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["record_type"] == "checkpoint":
            checkpoints.setdefault(row["execution_id"], []).append(row)
    return [
        (run, checkpoints.get(run["execution_id"], []))
        for run in published_runs(rows, None)
        if run["status"] == "Success" and (before is None or run["end_time"] < before)
    ]
