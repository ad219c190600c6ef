"""A small stage whose batches are known beforehand, and what must be true of its warehouse.

One table has a row for each batch, one a row for each process. Read with deltalake alone, and with
plain Python.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from spectra_gx.warehouse.added_rows import files_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.batches:
    primary_key: [batch]
    columns:
      batch: {type: string, required: true}
  shop.latest:
    primary_key: [process]
    columns:
      process: {type: string, required: true}
      number: {type: long, required: true}
"""
BUILDERS = """\
import pyarrow as pa

from spectra_gx import table


@table("shop.batches", publish="append")
def batches(run):
    return pa.table({"batch": [run.batch_id]})


@table("shop.latest", publish="merge")
def latest(run):
    process, number = run.batch_id.split("-")
    return pa.table({"process": [process], "number": pa.array([int(number)], pa.int64())})
"""
TABLES = ("shop.batches", "shop.latest")
COMPLETED = "_completed"
"""Ends the id of a run that another one has completed after it had recorded its failure."""


@dataclass(frozen=True)
class StoredStage:
    """A warehouse of the stage, in a folder."""

    warehouse: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return a table's rows; none where there is no table."""
        if not self.actions(table):
            return []
        rows: list[dict[str, Any]] = DeltaTable(self._folder(table)).to_pyarrow_table().to_pylist()
        return rows

    def actions(self, table: str) -> list[list[dict[str, Any]]]:
        """Return the actions of each commit, the oldest first."""
        return [
            [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            for file in sorted((self._folder(table) / "_delta_log").glob("*.json"))
        ]

    def commits(self, table: str) -> list[dict[str, Any]]:
        """Return what each commit says about itself, the oldest first."""
        return [
            next(one["commitInfo"]["spectra_gx"] for one in actions if "commitInfo" in one)
            for actions in self.actions(table)
        ]

    @cached_property
    def log(self) -> list[dict[str, Any]]:
        """The rows of the activity log."""
        return self.rows("log.shoplog")

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The log's rows about runs."""
        return [row for row in self.log if row["record_type"] == "run"]

    @property
    def published(self) -> set[tuple[str, str, int]]:
        """Run, table and version of each commit."""
        return {
            (about["execution_id"], name, version)
            for name in TABLES
            for version, about in enumerate(self.commits(name))
        }

    @property
    def logged(self) -> set[tuple[str, str, int]]:
        """The same by the log."""
        return {
            (row["execution_id"].removesuffix(COMPLETED), name, version)
            for row in self.runs
            for name, version in json.loads(row["published_versions"] or "{}").items()
        }

    def contents(self, table: str) -> list[str]:
        """Return a hash of the files that each version consists of."""
        files: dict[str, tuple[str, int, int]] = {}
        table_id, found = "", []
        for actions in self.actions(table):
            for action in actions:
                if "metaData" in action:
                    table_id = action["metaData"]["id"]
                elif "add" in action:
                    add = action["add"]
                    files[add["path"]] = (add["path"], add["size"], add["modificationTime"])
                elif "remove" in action:
                    files.pop(action["remove"]["path"], None)
            found.append(files_hash(table_id, files.values()))
        return found

    def _folder(self, table: str) -> Path:
        return self.warehouse / "Tables" / table.replace(".", "/")


def violations(stage: StoredStage, batches: Collection[str]) -> Iterator[str]:
    """Yield what may never be there, whatever has failed, after runs of these batches."""
    for name in TABLES:
        ids = Counter(about["batch_id"] for about in stage.commits(name))
        if doubled := [one for one, n in ids.items() if n > 1 or one not in batches]:
            yield f"{name} has commits of {doubled} twice, or of nobody"
        tokens = [about.get("lock_token") or 0 for about in stage.commits(name)]
        if tokens != sorted(tokens):
            yield f"the tokens of {name} decrease: {tokens}"
    stored = Counter(row["batch"] for row in stage.rows("shop.batches"))
    if stored != Counter(about["batch_id"] for about in stage.commits("shop.batches")):
        yield f"shop.batches has the rows {dict(stored)}"
    if false := stage.logged - stage.published:
        yield f"the log has versions that were never published: {sorted(false)}"
    rows = Counter(
        (row["execution_id"], row["record_type"], row["table_name"]) for row in stage.log
    )
    if doubled_rows := [row for row, n in rows.items() if n > 1]:
        yield f"the log has twice {doubled_rows}"
    successes = Counter(row["batch_id"] for row in stage.runs if row["status"] == "Success")
    whole = set.intersection(
        *({about["batch_id"] for about in stage.commits(name)} for name in TABLES)
    )
    if wrong := [one for one, n in successes.items() if n > 1 or one not in whole]:
        yield f"the log has a Success of {wrong} twice, or of what is not published"
    yield from _unchecked(stage)


def _unchecked(stage: StoredStage) -> Iterator[str]:
    """Yield versions that do not consist of exactly what was checked: their parent was another."""
    contents = {name: stage.contents(name) for name in TABLES}
    for row in stage.log:
        content = json.loads(row["metadata"] or "{}").get("content")
        if row["table_state"] != "published" or content is None:
            continue  # what it consists of was not recorded
        name, version = row["table_name"], row["delta_version"]
        if content != contents[name][version]:
            yield f"version {version} of {name} is not what {row['execution_id']} has checked"


def unsettled(stage: StoredStage, batches: Sequence[str]) -> Iterator[str]:
    """Yield what is missing once each of these batches is published."""
    for name in TABLES:
        ids = Counter(about["batch_id"] for about in stage.commits(name))
        if ids != Counter(batches):
            yield f"commits of {name} lack {Counter(batches) - ids}, and have {ids}"
    newest: dict[str, int] = {}
    for batch in batches:
        process, number = batch.split("-")
        newest[process] = max(int(number), newest.get(process, 0))
    latest = {row["process"]: row["number"] for row in stage.rows("shop.latest")}
    if latest != newest:
        yield f"shop.latest has {latest}, not {newest}"
    if stage.published != stage.logged:
        yield f"the log lacks {sorted(stage.published - stage.logged)}"
    successes = {row["batch_id"] for row in stage.runs if row["status"] == "Success"}
    if missing := set(batches) - successes:
        yield f"the log has no Success of {sorted(missing)}"


def leftovers(stage: StoredStage) -> Iterator[str]:
    """Yield what dead runs have left that the last one should have cleared away."""
    if left := sorted(stage.warehouse.glob("Files/_staging/*")):
        yield f"staging has {[path.name for path in left]}"
    for name in TABLES:
        folder = stage.warehouse / "Tables" / name.replace(".", "/")
        added = {
            one["add"]["path"] for actions in stage.actions(name) for one in actions if "add" in one
        }
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
        checkpoints = {path for path in files if path.startswith("_delta_log/")}
        if unknown := sorted(files - added - checkpoints):
            yield f"{name} has files that no commit has: {unknown}"
