"""Look up versions of tables in the activity log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.review.replay.replay_result import LoggedVerdict
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.run_history import published_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.warehouse.warehouse import Warehouse


class PastRuns:
    """The runs of a stage that published or checked its tables, oldest first."""

    def __init__(self, warehouse: Warehouse, stage: str) -> None:
        """Read the log.

        Raises:
            WarehouseError: It cannot be read.
        """
        rows = DeltaActivityLog(warehouse, stage).runs()
        runs = {run["execution_id"]: run for run in published_runs(rows, None)}
        self._versions: dict[tuple[str, int], Mapping[str, int | None]] = {}
        for run in runs.values():
            versions = json.loads(run["table_versions"] or "{}")
            for named in versions.items():
                self._versions.setdefault(named, versions)
        self._checks: dict[tuple[str, int | None], Mapping[str, Any]] = {}
        for row in rows:
            if row["record_type"] == "checkpoint" and row["execution_id"] in runs:
                self._checks.setdefault((row["table_name"], _version(row)), row)

    def verdict(self, table: str, version: int) -> LoggedVerdict | None:
        """Return the verdict of the first run that checked a version; None when none did."""
        row = self._checks.get((table, version))
        if row is None:
            return None
        return LoggedVerdict(row["execution_id"], row["contract_version"], row["table_verdict"])

    def published_with(self, table: str, version: int) -> Mapping[str, int | None]:
        """Return the versions of the stage's tables in the first run that names this one."""
        return self._versions.get((table, version), {})


def _version(row: Mapping[str, Any]) -> int | None:
    """Return the version of a table that was checked, or the id of its Iceberg snapshot."""
    version: int | None = row["delta_version"]
    snapshot = json.loads(row["metadata"] or "{}").get("snapshot", "")
    return int(snapshot) if version is None and snapshot.isdecimal() else version
