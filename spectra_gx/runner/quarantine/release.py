"""Release rows from quarantine: check them again and append those that pass.

The contract of today counts. Rows that still break a critical rule stay in quarantine, and rows of
the published table are never touched, whatever they break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.model import QUARANTINE_COLUMNS, StageContract, Table
from spectra_gx.display import DisplayedResult
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import SchemaMismatchError, UsageError
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import Contracts, take_snapshot, with_staged
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta import reads, schemas, writes
from spectra_gx.warehouse.quarantine_tables import RELEASING, Quarantine
from spectra_gx.warehouse.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deltalake import DeltaTable

    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.validation.metrics.failing_rows import RowMask
    from spectra_gx.warehouse.warehouse import Warehouse

_ROUNDS = 5
_NUMBERED = "release.numbered"
"""The staged copy whose rows carry their places."""
_PLACE = "#place"


@dataclass(frozen=True, repr=False)
class Release(DisplayedResult):
    """How a release ended."""

    table: str
    execution_id: str
    """The run whose rows were to be released."""

    released: int
    left: int
    """Rows that stay in quarantine."""

    run: RunResult
    """The check of the table with the rows that pass; recorded only if some were released."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        stage = self.run.stage
        return {
            "table": self.table,
            "run": self.execution_id,
            "released": self.released,
            "left": self.left,
            "published": dict(self.run.published),
            **(stage.to_dict() if stage else {}),
        }

    def _headline(self) -> str:
        return f"{self.table}: {self.released:,} rows released, {self.left:,} still in quarantine"


def release(
    contract: StageContract,
    contracts: Contracts,
    table: Table,
    run: str,
    warehouse: Warehouse,
    log: ActivityLog,
    identity: RunIdentity,
) -> Release:
    """Publish the rows that a run quarantined and that break no critical rule now.

    Args:
        contract: The stage.
        contracts: The project's contracts.
        table: The table they belong to.
        run: The run that quarantined them.
        warehouse: Where tables are.
        log: Where the release is recorded.
        identity: The release itself, as a run.

    Raises:
        UsageError: No row of that run is in quarantine.
        SchemaMismatchError: The rows have columns that the table has no longer.
        WarehouseError: Nothing was released; after a crash the next release puts all in order.
    """
    with (
        warehouse.lock(f"publish-{contract.name}", by=identity.execution_id),
        Staging(warehouse, identity.execution_id) as staging,
    ):
        complete_dead_batches(warehouse, log, contract, by=identity.execution_id)
        quarantine = Quarantine(warehouse, contract.name)
        if not warehouse.exists(quarantine.name(table.name)):
            raise _no_rows(table.name, run)
        quarantine.settle_releases(table.name)
        rows = _Candidates(quarantine, warehouse.open(table.name), table.name, run)
        outcome = _check(contract, contracts, table, rows, warehouse, staging, identity)
        passed = outcome.result.verdict is Status.PASSED
        versions = {}
        if passed and rows.leaving.any():
            versions = {table.name: rows.release(warehouse, identity.execution_id)}
    result = RunResult(
        identity=identity,
        contract=contract,
        parameters=RunParameters(release=run),
        ended=datetime.now(UTC),
        stage=outcome.published([table.name], versions).result,
        versions={**outcome.result.inputs, **versions},
        published=versions,
    )
    if versions:
        log.append(identity.execution_id, log_rows(result, recorded_at=result.ended))
    released = int(rows.leaving.sum()) if versions else 0
    return Release(table.name, run, released, len(rows.leaving) - released, result)


def _no_rows(table: str, run: str) -> UsageError:
    return UsageError(
        f"no rows of `{table}` that run `{run}` quarantined are left; "
        "`spectra-gx quarantine list` names those that are"
    )


class _Candidates:
    """The rows of one run in quarantine, and which of them are to be released."""

    def __init__(self, quarantine: Quarantine, published: DeltaTable, table: str, run: str) -> None:
        self.published = published
        self.columns = schemas.columns_of(published)
        self._quarantine = quarantine
        self._table = table
        self._run = run
        self._quarantined = quarantine.open(table)
        self._quarantined_types = schemas.columns_of(self._quarantined)
        count = sum(pc.sum(chosen).as_py() or 0 for _, chosen in self._of_run())
        if count == 0:
            raise _no_rows(table, run)
        self.leaving: RowMask = np.ones(count, dtype=np.bool_)
        self._refuse_lost_columns()

    def table(self) -> Iterator[pa.Table]:
        """Yield the table as it would be: its published rows, and those that leave quarantine."""
        return chain(self._published_rows(), self._leaving_rows())

    def numbered(self) -> Iterator[pa.Table]:
        """Yield the same, each row that leaves with its place among those of the run."""
        places = np.flatnonzero(self.leaving)
        for part in self._published_rows():
            yield part.append_column(_PLACE, pa.nulls(part.num_rows, pa.int64()))
        for part in self._leaving_rows():
            here, places = places[: part.num_rows], places[part.num_rows :]
            yield part.append_column(_PLACE, pa.array(here, pa.int64()))

    def release(self, warehouse: Warehouse, release: str) -> int:
        """Move the rows that leave into the table; return its new version.

        They are marked first and removed last, so that after a crash it is known where they are.
        """
        way = f"{self._run}{RELEASING}{release}"
        self._quarantine.mark_releasing(self._table, self._quarantined, self._chosen(), way)
        version = writes.write_stream(
            self.published,
            warehouse.table_uri(self._table),
            self._table,
            self.columns,
            self._on_their_way(way),
            execution_id=release,
            append=True,
            transaction=(release, 1),
        )
        self._quarantine.remove_run(self._table, way)
        return version

    def _published_rows(self) -> Iterator[pa.Table]:
        return reads.stream(self.published, "SELECT * FROM t")

    def _of_run(self) -> Iterator[tuple[pa.Table, pa.ChunkedArray]]:
        for part in reads.stream(self._quarantined, "SELECT * FROM t"):
            yield part, pc.equal(part.column("execution_id"), self._run)

    def _chosen(self) -> Iterator[pa.Array]:
        """Yield which rows of each part leave."""
        start = 0
        for _, chosen in self._of_run():
            leaves = np.array(chosen.to_pylist(), dtype=np.bool_)
            count = int(leaves.sum())
            leaves[leaves] = self.leaving[start : start + count]
            start += count
            yield pa.array(leaves)

    def _leaving_rows(self) -> Iterator[pa.Table]:
        for (part, _), leaves in zip(self._of_run(), self._chosen(), strict=True):
            yield self._shaped(part.filter(leaves))

    def _on_their_way(self, way: str) -> Iterator[pa.Table]:
        for part in reads.stream(self._quarantine.open(self._table), "SELECT * FROM t"):
            yield self._shaped(part.filter(pc.equal(part.column("execution_id"), way)))

    def _shaped(self, rows: pa.Table) -> pa.Table:
        """Return rows with the table's columns; those that came later are null."""
        types = arrow_schema(self.columns)
        columns = [
            rows.column(field.name).cast(field.type)
            if self._quarantined_types.get(field.name) == self.columns[field.name]
            else pa.nulls(rows.num_rows, field.type)
            for field in types
        ]
        return pa.table(columns, schema=types)

    def _refuse_lost_columns(self) -> None:
        """Refuse to release rows that would lose a value or change its type.

        Raises:
            SchemaMismatchError: Names the first column.
        """
        for name, type_text in self._quarantined_types.items():
            if name in QUARANTINE_COLUMNS or self.columns.get(name) == type_text:
                continue
            if self._has_values(name):
                now = f"`{self.columns[name]}` now" if name in self.columns else "not there now"
                raise SchemaMismatchError(
                    f"column `{name}` of the rows in quarantine is `{type_text}`, and {now} in "
                    f"`{self._table}`; release them under a contract that has it"
                )

    def _has_values(self, column: str) -> bool:
        """Return whether one of the rows has a value in a column."""
        return any(
            part.filter(chosen).column(column).is_valid().to_numpy().any()
            for part, chosen in self._of_run()
        )


def _check(
    contract: StageContract,
    contracts: Contracts,
    table: Table,
    rows: _Candidates,
    warehouse: Warehouse,
    staging: Staging,
    identity: RunIdentity,
) -> StageOutcome:
    """Check the stage with the rows that leave: fewer each time, until they pass."""
    clock = RunClock(identity.started, identity.execution_id)
    published = take_snapshot(warehouse, contract, contracts)
    for left in reversed(range(_ROUNDS)):
        staging.write_rows(table.name, rows.columns, rows.table())
        snapshot = with_staged(published, contract, staging)
        outcome = validate_stage(
            ValidationJob(contract, contracts, warehouse, snapshot, clock, contract.tables)
        )
        if outcome.result.verdict is not Status.FAILED or not left:
            break
        [result] = [one for one in outcome.result.tables if one.table == table.name]
        bad = _bad_places(table, result, rows, snapshot, staging, clock)
        rows.leaving[bad] = False
        if not bad or not rows.leaving.any():
            break
    return outcome


def _bad_places(
    table: Table,
    result: TableResult,
    rows: _Candidates,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
) -> list[int]:
    """Return which of the rows that leave break a critical rule, by their places.

    A table has no order that a write would keep, so each row carries its place, in a copy.
    """
    columns = {**rows.columns, _PLACE: "long"}
    staging.write_rows(_NUMBERED, columns, rows.numbered())
    copy = staging.open(_NUMBERED)
    pinned = PinnedTable(table.name, copy, copy.version(), columns)
    numbered = replace(snapshot, tables={**snapshot.tables, table.name: pinned})
    apart = split_rows(table, result, numbered, clock)
    parts = apart.bad() if apart is not None else iter(())
    return [place for part in parts for place in part.column(_PLACE).drop_null().to_pylist()]
