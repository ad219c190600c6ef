"""Find the published files with rows that a batch replaces, reading as few of them as possible."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from deltalake import Field, Schema

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.warehouse.delta.live_files import address, create_naming, live_files
from spectra_gx.warehouse.publishing.key_ranges import key_ranges
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.queries import fetch
from spectra_gx.warehouse.publishing.row_sql import (
    column_list,
    condition_holds,
    same_key,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.live_files import DataFile
    from spectra_gx.warehouse.delta.table_place import TablePlace
    from spectra_gx.warehouse.publishing.batch_rows import StagedTable

_LISTED = 500_000
"""Keys of a batch that are compared with the bounds of each file; of more, only their range is."""

_STEP = timedelta(milliseconds=1)
"""Delta's statistics cut times to milliseconds."""


@dataclass(frozen=True)
class Lookup:
    """Published files that may have rows which a batch replaces."""

    published: DeltaTable
    files: tuple[DataFile, ...]
    marker: str
    """The column of `table` that says which of the files a row is in."""

    table: DeltaTable


@dataclass(frozen=True)
class ReplacedRows:
    """The published files that have replaced rows."""

    removed: tuple[DataFile, ...] = ()
    """Of the published table."""

    table: DeltaTable | None = None
    """Names those of them that have other rows, too; None where there are none."""

    other: tuple[str, ...] = ()
    """What to select from for the rows of `table`, `p`, that stay, `s` being the batch."""

    other_rows: int | None = None
    """How many of `table` stay, where the log says how many there are."""


def look_up(staged: StagedTable, published: DeltaTable, folder: TablePlace) -> Lookup | None:
    """Return which published files may have replaced rows, by the log alone; None if none may.

    Args:
        staged: The batch.
        published: A handle on the published version.
        folder: Where a table can be made that names the files.
    """
    files = live_files(published)
    if staged.options.publish is PublishMode.MERGE:
        files = _may_have_keys(files, staged.key, staged.delta)
    if not files:
        return None
    marker = free_name(published)
    return Lookup(published, tuple(files), marker, name_files(published, files, marker, folder))


def find_replaced(
    staged: StagedTable, batch: DeltaTable, lookup: Lookup, folder: TablePlace
) -> ReplacedRows:
    """Return which files have rows that the batch replaces.

    Args:
        staged: The table.
        batch: Its rows that replace others.
        lookup: The files that may have replaced rows.
        folder: Where a table can be made that names the files with rows that stay.
    """
    marker, files = lookup.marker, lookup.files
    if staged.options.publish is PublishMode.MERGE:
        ranges = key_ranges(batch, staged.key, staged.memory, lookup.table)
        met = [_joined(staged.key, "SEMI", within, marker) for within in ranges]
        other = tuple(_joined(staged.key, "ANTI", within) for within in ranges)
        counted = "count(*)"
    else:
        condition = staged.options.replace_where or "false"
        holds = condition_holds(condition)
        # Here the clause serves to leave files out; what remains is counted row by row.
        met, other = [f"p WHERE ({condition})"], (f"p {where(f'NOT {holds}')}",)
        counted = f"sum(CASE WHEN {holds} THEN 1 ELSE 0 END)"
    rows: Counter[int] = Counter()
    for source in met:
        found = fetch(
            {"p": lookup.table, "s": batch},
            f"SELECT {marker} AS place, {counted} AS n FROM {source} GROUP BY {marker}",
            f"the rows of `{staged.name}` that the batch replaces cannot be found",
        )
        rows.update({int(row["place"]): row["n"] for row in found.to_pylist() if row["n"]})
    removed = tuple(file for place, file in enumerate(files) if place in rows)
    mixed = [place for place in rows if rows[place] != files[place].rows]
    if not mixed:
        return ReplacedRows(removed)
    table = name_files(lookup.published, [files[place] for place in mixed], marker, folder)
    left = [(files[place].rows, rows[place]) for place in mixed]
    counts = [total - gone for total, gone in left if total is not None]
    return ReplacedRows(removed, table, other, sum(counts) if len(counts) == len(left) else None)


def _joined(key: Sequence[str], kind: str, within: str, *more: str) -> str:
    """Return what to select from for rows `p` of a range whose key is in `s`, or is not."""
    keys = column_list(key)
    rows = column_list([*key, *more]) if more else "*"
    return (
        f"(SELECT {keys} FROM s WHERE {within}) AS s RIGHT {kind} JOIN "
        f"(SELECT {rows} FROM p WHERE {within}) AS p ON {same_key(key, 's', 'p')}"
    )


def name_files(
    published: DeltaTable, files: Sequence[DataFile], marker: str, folder: TablePlace
) -> DeltaTable:
    """Return a table of some files of another one, each a partition that is named by its place.

    `marker` is the column that has the places.
    """
    partition_by = [*published.metadata().partition_columns, marker]
    return create_naming(
        folder,
        Schema([*published.schema().fields, Field(marker, "string")]),
        partition_by,
        [
            address(published, file).add_action({marker: str(place)})
            for place, file in enumerate(files)
        ],
    )


def free_name(published: DeltaTable) -> str:
    """Return a name that no column of a table has."""
    names = {field.name.lower() for field in published.schema().fields}
    marker = "spectra_gx_file"
    while marker in names:
        marker += "_"
    return marker


# -- bounds of files ------------------------------------------------------------------------------


def _may_have_keys(files: list[DataFile], key: Sequence[str], batch: DeltaTable) -> list[DataFile]:
    """Return the files that may have one of the batch's keys, by the bounds in the log."""
    for column in key:
        values = _key_values(batch, column)
        if values is not None:
            files = [file for file in files if _may_have(file, column, values)]
    return files


def _key_values(batch: DeltaTable, column: str) -> list[Any] | None:
    """Return the sorted values of a key's column, or its bounds; None where neither is exact."""
    name = quote_name(column)
    what = "the keys of the batch cannot be read"
    tables = {"s": batch}
    try:
        distinct = f"SELECT DISTINCT {name} AS k FROM s LIMIT {_LISTED + 1}"
        listed = fetch(tables, distinct, what).column("k")
        if len(listed) > _LISTED:
            bounds = f"SELECT min({name}) AS k FROM s UNION ALL SELECT max({name}) FROM s"
            listed = fetch(tables, bounds, what).column("k")
            values: list[Any] = _Ends(listed.to_pylist())
        else:
            values = listed.to_pylist()
    except (ValueError, OverflowError):
        return None  # a day or an instant beyond Python's calendar
    if not all(_is_comparable(value) for value in values):
        return None
    values.sort()
    return values


class _Ends(list[Any]):
    """The least and the largest value, in place of every value in between."""


def _is_comparable(value: Any) -> bool:
    return isinstance(value, int | str | date) and not isinstance(value, bool)


def _may_have(file: DataFile, column: str, values: list[Any]) -> bool:
    low: Any = file.lowest.get(column)
    high: Any = file.highest.get(column)
    if not (_is_comparable(low) and _is_comparable(high)) or not values:
        return True
    if isinstance(high, datetime):
        try:
            low, high = low - _STEP, high + _STEP
        except OverflowError:
            return True  # at an end of Python's calendar
    if isinstance(values, _Ends):
        return bool(values[0] <= high and values[-1] >= low)
    place = bisect_left(values, low)
    return place < len(values) and bool(values[place] <= high)
