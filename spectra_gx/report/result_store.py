"""Results stored under `Files/results`: the data of runs, and the history of each stage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.report.addresses import segment
from spectra_gx.report.history import KEPT_RUNS, History
from spectra_gx.report.page_data import FORMAT, RunData, read_run_data
from spectra_gx.runner.alerts.silences import read_silences
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.run_history import published_runs
from spectra_gx.warehouse.warehouse import FILES, TABLES, Warehouse, table_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


RUNS = f"{FILES}/results/runs"
_HISTORIES = f"{FILES}/results/history"


class ResultStore:
    """The stored results of a warehouse's newest runs."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Take the warehouse; nothing is written yet."""
        self._warehouse = warehouse
        self._store = warehouse.store

    def stages(self) -> list[str]:
        """Return the stages that have a history, sorted."""
        read = (self._read(f"{_HISTORIES}/{file}") for file in self._store.files(_HISTORIES))
        return sorted(found["stage"] for found in read if found is not None)

    def history(self, stage: str) -> History | None:
        """Return a stage's history; None if it is missing or of another format version."""
        return self._read(_history_file(stage))

    def facts(self, stage: str, execution_id: str) -> RunData | None:
        """Return the stored data of a run; None if there is none."""
        return self._read(run_file(stage, execution_id))

    def runs(self, stage: str) -> list[RunData]:
        """Return the data of every run, oldest first, from the store or else the activity log.

        Raises:
            WarehouseError: The log cannot be read.
        """
        rows = DeltaActivityLog(self._warehouse, stage).runs()
        tables: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            if row["record_type"] == "checkpoint":
                tables.setdefault(row["execution_id"], []).append(row)
        return [
            self._facts_of(row, tables.get(row["execution_id"], ()))
            for row in rows
            if row["record_type"] == "run"
        ]

    def silences(self, stage: str, now: datetime) -> list[str]:
        """Return what is muted and acknowledged of a stage, in a line each.

        Raises:
            WarehouseError: The log cannot be read.
        """
        log = DeltaActivityLog(self._warehouse, stage)
        runs = published_runs(log.runs("run"), None)
        return read_silences(log.runs("activity"), runs, now).lines

    def log_version(self, stage: str) -> int | None:
        """Return the newest version of a stage's log; None if there is no log."""
        return self._warehouse.version(DeltaActivityLog(self._warehouse, stage).name)

    def _has_log_version(self, stage: str, version: int) -> bool:
        """Return whether a version of a stage's log exists; opening the log would cost more."""
        log = table_path(TABLES, DeltaActivityLog(self._warehouse, stage).name)
        return self._store.exists(f"{log}/_delta_log/{version:020}.json")

    def missing_runs(self, history: History) -> list[RunData] | None:
        """Return runs in the log that the history lacks, oldest first.

        A recorded check, a release, or a run that died before writing its pages leaves such runs.
        None if there are so many that the history must be rebuilt.

        Raises:
            WarehouseError: The log cannot be read.
        """
        stage = history["stage"]
        known_version = history["log_version"]
        if (
            known_version is not None
            and self._has_log_version(stage, known_version + 1)
            and not self._has_log_version(stage, known_version + 2)
        ):
            history["log_version"] = known_version + 1  # the commit of this very run
            return []
        history["log_version"] = self.log_version(stage)
        if history["log_version"] == known_version:
            return []
        log = DeltaActivityLog(self._warehouse, stage)
        known = {run["id"] for run in history["runs"]}
        rows = log.runs("run", KEPT_RUNS)
        found = [row for row in rows if row["execution_id"] not in known]
        if len(found) == len(rows):
            return None
        tables = log.runs("checkpoint", KEPT_RUNS * (len(history["tables"]) + 1))
        return [self._facts_of(row, tables) for row in found]

    def save(self, facts: RunData) -> None:
        """Store the data of a run."""
        self._store.write(run_file(facts["stage"], facts["execution_id"]), _json(facts))

    def save_history(self, history: History) -> None:
        """Store the history of a stage."""
        self._store.write(_history_file(history["stage"]), _json(history))

    def remove(self, stage: str, execution_id: str) -> None:
        """Remove the stored data of a run."""
        self._store.delete(run_file(stage, execution_id))

    def _facts_of(self, run: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> RunData:
        name = run["execution_id"]
        own = [row for row in rows if row["execution_id"] == name]
        return self.facts(run["stage"], name) or read_run_data(run, own)

    def _read(self, path: str) -> dict[str, Any] | None:
        """Return a file's object; None if it is missing, damaged or of another format version."""
        content = self._store.read(path)
        try:
            found = None if content is None else json.loads(content)
        except ValueError:
            return None
        return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def run_file(stage: str, execution_id: str) -> str:
    """Return where the data of a run is stored."""
    return f"{RUNS}/{segment(stage)}/{segment(execution_id)}.json"


def _history_file(stage: str) -> str:
    return f"{_HISTORIES}/{segment(stage)}.json"


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "backslashreplace")
