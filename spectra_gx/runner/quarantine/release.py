"""Release rows from quarantine: check them again and append those that pass.

The contract of today counts. Rows that still break a critical rule stay in quarantine, as do those
that are no rows of the table (`kept_rows`). Rows of the published table are never touched, whatever
they break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches, discard_unpublished
from spectra_gx.runner.quarantine.kept_rows import KeptRows, TableHistory, find_kept_rows
from spectra_gx.runner.quarantine.leaving_rows import LeavingRows, no_rows
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import Contracts, take_snapshot, with_staged
from spectra_gx.warehouse.publishing.row_places import PLACE
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.warehouse.publishing.options import PublishOptions
    from spectra_gx.warehouse.warehouse import Warehouse

_ROUNDS = 5
_NUMBERED = "release.numbered"
"""The staged copy whose rows carry their places."""
_ALONE = "release.alone"
"""The staged copy of the rows in quarantine, with their places."""


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

    kept: tuple[KeptRows, ...] = ()
    """Those of the rows left that break no rule, but are no rows of the table."""

    notes: tuple[str, ...] = ()
    """What to know about the rows that were released."""

    @property
    def exit_code(self) -> int:
        """Return 0 if rows were released, 1 if all stay, 3 if they could not be checked."""
        return 0 if self.released else self.run.exit_code or 1

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        stage = self.run.stage
        return {
            "table": self.table,
            "run": self.execution_id,
            "released": self.released,
            "left": self.left,
            "published": dict(self.run.published),
            "kept": [one.to_dict() for one in self.kept],
            "notes": list(self.notes),
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
    options: PublishOptions,
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
        options: How the table is published.

    Raises:
        UsageError: No row of that run is in quarantine.
        SchemaMismatchError: The rows have columns that the table has no longer.
        WarehouseError: Nothing was released; after a crash the next release puts all in order.
    """
    with (
        warehouse.publishing(contract.name, by=identity.execution_id) as fenced,
        Staging(fenced, identity.execution_id) as staging,
    ):
        complete_dead_batches(fenced, log, contract, by=identity.execution_id)
        discard_unpublished(fenced, contract)
        quarantine = Quarantine(fenced, contract.name)
        if not fenced.exists(quarantine.name(table.name)):
            raise no_rows(table.name, run)
        quarantine.settle_releases(table.name)
        rows = LeavingRows(quarantine, fenced.open(table.name), table.name, run)
        history = TableHistory.read(table, options, rows.published, run)
        kept = _keep(history, rows, fenced, staging, identity.started)
        outcome = _check(contract, contracts, table, rows, fenced, staging, identity)
        passed = outcome.result.verdict is Status.PASSED
        versions = {}
        if passed and rows.leaving.any():
            versions = {table.name: rows.release(fenced, identity.execution_id)}
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
    left = len(rows.leaving) - released
    notes = history.notes(log) if versions else ()
    return Release(table.name, run, released, left, result, kept, notes)


def _keep(
    history: TableHistory,
    rows: LeavingRows,
    warehouse: Warehouse,
    staging: Staging,
    now: datetime,
) -> tuple[KeptRows, ...]:
    """Leave rows in quarantine that are no rows of the table; return which, and why."""
    staging.write_rows(_ALONE, {**rows.columns, PLACE: "long"}, rows.numbered_alone())
    found = [*find_kept_rows(history, staging.open(_ALONE), warehouse, now)]
    for _, places in found:
        rows.leaving[places] = False
    return tuple(kept for kept, _ in found)


def _check(
    contract: StageContract,
    contracts: Contracts,
    table: Table,
    rows: LeavingRows,
    warehouse: Warehouse,
    staging: Staging,
    identity: RunIdentity,
) -> StageOutcome:
    """Check the stage with the rows that leave: fewer each time, until they pass."""
    clock = RunClock(identity.started, identity.execution_id)
    with take_snapshot(warehouse, contract, contracts) as published:
        for left in reversed(range(_ROUNDS)):
            partition_by = rows.published.metadata().partition_columns
            staging.write_rows(table.name, rows.columns, rows.table(), partition_by)
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
    rows: LeavingRows,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
) -> list[int]:
    """Return which of the rows that leave break a critical rule, by their places.

    A table has no order that a write would keep, so each row carries its place, in a copy.
    """
    columns = {**rows.columns, PLACE: "long"}
    staging.write_rows(_NUMBERED, columns, rows.numbered())
    copy = staging.open(_NUMBERED)
    pinned = PinnedTable(table.name, copy, copy.version(), columns)
    numbered = replace(snapshot, tables={**snapshot.tables, table.name: pinned})
    apart = split_rows(table, result, numbered, clock)
    parts = apart.bad() if apart is not None else iter(())
    return [place for part in parts for place in part.column(PLACE).drop_null().to_pylist()]
