"""Take a batch of a stage back, as a run of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches
from spectra_gx.runner.publishing.earlier_run import as_recorded
from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
from spectra_gx.runner.run_result import RunResult
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.pending import PendingRollback
from spectra_gx.warehouse.publishing.roll_forward import take_batch_back
from spectra_gx.warehouse.publishing.rollback import earlier_rollback, plan_rollback
from spectra_gx.warehouse.staging import Staging, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.warehouse.warehouse import Warehouse


def roll_back_batch(
    contract: StageContract,
    parameters: RunParameters,
    identity: RunIdentity,
    warehouse: Warehouse,
    log: ActivityLog,
    *,
    through: bool = False,
) -> RunResult:
    """Bring each table that a batch published back to the version before it, and record that.

    A batch that was taken back before is left as it is, and nothing is recorded.

    Args:
        contract: The stage.
        parameters: `rollback` is the batch; `wait` how long to wait for another run.
        identity: The rollback, as a run.
        warehouse: Where the tables are.
        log: The stage's log.
        through: Whether later batches are taken back, too.

    Raises:
        UsageError: No table has the batch, or later ones follow.
        WarehouseError: A table could not be brought back; what runs next goes on with the rest.
    """
    stage, batch_id = contract.name, parameters.rollback or ""
    tables = [table.name for table in contract.tables if table.location is None]
    own = Batch(identity.execution_id, identity.execution_id, stage)
    sweep(warehouse)
    with (
        warehouse.publishing(stage, by=identity.execution_id, wait=parameters.wait) as fenced,
        Staging(fenced, identity.execution_id) as staging,
    ):
        completed = complete_dead_batches(fenced, log, contract, by=identity.execution_id)
        result = RunResult(
            identity=identity,
            contract=contract,
            parameters=parameters,
            ended=datetime.now(UTC),
            completed_runs=completed,
            rolled_back=(batch_id,),
            recorded=True,
        )
        batch = Batch(batch_id, identity.execution_id, stage)
        if (row := _completed_rollback(log, batch_id, completed)) is not None:
            return as_recorded(result, row)
        done, run = earlier_rollback(fenced, tables, batch)
        if done:
            row = _row_of(log, run)
            result = replace(result, already_rolled_back=True)
            return result if row is None else as_recorded(result, row)
        plans = plan_rollback(fenced, tables, batch, through=through)
        result = replace(
            result,
            watermarks={plan.name: plan.watermark for plan in plans if plan.watermark},
            rolled_back=tuple(dict.fromkeys(one for plan in plans for one in plan.batches)),
        )

        def ended(versions: Mapping[str, int]) -> RunResult:
            now = RunSnapshot(fenced, contract, {}).recorded_versions(versions)
            return replace(result, ended=datetime.now(UTC), versions=now, published=versions)

        expected = ended({plan.name: 1 + plan.head.version() for plan in plans})
        published = take_batch_back(
            fenced,
            staging,
            own,
            PendingRollback(batch_id, tuple(plan.name for plan in plans), through),
            log_rows(expected, recorded_at=expected.ended),
        )
        result = ended(published)
        log.append(identity.execution_id, log_rows(result, recorded_at=result.ended))
        staging.settle()
    return result


def _completed_rollback(
    log: ActivityLog, batch_id: str, completed: Sequence[str]
) -> Mapping[str, Any] | None:
    """Return the row of the dead rollback of a batch that was just completed, if one was."""
    for row in log.runs("run") if completed else ():
        given = json.loads(row["parameters"] or "{}")
        done = row["execution_id"] in completed and row["status"] == "Success"
        if done and given.get("rollback") == batch_id:
            return row
    return None


def _row_of(log: ActivityLog, execution_id: str | None) -> Mapping[str, Any] | None:
    rows = log.runs("run") if execution_id is not None else ()
    return next((row for row in rows if row["execution_id"] == execution_id), None)
