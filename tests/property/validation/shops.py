"""A table that things happen to, and the log of what was found of it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import DeltaTable, Field, write_deltalake
from deltalake.schema import PrimitiveType

from spectra_gx.runner.checks.incremental import check_incrementally
from spectra_gx.runner.log_records import log_rows
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import job_of
from tests.fakes.runs import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import StageResult

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SCHEMA = pa.schema({"id": pa.int64(), "a": pa.int64(), "s": pa.string(), "p": pa.string()})


class Shop:
    """One table of orders."""

    def __init__(self, root: Path, *, partitioned: bool = False) -> None:
        self.root = root
        self.folder = Path(Warehouse(root).table_uri("shop.orders"))
        self.folder.mkdir(parents=True)
        self.partitions = ["p"] if partitioned else None
        self.logged: list[dict[str, Any]] = []

    @property
    def table(self) -> DeltaTable:
        return DeltaTable(str(self.folder))

    # -- what is found ----------------------------------------------------------------------------

    def validate(self, contract: StageContract) -> StageResult:
        """Validate everything."""
        return validate_stage(job_of(contract, self.root)).result

    def changed(self, contract: StageContract) -> StageResult:
        """Validate what changed."""
        return check_incrementally(job_of(contract, self.root), self.logged)

    def record(self, contract: StageContract, result: StageResult) -> None:
        """Put a result into the log."""
        ended = replace(run(result), contract=contract)
        self.logged += [{"metadata": None, **row} for row in log_rows(ended, recorded_at=NOW)]

    # -- what happens -----------------------------------------------------------------------------

    def happens(self, what: str, how: Any) -> None:
        """Let something happen; what Delta refuses, such as to restore what is gone, does not."""
        with suppress(Exception):
            getattr(self, what)(how)

    def append(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._write(rows, mode="append", schema_mode="merge")

    def overwrite(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._write(rows, mode="overwrite", schema_mode="overwrite")

    def delete(self, how: int) -> None:
        self.table.delete(f"id = {how}")

    def update(self, how: int) -> None:
        self.table.update({"a": "a - 3"}, predicate=f"id > {how}")

    def merge(self, how: int) -> None:
        rows = pa.table({"id": pa.array([how, how + 20]), "a": pa.array([how - 1, how - 1])})
        merger = self.table.merge(rows, "o.id = n.id", "n", "o")
        merger = merger.when_matched_update({"a": "n.a"})
        merger.when_not_matched_insert({"id": "n.id", "a": "n.a"}).execute()

    def compact(self, _: int) -> None:
        self.table.optimize.compact()

    def sort(self, _: int) -> None:
        self.table.optimize.z_order(["id"])

    def restore(self, how: int) -> None:
        self.table.restore(max(0, self.table.version() - 1 - how % 3))

    def vacuum(self, _: int) -> None:
        self.table.vacuum(0, dry_run=False, enforce_retention_duration=False)

    def set_property(self, how: int) -> None:
        properties = {"delta.logRetentionDuration": f"interval {how + 1} days"}
        self.table.alter.set_table_properties(properties)

    def add_column(self, how: int) -> None:
        if f"extra{how}" not in [field.name for field in self.table.schema().fields]:
            self.table.alter.add_columns([Field(f"extra{how}", PrimitiveType("long"))])

    def forget(self, _: int) -> None:
        """Lose the log before the newest version, as it expires."""
        self.table.create_checkpoint()
        for commit in sorted(self.folder.glob("_delta_log/*.json"))[:-1]:
            commit.unlink()

    def recreate(self, how: int) -> None:
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.append([(how, how, "ab", "x")])

    def forge(self, how: int) -> None:
        """Take the last commit away by hand, and let another have its number."""
        commits = sorted(self.folder.glob("_delta_log/*.json"))
        if len(commits) > 1 and not [*self.folder.glob("_delta_log/*checkpoint*")]:
            commits[-1].unlink()
            self.append([(how, -1, "zz", "w")])

    def _write(self, rows: Sequence[tuple[Any, ...]], **how: Any) -> None:
        columns = zip(*rows, strict=True) if rows else [[]] * len(SCHEMA)
        arrays = [
            pa.array([*column], field.type) for column, field in zip(columns, SCHEMA, strict=True)
        ]
        data = pa.table(arrays, schema=SCHEMA)
        write_deltalake(str(self.folder), data, partition_by=self.partitions, **how)
