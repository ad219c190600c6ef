"""What a warehouse has after runs, read with deltalake alone, and what is wrong with it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from tests.campaign.batch_histories import STRICT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.campaign.batch_histories import Stage, Stored, Tuple


@dataclass(frozen=True)
class Warehoused:
    """The warehouse of a project."""

    root: Path
    stage: Stage

    @property
    def tables(self) -> Path:
        """Where its tables are."""
        return self.root / "warehouse" / "Tables"

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a table's rows; none where there is no table."""
        folder = self.tables / name.replace(".", "/")
        if not (folder / "_delta_log").exists():
            return []
        rows: list[dict[str, Any]] = DeltaTable(folder).to_pyarrow_table().to_pylist()
        return rows

    def commits(self, name: str) -> list[Mapping[str, Any]]:
        """Return the info of a table's commits of ours, the oldest first, each with its version."""
        folder = self.tables / name.replace(".", "/")
        if not (folder / "_delta_log").exists():
            return []
        infos = [info for info in DeltaTable(folder).history() if "spectra_gx" in info]
        return [
            {**_about(info["spectra_gx"]), "version": info["version"]} for info in reversed(infos)
        ]

    def differences(self, expected: Stored, *, named: bool) -> Iterator[str]:
        """Yield how tables, quarantine and watermarks differ from those of another history.

        A batch that is repeated without its id may quarantine the same rows once more.
        """
        for name in (*self.stage.tables, "shop.counts"):
            stored = Counter(map(_values, self.rows(name)))
            if stored != expected.rows[name]:
                yield f"{name} has {dict(stored)}, not {dict(expected.rows[name])}"
            aside = self._quarantined(name)
            found: Counter[Tuple] = sum(aside.values(), Counter())
            same = (
                found == expected.quarantined[name]
                if named
                else (
                    found.keys() == expected.quarantined[name].keys()
                    and all(one <= expected.quarantined[name] for one in aside.values())
                )
            )
            if not same:
                yield f"{name} has in quarantine {aside}, not {dict(expected.quarantined[name])}"
            commits = self.commits(name)
            batches = Counter(one["batch_id"] for one in commits)
            if (twice := [batch for batch, n in batches.items() if n > 1]) and named:
                yield f"{name} has {twice} twice"
            if unknown := aside.keys() - batches.keys():
                yield f"{name} has rows in quarantine of {unknown}, which it does not have"
            marks = [one["watermark"] for one in commits if one.get("watermark")]
            mark = marks[-1]["value"] if marks else None
            if mark != expected.watermarks.get(name):
                yield f"{name} has the watermark {mark}, not {expected.watermarks.get(name)}"

    def _quarantined(self, name: str) -> dict[str, Counter[Tuple]]:
        found: dict[str, Counter[Tuple]] = {}
        for row in self.rows(f"quarantine.shop_{name.split('.')[1]}"):
            values = {key: one for key, one in row.items() if key not in QUARANTINE_COLUMNS}
            found.setdefault(row["quarantine_batch_id"], Counter())[_values(values)] += 1
        return found

    def leftovers(self) -> Iterator[str]:
        """Yield files that no commit of a table has, and what is left of staging."""
        if (staging := self.root / "warehouse" / "Files" / "_staging").exists():
            yield f"staging has {sorted(path.name for path in staging.iterdir())}"
        if parts := [*self.root.rglob("*.part")]:
            yield f"unfinished files are left: {parts}"
        for name in (*self.stage.tables, "shop.counts"):
            folder = self.tables / name.replace(".", "/")
            if not folder.exists():
                continue
            added = {
                action["add"]["path"]
                for log in (folder / "_delta_log").glob("*.json")
                for action in map(json.loads, log.read_text(encoding="utf-8").splitlines())
                if "add" in action
            }
            files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
            if files - added:
                yield f"{name} has files that no commit has: {sorted(files - added)}"

    def log_violations(self, batches: Sequence[str] | None) -> Iterator[str]:
        """Yield what is wrong with the log: a batch that it has twice, not at all, or wrongly.

        Args:
            batches: Those that it has, where they are known; any without.
        """
        log = self.rows("log.shoplog")
        runs = [row for row in log if row["record_type"] == "run"]
        twice = [run for run, n in Counter(row["execution_id"] for row in runs).items() if n > 1]
        if twice:
            yield f"the log has {twice} twice"
        rows = Counter(
            (row["execution_id"], row["table_name"])
            for row in log
            if row["record_type"] == "checkpoint"
        )
        if doubled := [key for key, n in rows.items() if n > 1]:
            yield f"the log has the checkpoints {doubled} twice"
        published = [row for row in runs if json.loads(row["published_versions"] or "{}")]
        logged = [row["batch_id"] for row in published]
        if batches is not None and sorted(logged) != sorted(batches):
            yield f"the log has the published batches {sorted(logged)}, not {sorted(batches)}"
        stored = {
            (one["execution_id"], name): one["version"]
            for name in (*self.stage.tables, "shop.counts")
            for one in self.commits(name)
        }
        known = {
            (row["execution_id"], name): version
            for row in published
            for name, version in json.loads(row["published_versions"]).items()
        }
        if stored != known:
            yield f"tables have {stored}, the log {known}"
        wrong = [
            row["execution_id"]
            for row in runs
            if row["status"] != "Success"
            and not str(row["error_message"]).startswith("waited 0 s")
            and not (self.stage.on_failure == "continue" and STRICT in str(row["held_back"]))
        ]
        if wrong:
            yield f"the log has Failed runs: {wrong}"


def _about(given: Any) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
    return about


def _values(row: Mapping[str, Any]) -> Tuple:
    return tuple(
        (one - datetime(2026, 1, 1, tzinfo=one.tzinfo)).days if isinstance(one, datetime) else one
        for one in row.values()
    )
