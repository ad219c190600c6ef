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
    return {
        row["table_name"]: row["row_count"]
        for row in _last_passed_run(warehouse, stage, before)
        if row["row_count"] is not None
    }


def values_of_last_passed_run(
    warehouse: Warehouse, stage: str, before: datetime | None = None
) -> dict[str, Mapping[str, Any]]:
    """Return rule → what it found in the last run of a stage that passed; `before` as for rows.

    Raises:
        WarehouseError: The log cannot be read.
    """
    return {
        rule: found
        for row in _last_passed_run(warehouse, stage, before)
        for rule, found in json.loads(row["rule_values"] or "{}").items()
    }


def _last_passed_run(
    warehouse: Warehouse, stage: str, before: datetime | None
) -> list[Mapping[str, Any]]:
    """Return the checkpoints of the last run that passed."""
    rows = DeltaActivityLog(warehouse, stage).runs()
    passed = [
        run["execution_id"]
        for run in published_runs(rows, None)
        if run["status"] == "Success" and (before is None or run["end_time"] < before)
    ]
    return [
        row
        for row in rows
        if passed and (row["record_type"], row["execution_id"]) == ("checkpoint", passed[-1])
    ]
