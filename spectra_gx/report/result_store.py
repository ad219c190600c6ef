"""Results stored under `Files/results`: the data of runs, and the history of each stage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.report.addresses import segment
from spectra_gx.report.history import KEPT_RUNS
from spectra_gx.report.page_data import FORMAT, read_run_data
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.report.history import History
    from spectra_gx.report.page_data import RunData
    from spectra_gx.warehouse.warehouse import Warehouse


class ResultStore:
    """The stored results of a warehouse's newest runs."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Name the folder; it is created with the first run."""
        self._warehouse = warehouse
        self._folder = warehouse.files / "results"
        self._histories = self._folder / "history"

    def stages(self) -> list[str]:
        """Return the stages that have a history, sorted."""
        read = (_read(path) for path in self._histories.glob("*.json"))
        return sorted(found["stage"] for found in read if found is not None)

    def history(self, stage: str) -> History | None:
        """Return a stage's history; None if it is missing or of another format version."""
        return _read(self._history_file(stage))

    def facts(self, stage: str, execution_id: str) -> RunData | None:
        """Return the stored data of a run; None if there is none."""
        return _read(self._run_file(stage, execution_id))

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

    def log_version(self, stage: str) -> int | None:
        """Return the newest version of a stage's log; None if there is no log."""
        return self._warehouse.version(DeltaActivityLog(self._warehouse, stage).name)

    def _has_log_version(self, stage: str, version: int) -> bool:
        """Return whether a version of a stage's log exists; opening the log would cost more."""
        log = Path(DeltaActivityLog(self._warehouse, stage).uri, "_delta_log")
        return (log / f"{version:020}.json").is_file()

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
        replace_file(self._run_file(facts["stage"], facts["execution_id"]), _text(facts))

    def save_history(self, history: History) -> None:
        """Store the history of a stage."""
        replace_file(self._history_file(history["stage"]), _text(history))

    def remove(self, stage: str, execution_id: str) -> None:
        """Remove the stored data of a run."""
        self._run_file(stage, execution_id).unlink(missing_ok=True)

    def _facts_of(self, run: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> RunData:
        name = run["execution_id"]
        own = [row for row in rows if row["execution_id"] == name]
        return self.facts(run["stage"], name) or read_run_data(run, own)

    def _run_file(self, stage: str, execution_id: str) -> Path:
        return self._folder / "runs" / segment(stage) / f"{segment(execution_id)}.json"

    def _history_file(self, stage: str) -> Path:
        return self._histories / f"{segment(stage)}.json"


def replace_file(path: Path, text: str) -> None:
    """Replace a file at once; readers see the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    part.replace(path)


def remove_folder(folder: Path) -> None:
    """Remove a folder and its content, if it exists."""
    shutil.rmtree(folder, ignore_errors=True)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _read(path: Path) -> dict[str, Any] | None:
    """Return a file's object; None if it is missing, damaged or of another format version."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None
