"""Find the rules of a batch that need its own rows alone, since the published ones are proven."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.runner.checks.incremental import AddedRows
from spectra_gx.runner.checks.proven_rules import read_checkpoints, read_proven_rules
from spectra_gx.validation.snapshot.pinning import pin_again
from spectra_gx.warehouse.added_rows import content_hash
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.publishing.commits import Base, open_published
from spectra_gx.warehouse.publishing.published_content import published_content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.contract.model import Table
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.warehouse.publishing.batches import Batch
    from spectra_gx.warehouse.publishing.candidate import Candidate
    from spectra_gx.warehouse.warehouse import Warehouse


def find_added_rows(
    tables: Sequence[Table],
    snapshot: Snapshot,
    candidates: Mapping[str, Candidate],
    log: ActivityLog,
) -> list[AddedRows]:
    """Return the batches, each with the rules that need no other rows than its own.

    Args:
        tables: What is checked.
        snapshot: What is pinned of it.
        candidates: Table → the table as it will be.
        log: The stage's log.
    """
    if not any(one.before is not None for one in candidates.values()):
        return []
    logged = read_checkpoints(log)
    found = (
        _find(table, snapshot.tables.get(table.name), candidates.get(table.name), logged)
        for table in tables
    )
    return [part for part in found if part is not None]


def published_contents(
    warehouse: Warehouse,
    batch: Batch,
    candidates: Mapping[str, tuple[Candidate, str | None, DeltaTable]],
    checked: Mapping[str, str],
) -> dict[str, str]:
    """Return the `content_hash` of each version that publishing makes, if that is what was checked.

    Args:
        warehouse: Where the tables are.
        batch: As which batch they are published.
        candidates: Table → the table as it will be, Delta's id of the published one if there was
            one, and a handle on the same rows as they were to be checked.
        checked: Table → hash of the files that were checked.
    """
    found = {}
    for name, (candidate, table_id, handle) in candidates.items():
        with suppress(Exception):  # then the next run reads all rows
            if content_hash(handle) == checked.get(name):
                known = table_id or Base.of(open_published(warehouse, name)).id
                found[name] = published_content(candidate, batch, known) if known else None
    return {name: content for name, content in found.items() if content is not None}


def _find(
    table: Table,
    pinned: PinnedTable | None,
    candidate: Candidate | None,
    logged: Sequence[Mapping[str, Any]],
) -> AddedRows | None:
    """Return the batch of a table; None where all rules are checked on all rows."""
    if pinned is None or candidate is None or pinned.delta is not candidate.delta:
        return None
    before = candidate.before
    if before is None or not _is_alike(candidate, before):
        return None
    earlier = read_proven_rules(logged, table, before.version())
    proven = earlier.rules_of(table) if earlier is not None else set()
    if earlier is None or not proven or earlier.content != _content(before):
        return None
    return AddedRows(
        select_rules(table, proven), earlier.version, pin_again(pinned, candidate.batch)
    )


def _is_alike(candidate: Candidate, before: DeltaTable) -> bool:
    """Return whether a row is read alike in the batch, the table as it will be and the published.

    A text in a partition's name is not always the text that was stored: an empty one is null then.
    """

    def shape(one: DeltaTable) -> tuple[Any, ...]:
        return list(columns_of(one).items()), one.metadata().partition_columns

    return shape(candidate.batch) == shape(candidate.delta) == shape(before)


def _content(before: DeltaTable) -> str | None:
    with suppress(Exception):  # then all rows are read
        return content_hash(before)
    return None
