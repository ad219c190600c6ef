"""Put right what dead runs of a stage left, under its lock."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.commits import open_published
from spectra_gx.warehouse.publishing.roll_forward import discard_pending, finish_pending
from spectra_gx.warehouse.quarantine_tables import Quarantine

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.warehouse.publishing.roll_forward import Completed
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

_BROKEN = "not_completed"
"""Key of the tables that a dead run's batch could not be published to."""

_REMEMBERED = timedelta(days=300)
"""Well within the year for which tables know their batches."""


def complete_dead_batches(
    warehouse: Warehouse, log: ActivityLog, contract: StageContract, *, by: str
) -> list[str]:
    """Publish or take back what dead runs had decided to, and record them; return their ids.

    Args:
        warehouse: Where the tables are.
        log: The stage's log.
        contract: The stage.
        by: Execution id of the run that does so.

    Raises:
        WarehouseError: A batch could not be published or recorded; nothing may be built on it.
    """
    finished = finish_pending(warehouse, contract.name, contract.table_names)
    for completed in finished:
        batch = completed.pending.batch
        rows = _completed_rows(completed, by)
        if rows:
            _record(log, rows)
        discard_pending(warehouse, completed.pending)
        logger.warning(
            "batch `%s` of the dead run `%s` was completed", batch.id, batch.execution_id
        )
        for message in completed.failed.values():
            logger.error("batch `%s` was not completed: %s", batch.id, message)
    return [completed.pending.batch.execution_id for completed in finished]


def refuse_broken_batches(
    log: ActivityLog, stage: str, advancing: Mapping[str, Collection[str]]
) -> None:
    """Refuse to advance tables by their watermarks beside one that a dead run's batch lacks.

    The table itself may go on: its own watermark is that of the batch before.

    Args:
        log: The stage's log.
        stage: The stage.
        advancing: Table that would advance → the tables that it needs, or that need it.

    Raises:
        WarehouseError: There is such a batch, and since then neither has it been taken back nor
            has one of the two tables been built from the beginning.
    """
    renewed: set[str] = set()
    taken_back: set[str] = set()
    for row in reversed(log.runs("run")) if advancing else ():
        broken = set(json.loads(row["metadata"] or "{}").get(_BROKEN, ())) - renewed
        stopped = [name for name, related in advancing.items() if broken & {*related} - {name}]
        stopped = [name for name in stopped if name not in renewed]
        if stopped and row["batch_id"] not in taken_back:
            raise _broken_batch(row, stage, sorted(broken), sorted(stopped))
        given = json.loads(row["parameters"] or "{}")
        if any(map(given.get, ("full", "rebuild", "rollback"))):
            renewed |= json.loads(row["published_versions"] or "{}").keys()
        if row["status"] == "Success" and given.get("rollback"):
            taken_back.add(given["rollback"])


def _broken_batch(
    row: Mapping[str, Any], stage: str, broken: Sequence[str], stopped: Sequence[str]
) -> WarehouseError:
    return WarehouseError(
        f"batch `{row['batch_id']}` of the dead run `{row['execution_id']}` could not be "
        f"published to `{'`, `'.join(broken)}`, which something else had changed, so that "
        f"`{'`, `'.join(stopped)}`, needed by it or in need of it, cannot go on from a watermark; "
        f"build them with `--full`, or take the batch back with "
        f"`spectra-gx rollback {stage} --batch {row['batch_id']}`",
        code="batch_not_completed",
    )


def _record(log: ActivityLog, rows: list[dict[str, Any]]) -> None:
    """Record a run under its own id, or under one made of it where it had recorded its failure."""
    run = rows[-1]
    execution_id = run["execution_id"]
    completed = f"{execution_id}_completed"
    known = {row["execution_id"]: row["published_versions"] for row in log.runs("run")}
    if known.get(execution_id) == run["published_versions"] or completed in known:
        return  # it died between its row and the end of its staging
    if execution_id in known:
        execution_id = completed
    log.append(execution_id, [{**row, "execution_id": execution_id} for row in rows])


def _completed_rows(completed: Completed, by: str) -> list[dict[str, Any]]:
    """Return the rows that the dead run would have recorded, with what became of its tables."""
    now = datetime.now(UTC)
    return [
        {**row, "recorded_at": now, **_completed_row(row, completed, by)}
        for row in completed.pending.log_rows
    ]


def _completed_row(row: Mapping[str, Any], completed: Completed, by: str) -> dict[str, Any]:
    """Return the columns that completing a batch changed in a row."""
    if row["record_type"] == "run":
        return _completed_run(row, completed, by)
    table = str(row.get("table_name"))
    if row["record_type"] == "checkpoint" and table in completed.published:
        return {"delta_version": completed.published[table]}
    if row["record_type"] == "checkpoint" and table in completed.failed:
        return {"delta_version": None, "table_state": "kept"}
    return {}


def _completed_run(row: Mapping[str, Any], completed: Completed, by: str) -> dict[str, Any]:
    versions = json.loads(row["table_versions"] or "{}") | dict(completed.published)
    beside = json.loads(row["metadata"] or "{}") | {"completed_by": by}
    if completed.failed and completed.pending.rollback is None:
        beside[_BROKEN] = sorted(completed.failed)
    marks = json.loads(row.get("watermarks") or "{}")
    marks = {name: mark for name, mark in marks.items() if name not in completed.failed}
    more: dict[str, Any] = {
        "table_versions": json.dumps(versions, sort_keys=True),
        "published_versions": json.dumps(dict(completed.published), sort_keys=True),
        "metadata": json.dumps(beside, sort_keys=True),
        "watermarks": json.dumps(marks, sort_keys=True) if marks else None,
    }
    if completed.failed:
        more |= {"status": "Failed", "error_message": "; ".join(completed.failed.values())}
    return more


def discard_unpublished(warehouse: Warehouse, contract: StageContract) -> None:
    """Remove quarantined rows of batches that their table has not, by batch id.

    Rows older than what a table remembers are left.
    """
    since = datetime.now(UTC) - _REMEMBERED
    quarantine = Quarantine(warehouse, contract.name)
    for table in contract.tables:
        if not table.quarantine:
            continue
        head = open_published(warehouse, table.name)
        for batch_id in quarantine.batches(table.name, since):
            batch = Batch(batch_id, "", contract.name)
            if head is None or not batch.is_published(head):
                try:
                    quarantine.remove_batch(table.name, batch_id)
                except WarehouseError as error:
                    logger.warning(
                        "rows of `%s` in quarantine of batch `%s`, which was not published, "
                        "were not removed: %s",
                        table.name,
                        batch_id,
                        error,
                    )
