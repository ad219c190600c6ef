"""The data files of a version of a Delta table, and tables that name files of other tables."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from spectra_gx.warehouse.delta.error_translation import translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import CommitProperties, Schema

    from spectra_gx.warehouse.delta.table_place import TablePlace

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:/")

_EXACT_DIGITS = 15
"""Digits of a decimal that survive as a JSON number."""


@dataclass(frozen=True)
class DataFile:
    """A data file as a Delta log describes it."""

    path: str
    """Decoded; relative to its table, or an absolute address."""

    size: int
    partition_values: Mapping[str, str | None]
    modified: int
    """Milliseconds since 1970."""

    rows: int | None
    """None where the log does not say."""

    lowest: Mapping[str, Any]
    """Column, partition columns included → its least value by the log; columns may be left out."""

    highest: Mapping[str, Any]
    stats: str
    """Delta's statistics as JSON."""

    def at(self, path: str) -> DataFile:
        """Return the same file under another path."""
        return DataFile(
            path,
            self.size,
            self.partition_values,
            self.modified,
            self.rows,
            self.lowest,
            self.highest,
            self.stats,
        )

    def add_action(
        self, extra: Mapping[str, str] | None = None, *, changes_rows: bool = True
    ) -> AddAction:
        """Return the action that adds it, `extra` being more partition values."""
        values = {**self.partition_values, **(extra or {})}
        return AddAction(self.path, self.size, values, self.modified, changes_rows, self.stats)

    def remove_action(self, *, changes_rows: bool = True) -> RemoveAction:
        """Return the action that removes it, now."""
        now, values = int(time.time() * 1000), dict(self.partition_values)
        return RemoveAction(self.path, changes_rows, now, self.size, values)


def live_files(table: DeltaTable) -> list[DataFile]:
    """Return the files of a pinned version, sorted by path; the log's facts must be plain.

    Raises:
        WarehouseError: The log cannot be read.
    """
    with translate_errors(f"the files of the table at `{table.table_uri}` cannot be listed"):
        actions = pa.table(table.get_add_actions())
    columns = {name: _values(actions[name]) for name in actions.column_names}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted((_data_file(row) for row in rows), key=lambda file: file.path)


def _values(column: pa.ChunkedArray) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        # A day or an instant beyond Python's calendar; a file without statistics is read.
        return [None] * len(column)
    return values


def _data_file(row: Mapping[str, Any]) -> DataFile:
    partition = row.get("partition") or {}
    rows, nulls = row.get("num_records"), row.get("null_count") or {}
    low, high = row.get("min") or {}, row.get("max") or {}
    stats = (
        {}
        if rows is None
        else {
            "numRecords": rows,
            "minValues": _stored(low),
            "maxValues": _stored(high),
            "nullCount": _stored(nulls),
        }
    )
    return DataFile(
        path=unquote(row["path"]),
        size=row["size_bytes"],
        partition_values={name: _partition_text(value) for name, value in partition.items()},
        modified=row["modification_time"],
        rows=rows,
        lowest={**low, **partition},
        highest={**high, **partition},
        stats=json.dumps(stats),
    )


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return statistics as Delta's JSON has them; what it cannot say exactly is left out."""
    stored = {name: _statistic(value) for name, value in values.items()}
    return {name: value for name, value in stored.items() if value is not None}


def _statistic(value: Any) -> Any:
    if isinstance(value, dict):
        return _stored(value) or None
    if isinstance(value, datetime | date):
        return _instant(value)
    if isinstance(value, Decimal):
        return float(value) if len(value.as_tuple().digits) <= _EXACT_DIGITS else None
    return value if isinstance(value, int | str) or _is_finite(value) else None


def _is_finite(value: Any) -> bool:
    return isinstance(value, float) and value - value == 0


def _instant(value: date) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond:06}Z".rjust(27, "0")
    return value.isoformat()


def _partition_text(value: Any) -> str | None:
    """Return a partition's value as Delta's log has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _instant(value).replace("T", " ").removesuffix("Z")
    return None if value is None else str(value)


def is_address(path: str) -> bool:
    """Return whether a log names a file by an absolute address, not by a path in its table."""
    return _ADDRESS.match(path) is not None


def address(table: DeltaTable, file: DataFile) -> DataFile:
    """Return a file of a table under its absolute address, under which other tables name it."""
    return file if is_address(file.path) else file.at(f"{_root(table)}/{file.path}")


def path_within(table: DeltaTable, file: DataFile) -> str:
    """Return the path below a table of a file that is named by its absolute address.

    Raises:
        ValueError: It lies elsewhere.
    """
    root = f"{_root(table)}/"
    if not file.path.startswith(root):
        raise ValueError(file.path)
    return file.path.removeprefix(root)


def _root(table: DeltaTable) -> str:
    """Return the address of a table's folder, decoded."""
    uri = str(table.table_uri).rstrip("/")
    return unquote(uri) if is_address(uri) else f"file://{uri}"


def create_naming(
    place: TablePlace,
    schema: Schema,
    partition_by: Sequence[str],
    files: Sequence[AddAction],
    *,
    configuration: Mapping[str, str] | None = None,
    commit: CommitProperties | None = None,
) -> DeltaTable:
    """Create a table of files that exist already; return a handle on it.

    Raises:
        WarehouseError: It was not created, or exists already.
    """
    options = place.options
    with translate_errors(f"a table cannot be created at `{place.uri}`"):
        create_table_with_add_actions(
            place.uri,
            schema,
            list(files),
            mode="error",
            partition_by=list(partition_by),
            configuration=configuration,
            commit_properties=commit,
            storage_options=options,
        )
        return DeltaTable(place.uri, storage_options=options)
