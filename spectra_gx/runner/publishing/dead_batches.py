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
    from collections.abc import Iterable, Mapping

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


def refuse_broken_batches(log: ActivityLog, watermarked: Iterable[str]) -> None:
    """Refuse to advance tables by their watermarks after a batch that has reached some of them.

    Raises:
        WarehouseError: There is such a batch, and nothing has built them from the beginning since.
    """
    tables = sorted(watermarked)
    for row in reversed(log.runs("run")) if tables else ():
        given = json.loads(row["parameters"] or "{}")
        if row["status"] == "Success" and any(map(given.get, ("full", "rebuild", "rollback"))):
            return
        broken = json.loads(row["metadata"] or "{}").get(_BROKEN)
        if broken:
            raise WarehouseError(
                f"batch `{row['batch_id']}` of the dead run `{row['execution_id']}` could not be "
                f"published to `{'`, `'.join(broken)}`, which something else had changed, so that "
                f"`{'`, `'.join(tables)}` cannot go on from a watermark; build them with `--full`, "
                f"or take the batch back with `spectra-gx rollback`",
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
    more: dict[str, Any] = {
        "table_versions": json.dumps(versions, sort_keys=True),
        "published_versions": json.dumps(dict(completed.published), sort_keys=True),
        "metadata": json.dumps(beside, sort_keys=True),
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
