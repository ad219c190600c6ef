"""Take a batch of a stage back, as a run of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches
from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
from spectra_gx.runner.run_result import RunResult
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.rollback import plan_rollback, roll_back
from spectra_gx.warehouse.quarantine_tables import Quarantine

if TYPE_CHECKING:
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

    Args:
        contract: The stage.
        parameters: `rollback` is the batch; `wait` how long to wait for another run.
        identity: The rollback, as a run.
        warehouse: Where the tables are.
        log: The stage's log.
        through: Whether later batches are taken back, too.

    Raises:
        UsageError: No table has the batch, or later ones follow.
        WarehouseError: A table could not be brought back; called again, it goes on with the rest.
    """
    stage, batch_id = contract.name, parameters.rollback or ""
    tables = [table.name for table in contract.tables if table.location is None]
    own = Batch(identity.execution_id, identity.execution_id, stage)
    with warehouse.lock(f"publish-{stage}", by=identity.execution_id, wait=parameters.wait):
        completed = complete_dead_batches(warehouse, log, contract, by=identity.execution_id)
        plans = plan_rollback(
            warehouse, tables, Batch(batch_id, identity.execution_id, stage), through=through
        )
        quarantine = Quarantine(warehouse, stage)
        published = {}
        for plan in plans:
            published[plan.name] = roll_back(warehouse, plan, own)
            for taken_back in plan.batches:
                quarantine.remove_batch(plan.name, taken_back)
        ids = dict.fromkeys(one for plan in plans for one in plan.batches)
        result = RunResult(
            identity=identity,
            contract=contract,
            parameters=parameters,
            ended=datetime.now(UTC),
            versions=RunSnapshot(warehouse, contract, {}).recorded_versions(published),
            published=published,
            watermarks={plan.name: plan.watermark for plan in plans if plan.watermark},
            rolled_back=tuple(ids),
            completed_runs=completed,
            recorded=True,
        )
        log.append(identity.execution_id, log_rows(result, recorded_at=result.ended))
    return result
