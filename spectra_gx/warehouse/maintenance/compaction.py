"""Merge the small files of a table, under its stage's lock.

Not with deltalake's own compaction: two of those at once, ours and another engine's, both succeed
and double every row, whatever retries are allowed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from deltalake import CommitProperties

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.handles import open_table
from spectra_gx.warehouse.delta.live_files import address, create_naming, live_files
from spectra_gx.warehouse.delta.reads import stream
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.delta.writes import commit_files, write_stream
from spectra_gx.warehouse.publishing.batches import COMMIT_INFO
from spectra_gx.warehouse.publishing.candidate import has_plain_files
from spectra_gx.warehouse.publishing.placed_files import published_path
from spectra_gx.warehouse.publishing.row_sql import column_list
from spectra_gx.warehouse.warehouse import TABLES, table_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.live_files import DataFile
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse

_SMALL = 50 * 2**20
"""Bytes up to which a file is worth merging: half of what deltalake writes into one."""


def small_files(head: DeltaTable, at_least: int) -> list[DataFile]:
    """Return the files of a version to merge: small ones, several in a partition, enough in all.

    None of a table whose files mean something else than their rows.
    """
    if not has_plain_files(head):
        return []
    partitions: dict[tuple[tuple[str, str | None], ...], list[DataFile]] = defaultdict(list)
    for file in live_files(head):
        if file.size < _SMALL:
            partitions[tuple(sorted(file.partition_values.items()))].append(file)
    found = [file for files in partitions.values() if len(files) > 1 for file in files]
    return found if len(found) >= at_least else []


def compact(
    warehouse: Warehouse, name: str, head: DeltaTable, files: Sequence[DataFile], staging: Staging
) -> int:
    """Replace files by merged ones in one commit on exactly the handle's version; return the new.

    No row changes, and the commit says so: nothing has to be checked again.

    Raises:
        WarehouseError: Nothing was changed; another writer was faster, for one.
    """
    merged = _merge(name, head, files, staging)
    folder = table_path(TABLES, name)
    depth = len(head.metadata().partition_columns)
    actions = []
    for file in live_files(merged):
        path = published_path(file, depth, staging.execution_id)
        source = warehouse.store.path_of(address(merged, file).path)
        if source is None:
            raise WarehouseError(f"the merged files of table `{name}` are not in the warehouse")
        warehouse.store.copy(source, f"{folder}/{path}")
        actions.append(file.at(path).add_action(changes_rows=False))
    removals = [file.remove_action(changes_rows=False) for file in files]
    about: dict[str, Any] = {"execution_id": staging.execution_id}
    if warehouse.fence.token is not None:
        about[COMMIT_INFO] = {"lock_token": warehouse.fence.token}
    properties = CommitProperties(custom_metadata=about, max_commit_retries=0)
    warehouse.fence.check()
    what = f"table `{name}` cannot be compacted"
    commit_files(head, [*actions, *removals], properties, what)
    return 1 + int(head.version())


def _merge(name: str, head: DeltaTable, files: Sequence[DataFile], staging: Staging) -> DeltaTable:
    """Write the rows of files into a staged table, in their order; return a handle on it."""
    partition_by = head.metadata().partition_columns
    actions = [address(head, file).add_action() for file in files]
    named = create_naming(staging.new_folder(), head.schema(), partition_by, actions)
    columns, place = columns_of(head), staging.new_folder()
    rows = stream(named, f"SELECT {column_list(list(columns))} FROM t")
    write_stream(
        None,
        place,
        name,
        columns,
        rows,
        execution_id=staging.execution_id,
        partition_by=partition_by,
    )
    merged = open_table(place, name)
    before, after = (sum(file.rows or 0 for file in one) for one in (files, live_files(merged)))
    if before != after:
        raise WarehouseError(
            f"table `{name}` cannot be compacted: {after:,} rows were read where its log has "
            f"{before:,}"
        )
    return merged
