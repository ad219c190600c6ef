"""Publish a batch or take one back, table by table, and finish what dead runs left."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import HeadMovedError, UsageError, WarehouseError
from spectra_gx.store.answers import UNDECIDED
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.publishing.commits import (
    TablePublication,
    discard_files,
    discard_leftovers,
    open_published,
    publish_table,
    published_version,
)
from spectra_gx.warehouse.publishing.pending import Pending, find_pending, pending_table
from spectra_gx.warehouse.publishing.rollback import roll_back_table
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import open_quarantined

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spectra_gx.warehouse.publishing.batches import Batch
    from spectra_gx.warehouse.publishing.pending import PendingRollback, PendingTable
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Completed:
    """A batch of a dead run that has been published, or taken back, as far as it can be."""

    pending: Pending
    published: Mapping[str, int | None]
    """Table → the version that has the batch; None where that has expired."""

    failed: Mapping[str, str] = field(default_factory=dict)
    """Table → why it was not published."""


def publish_batch(
    warehouse: Warehouse,
    staging: Staging,
    batch: Batch,
    publications: Sequence[TablePublication],
    log_rows: Sequence[Mapping[str, Any]] = (),
) -> dict[str, int]:
    """Publish a run's tables in the order given, under the stage's lock; return their versions.

    Quarantined rows are stored just before the others of their table are published. What is left
    after a crash is found in `publish.json`; call `staging.settle` once the run is recorded.

    Raises:
        HeadMovedError: A table was changed after it was checked.
        WarehouseError: A write failed. `context["published"]` has the versions already published;
            if there are any, or it is not known, the next run of the stage publishes the others.
    """
    pending = Pending(
        batch,
        tuple(
            pending_table(one, batch, quarantined=one.name in staging.quarantined)
            for one in publications
        ),
        tuple(log_rows),
        folder=staging.folder,
    )
    staging.decide(pending.to_json())
    published: dict[str, int] = {}
    for table, publication in zip(pending.tables, publications, strict=True):
        try:
            version = _publish(warehouse, pending, table, publication)
        except WarehouseError as error:
            error.context["published"] = published
            if not published and error.code not in UNDECIDED:
                with suppress(WarehouseError):  # else the next run of the stage finishes it
                    _abandon(warehouse, staging, batch, table.name)
            raise
        if version is not None:
            published[table.name] = version
    return published


def _abandon(warehouse: Warehouse, staging: Staging, batch: Batch, name: str) -> None:
    """Give a batch up of which no table has been published, the first one least of all."""
    head = open_published(warehouse, name)
    if head is None or not batch.is_published(head):
        Quarantine(warehouse, batch.stage).remove_run(name, batch.execution_id)
        staging.settle()


def take_batch_back(
    warehouse: Warehouse,
    staging: Staging,
    own: Batch,
    wanted: PendingRollback,
    log_rows: Sequence[Mapping[str, Any]],
) -> dict[str, int]:
    """Bring tables back in the order given, under the stage's lock; return their versions.

    What is left after a crash is found in `publish.json`; call `staging.settle` once the run is
    recorded.

    Args:
        warehouse: Where the tables are.
        staging: The rollback's.
        own: The rollback itself, as a run.
        wanted: What is taken back.
        log_rows: What it records.

    Raises:
        WarehouseError: A write failed. If some tables have been brought back, the next run of the
            stage does so with the others.
    """
    staging.decide(Pending(own, (), tuple(log_rows), wanted, staging.folder).to_json())
    versions: dict[str, int] = {}
    for name in wanted.tables:
        try:
            versions[name] = roll_back_table(warehouse, name, wanted, own)
        except WarehouseError as error:
            if not versions and error.code not in UNDECIDED:
                staging.settle()
            raise
    return versions


def finish_pending(warehouse: Warehouse, stage: str, tables: Collection[str]) -> list[Completed]:
    """Publish or take back what dead runs of a stage have left, under its lock.

    Their staging stays.

    Arguments as for `find_pending`.

    Raises:
        WarehouseError: A write failed, for another reason than a table that has been changed.
    """
    return [_finish(warehouse, pending) for pending in find_pending(warehouse, stage, tables)]


def discard_pending(warehouse: Warehouse, pending: Pending) -> None:
    """Delete the staging of a dead run whose batch is published and recorded."""
    warehouse.store.delete_folder(pending.folder)


def _finish(warehouse: Warehouse, pending: Pending) -> Completed:
    if pending.rollback is not None:
        return _finish_rollback(warehouse, pending, pending.rollback)
    published: dict[str, int | None] = {}
    failed: dict[str, str] = {}
    for table in pending.tables:
        try:
            version = published[table.name] = _finish_table(warehouse, pending, table)
        except HeadMovedError as error:
            failed[table.name] = error.message
            discard_leftovers(warehouse, table.name, pending.batch, None)
            continue
        if version is not None:
            discard_leftovers(warehouse, table.name, pending.batch, version)
    return Completed(pending, published, failed)


def _finish_table(warehouse: Warehouse, pending: Pending, table: PendingTable) -> int | None:
    head = open_published(warehouse, table.name)
    if head is not None and pending.batch.is_published(head):
        return published_version(head, pending.batch)
    return _publish(warehouse, pending, table, pending.publication(warehouse, table))


def _finish_rollback(warehouse: Warehouse, pending: Pending, wanted: PendingRollback) -> Completed:
    versions: dict[str, int | None] = {}
    failed: dict[str, str] = {}
    for name in wanted.tables:
        try:
            versions[name] = roll_back_table(warehouse, name, wanted, pending.batch)
        except (UsageError, WarehouseError) as error:
            if error.retryable:
                raise
            failed[name] = error.message
    return Completed(pending, versions, failed)


def _publish(
    warehouse: Warehouse, pending: Pending, table: PendingTable, publication: TablePublication
) -> int | None:
    """Quarantine the bad rows of a table, then publish the others."""
    batch, quarantine = pending.batch, Quarantine(warehouse, pending.batch.stage)
    if table.quarantined:
        rows = open_quarantined(warehouse, pending.folder, table.name)
        quarantine.append(table.name, rows, batch.execution_id)
    try:
        folder = TablePlace(warehouse.store, f"{pending.folder}/_again")
        return publish_table(warehouse, publication, batch, folder)
    except HeadMovedError:
        quarantine.remove_run(table.name, batch.execution_id)
        discard_files(warehouse, table.name, table.files)
        raise
