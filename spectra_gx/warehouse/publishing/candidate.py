"""The table as it will be: made in staging before anything is published.

It is a Delta table that names the published files that stay and the staged ones. Published files
with rows that the batch replaces are rewritten into it without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from deltalake import Schema

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import SchemaMismatchError, WarehouseError
from spectra_gx.warehouse.delta.handles import is_plain
from spectra_gx.warehouse.delta.live_files import address, create_naming, live_files
from spectra_gx.warehouse.delta.schemas import (
    columns_of,
    refuse_schema_changes,
    schema_differences,
)
from spectra_gx.warehouse.delta.table_place import place_of
from spectra_gx.warehouse.delta.writes import write_stream
from spectra_gx.warehouse.publishing.batch_rows import RowCounts, refuse_batch
from spectra_gx.warehouse.publishing.key_ranges import key_ranges
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.queries import count, stream
from spectra_gx.warehouse.publishing.replaced_rows import ReplacedRows, find_replaced, look_up
from spectra_gx.warehouse.publishing.row_sql import (
    column_list,
    condition_holds,
    same_key,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.live_files import DataFile
    from spectra_gx.warehouse.delta.table_place import TablePlace
    from spectra_gx.warehouse.publishing.batch_rows import StagedTable
    from spectra_gx.warehouse.publishing.replaced_rows import Lookup

_WRITTEN_BY = "staging"


@dataclass(frozen=True)
class Candidate:
    """A table as it will be once its batch is published."""

    name: str
    mode: PublishMode
    delta: DeltaTable
    """A handle on it, in staging."""

    added: tuple[DataFile, ...]
    """Files that publishing adds, by absolute address."""

    removed: tuple[DataFile, ...]
    """Files of the published version that publishing removes; replace removes all there are."""

    kept: tuple[DataFile, ...]
    """Files of the published version that stay, by absolute address."""

    counts: RowCounts
    batch: DeltaTable
    """A handle on the rows that the batch adds, and nothing else, in staging."""

    before: DeltaTable | None = None
    """A handle on the published version of which rows stay; None where none do."""

    new_schema: bool = False
    """Whether the published table gets another schema."""

    @property
    def changes(self) -> bool:
        """Return whether a row of the published table is added or removed."""
        return bool(self.added or self.removed)


@dataclass(frozen=True)
class _Batch:
    """The rows of a batch that take part."""

    replacing: DeltaTable
    """Those whose key or slice replaces published rows."""

    added: DeltaTable
    """Those that are added."""

    counts: RowCounts


def build_candidate(
    staged: StagedTable, published: DeltaTable | None, folder: TablePlace, *, rebuild: bool = False
) -> Candidate:
    """Make the table as it will be.

    Args:
        staged: The batch, its good rows.
        published: A handle on the published version; None where there is no table.
        folder: A folder in staging that does not exist yet.
        rebuild: Whether replace may change the schema in any way.

    Raises:
        ValidationError: The batch breaks what its mode needs of it.
        SchemaMismatchError: The published schema would change in more than new columns.
        WarehouseError: A table cannot be read or written.
    """
    refuse_batch(staged)
    new_schema = _has_new_schema(staged, published, rebuild=rebuild)
    if published is not None and not staged.replaces_all:
        _refuse_features(published, staged.name)
    before = None if staged.replaces_all else published
    lookup = _look_up(staged, before, folder)
    batch = _participating(staged, lookup, folder)
    replaced = (
        find_replaced(staged, batch.replacing, lookup, folder.below("mixed"))
        if lookup
        else ReplacedRows()
    )
    gone = {file.path for file in replaced.removed}
    kept = [
        address(before, file) for file in (live_files(before) if before is not None else ())
        if file.path not in gone
    ]  # fmt: skip
    delta, named = _name_files(batch.added, published, kept, folder.below("table"))
    delta = _write_rows(delta, staged, batch, replaced, copy=not named)
    own = [address(delta, file) for file in live_files(delta)]
    addresses = {file.path for file in kept}
    return Candidate(
        name=staged.name,
        mode=staged.mode,
        delta=delta,
        added=tuple(file for file in own if file.path not in addresses),
        removed=replaced.removed,
        kept=tuple(kept),
        counts=batch.counts,
        batch=batch.added,
        before=before,
        new_schema=new_schema,
    )


def schema_changes(staged: StagedTable, published: DeltaTable | None) -> list[str]:
    """Return what publishing would change in the schema besides new columns, a phrase for each."""
    if published is None:
        return []
    stored, wanted = columns_of(published), columns_of(staged.delta)
    known = {name: text for name, text in wanted.items() if name in stored}
    return schema_differences(stored, known)


def _has_new_schema(staged: StagedTable, published: DeltaTable | None, *, rebuild: bool) -> bool:
    """Return whether publishing changes the schema: new columns alone do without `rebuild`."""
    if published is None:
        return False
    stored, wanted = columns_of(published), columns_of(staged.delta)
    if list(stored.items()) == list(wanted.items()):
        return False
    if not (rebuild and staged.replaces_all):
        kept = [staged.name] if staged.mode is PublishMode.REPLACE_WHERE else []
        refuse_schema_changes({staged.name: schema_changes(staged, published)}, kept)
    if lost := [name for name in published.metadata().partition_columns if name not in wanted]:
        raise SchemaMismatchError(
            f"table `{staged.name}` is partitioned by `{lost[0]}`, which the batch has not; "
            "move the table away, then run again"
        )
    return True


def has_plain_files(published: DeltaTable) -> bool:
    """Return whether a table may get files of ours, and its files mean just their rows."""
    configuration = published.metadata().configuration
    return is_plain(published) and not any("constraints." in key for key in configuration)


def _refuse_features(published: DeltaTable, name: str) -> None:
    """Refuse a table whose files mean something else than their rows.

    Raises:
        WarehouseError: It is one.
    """
    if not has_plain_files(published):
        raise WarehouseError(
            f"table `{name}` uses features of Delta, such as deletion vectors, column mapping or "
            'constraints, with which only `publish = "replace"` works; take them off the table, '
            "or publish it by replace"
        )


def _look_up(
    staged: StagedTable, published: DeltaTable | None, folder: TablePlace
) -> Lookup | None:
    if published is None or staged.options.publish is PublishMode.APPEND:
        return None
    return look_up(staged, published, folder.below("lookup"))


def _participating(staged: StagedTable, lookup: Lookup | None, folder: TablePlace) -> _Batch:
    """Leave stale rows out of a merge, and take the rows that delete out of those it adds."""
    options = staged.options
    what = f"the batch of `{staged.name}` cannot be read"
    built = count({"s": staged.delta}, "SELECT count(*) FROM s", what)
    whole = _Batch(staged.delta, staged.delta, RowCounts(built))
    if options.publish is not PublishMode.MERGE:
        return whole
    deletes = condition_holds(options.delete_where or "false")
    deleted = _count_where(staged.delta, deletes, staged.name)
    batch, stale = staged.delta, 0
    if lookup is not None and options.order_by is not None:
        batch, stale = _without_stale(staged, lookup.table, folder)
    added = batch
    if deleted:
        kept = f"SELECT {column_list(list(columns_of(batch)))} FROM s {where(f'NOT {deletes}')}"
        added = _append(_empty(folder.below("upserts"), batch), {"s": batch}, [kept], staged.name)
    return _Batch(batch, added, RowCounts(built - deleted, deleted, stale))


def _count_where(batch: DeltaTable, condition: str, name: str) -> int:
    what = f"the condition `delete_where` of table `{name}` cannot be evaluated"
    return count({"s": batch}, f"SELECT count(*) FROM s {where(condition)}", what)


def _without_stale(
    staged: StagedTable, published: DeltaTable, folder: TablePlace
) -> tuple[DeltaTable, int]:
    """Return the rows that are not older than the published ones of their key, and how many are."""
    order, key, batch = staged.options.order_by or "", staged.key, staged.delta
    ranges = key_ranges(batch, key, staged.memory, published)
    keys, ordered = column_list(key), column_list([*key, order])
    older = f"{same_key(key, 's', 'p')} AND s.{quote_name(order)} < p.{quote_name(order)}"
    stale = [
        f"SELECT {column_list(key, 's')} FROM (SELECT {ordered} FROM s WHERE {within}) AS s "
        f"LEFT SEMI JOIN (SELECT {ordered} FROM p WHERE {within}) AS p ON {older}"
        for within in ranges
    ]
    schema = Schema([field for field in batch.schema().fields if field.name in key])
    older_keys = create_naming(folder.below("stale"), schema, [], [])
    older_keys = _append(older_keys, {"s": batch, "p": published}, stale, staged.name)
    number = _row_count(older_keys)
    if not number:
        return batch, 0
    columns = column_list(list(columns_of(batch)), "s")
    fresh = [
        f"SELECT {columns} FROM (SELECT {keys} FROM o WHERE {within}) AS o "
        f"RIGHT ANTI JOIN (SELECT * FROM s WHERE {within}) AS s ON {same_key(key, 'o', 's')}"
        for within in ranges
    ]
    tables = {"s": batch, "o": older_keys}
    return _append(_empty(folder.below("fresh"), batch), tables, fresh, staged.name), number


def _name_files(
    batch: DeltaTable, published: DeltaTable | None, kept: Sequence[DataFile], folder: TablePlace
) -> tuple[DeltaTable, bool]:
    """Make the table of the files that stay and of the batch's, and return whether it has these.

    A batch that is partitioned in another way than the published table has to be copied.
    """
    partition_by = (published or batch).metadata().partition_columns
    alike = batch.metadata().partition_columns == partition_by
    files = [*kept, *(address(batch, file) for file in (live_files(batch) if alike else ()))]
    actions = [file.add_action() for file in files]
    return create_naming(folder, batch.schema(), partition_by, actions), alike


def _write_rows(
    table: DeltaTable, staged: StagedTable, batch: _Batch, replaced: ReplacedRows, *, copy: bool
) -> DeltaTable:
    """Write what no file has as it is: the other rows of files with replaced ones, and copies."""
    if copy:
        columns = column_list(list(columns_of(batch.added)))
        table = _append(table, {"s": batch.added}, [f"SELECT {columns} FROM s"], staged.name)
    if replaced.table is not None:
        # The published table may lack columns that the batch brings.
        common = [name for name in columns_of(replaced.table) if name in columns_of(table)]
        rest = [f"SELECT {column_list(common, 'p')} FROM {rows}" for rows in replaced.other]
        tables = {"p": replaced.table, "s": batch.replacing}
        before = _row_count(table)
        table = _append(table, tables, rest, staged.name)
        if replaced.other_rows not in (None, _row_count(table) - before):
            raise WarehouseError(
                f"the files of `{staged.name}` with replaced rows could not be rewritten: "
                f"{_row_count(table) - before:,} rows remain where {replaced.other_rows:,} should"
            )
    return table


def _row_count(table: DeltaTable) -> int:
    return sum(file.rows or 0 for file in live_files(table))


def _empty(folder: TablePlace, like: DeltaTable) -> DeltaTable:
    return create_naming(folder, like.schema(), like.metadata().partition_columns, [])


def _append(
    table: DeltaTable, tables: Mapping[str, DeltaTable], parts: Sequence[str], name: str
) -> DeltaTable:
    """Append the rows of several SELECTs, which have the same columns."""
    what = f"the rows of `{name}` cannot be read"
    rows = chain.from_iterable(stream(tables, sql, what) for sql in parts)
    first = next(rows)
    stored = columns_of(table)
    columns = {column: stored[column] for column in first.column_names}
    write_stream(table, place_of(table), name, columns, rows, execution_id=_WRITTEN_BY, append=True)
    return table
