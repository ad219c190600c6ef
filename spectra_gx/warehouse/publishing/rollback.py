"""Take a published batch back: each of its tables gets the rows of the version before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.warehouse.delta.commits import commit_infos, erasure_after, keeps_rows, read_commit
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.delta.live_files import live_files
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.delta.writes import commit_files
from spectra_gx.warehouse.publishing.batches import Batch, batch_commits
from spectra_gx.warehouse.publishing.candidate import has_plain_files
from spectra_gx.warehouse.publishing.commits import open_published
from spectra_gx.warehouse.quarantine_tables import Quarantine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.publishing.batches import BatchCommit
    from spectra_gx.warehouse.publishing.pending import PendingRollback
    from spectra_gx.warehouse.publishing.watermarks import Watermark
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class TableRollback:
    """How a table is brought back."""

    name: str
    head: DeltaTable
    before: DeltaTable | None
    """A handle on the version before the batch; None where the batch made the table."""

    batches: tuple[str, ...]
    """The batches that are taken back, the newest first."""

    watermark: Watermark | None


def plan_rollback(
    warehouse: Warehouse, tables: Sequence[str], batch: Batch, *, through: bool = False
) -> list[TableRollback]:
    """Return how each table that has a batch is brought back; nothing is changed yet.

    Args:
        warehouse: Where the tables are.
        tables: The stage's tables.
        batch: The batch to take back.
        through: Whether later batches are taken back, too.

    Raises:
        UsageError: No table has it, or later batches follow.
        WarehouseError: Something else has changed a table since, or the version before is gone.
    """
    plans = []
    for name in tables:
        head = open_published(warehouse, name)
        if head is not None and batch.is_published(head):
            plans.append(_plan(warehouse, name, head, batch, through=through))
    if not plans:
        raise UsageError(
            f"no table of stage `{batch.stage}` has batch `{batch.id}`; "
            f"`spectra-gx log {batch.stage} --json` names the batches of its runs"
        )
    return plans


def earlier_rollback(
    warehouse: Warehouse, tables: Sequence[str], batch: Batch
) -> tuple[bool, str | None]:
    """Return whether every table that had a batch was brought back, and the run that did so last.

    The run is None where its commits have expired.
    """
    heads = [open_published(warehouse, name) for name in tables]
    known = [head for head in heads if head is not None]
    back = [head for head in known if batch.is_taken_back(head)]
    if not back or any(map(batch.is_published, known)):
        return False, None
    commits = (one for head in back for one in batch_commits(head) if batch.id in one.rolled_back)
    return True, next((one.execution_id for one in commits), None)


def _plan(
    warehouse: Warehouse, name: str, head: DeltaTable, batch: Batch, *, through: bool
) -> TableRollback:
    commits = batch_commits(head)
    own = next((c for c in commits if c.batch_id == batch.id and not c.rolled_back), None)
    if own is None:
        why = erasure_after(warehouse.place(name), -1) or "it has expired"
        raise WarehouseError(
            f"the commit of batch `{batch.id}` of table `{name}` is gone: {why}; "
            "build the table from the beginning with `--full`"
        )
    later = _later_batches(head, commits, own, batch)
    if later and not through:
        raise UsageError(
            f"table `{name}` has later batches than `{batch.id}`: "
            f"{', '.join(f'`{one}`' for one in later)}; take them back as well with `--through`"
        )
    _refuse_foreign(head, name, commits, own)
    before = _version_before(warehouse, name, own.version)
    earlier = (c for c in commits if c.version < own.version and (c.watermark or c.rolled_back))
    watermark = next((c.watermark for c in earlier), None)
    return TableRollback(name, head, before, (*later, batch.id), watermark)


def _later_batches(
    head: DeltaTable, commits: Sequence[BatchCommit], own: BatchCommit, batch: Batch
) -> list[str]:
    """Return the batches published after one and not taken back, the newest first."""
    ids = dict.fromkeys(
        c.batch_id for c in commits if c.version > own.version and not c.rolled_back
    )
    return [
        batch_id
        for batch_id in ids
        if batch_id != batch.id
        and Batch(batch_id, batch.execution_id, batch.stage).is_published(head)
    ]


def _refuse_foreign(
    head: DeltaTable, name: str, commits: Sequence[BatchCommit], own: BatchCommit
) -> None:
    """Refuse a table that something else has changed since.

    Raises:
        WarehouseError: Something has.
    """
    ours = {commit.version for commit in commits}
    for version in range(own.version + 1, head.version() + 1):
        actions = read_commit(head, version)
        if version not in ours and not keeps_rows(actions):
            raise WarehouseError(
                f"version {version} of table `{name}`, after batch `{own.batch_id}`, was written "
                "by something else, whose rows would be lost; correct the rows in a new batch"
            )


def _version_before(warehouse: Warehouse, name: str, version: int) -> DeltaTable | None:
    if version == 0:
        return None
    try:
        before = verify_files(warehouse.open(name, version - 1), name)
    except WarehouseError as error:
        raise WarehouseError(
            f"table `{name}` cannot be brought back to version {version - 1}: {error.message}"
        ) from None
    if not has_plain_files(before):
        raise WarehouseError(
            f"table `{name}` uses features of Delta with which a batch cannot be taken back; "
            "restore the version with the engine that wrote it"
        )
    return before


def roll_back_table(warehouse: Warehouse, name: str, wanted: PendingRollback, own: Batch) -> int:
    """Bring a table back unless the same run has, and its quarantine; return its new version.

    Args:
        warehouse: Where the table is.
        name: The table.
        wanted: What is taken back.
        own: The rollback itself, as a run.

    Raises:
        UsageError: The table does not have the batch, or later ones follow.
        WarehouseError: Something else has changed the table since, or it could not be written.
    """
    commits = batch_commits(warehouse.open(name))
    done = next((one for one in commits if one.execution_id == own.execution_id), None)
    if done is None:
        batch = Batch(wanted.batch_id, own.execution_id, own.stage)
        [plan] = plan_rollback(warehouse, [name], batch, through=wanted.through)
        version, batches = roll_back(warehouse, plan, own), plan.batches
    else:
        version, batches = done.version, done.rolled_back
    quarantine = Quarantine(warehouse, own.stage)
    for batch_id in batches:
        quarantine.remove_batch(name, batch_id)
    return version


def roll_back(warehouse: Warehouse, plan: TableRollback, batch: Batch) -> int:
    """Bring a table back in one commit; return its new version.

    Args:
        warehouse: Where the table is.
        plan: What is done.
        batch: The rollback itself, as a run.

    Raises:
        WarehouseError: Nothing was changed, or something else wrote at the same moment.
    """
    try:
        return _commit(warehouse, plan, batch)
    except WarehouseError:
        warehouse.fence.check()
        version = _version_after(warehouse.open(plan.name), batch)
        if version is None:
            raise
        return version


def _commit(warehouse: Warehouse, plan: TableRollback, batch: Batch) -> int:
    head, before, token = plan.head, plan.before, warehouse.fence.token
    properties = batch.commit(head, plan.watermark, rolled_back=plan.batches, token=token)
    live = {file.path: file for file in live_files(head)}
    wanted = {file.path: file for file in live_files(before)} if before is not None else {}
    version = 1 + int(head.version())
    columns = None
    if before is not None and list(columns_of(before).items()) != list(columns_of(head).items()):
        columns = columns_of(before)
        actions = [file.add_action() for file in wanted.values()]
    else:
        actions = [file.add_action() for path, file in wanted.items() if path not in live]
        actions += [file.remove_action() for path, file in live.items() if path not in wanted]
    what = f"table `{plan.name}` cannot be brought back"
    warehouse.fence.check()
    commit_files(head, actions, properties, what, columns=columns)
    return version


def _version_after(table: DeltaTable, batch: Batch) -> int | None:
    """Return the version that a commit made although it reported an error."""
    infos = commit_infos(table)
    return next((at for at, info in infos if info.get("execution_id") == batch.execution_id), None)
