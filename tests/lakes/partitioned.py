"""Tables of a warehouse, written as Parquet files in folders `column=value`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow.parquet as pq

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract, Table

NULL = "__HIVE_DEFAULT_PARTITION__"


def partitioned(contract: StageContract, root: Path) -> StageContract:
    """Write the tables of a warehouse into folders; return the contract with their places."""
    warehouse = Warehouse(root)

    def moved(table: Table) -> Table:
        if not warehouse.exists(table.name):
            return table
        rows = warehouse.open(table.name).to_pyarrow_table()
        columns = partition_columns(warehouse.schema(warehouse.open(table.name)))
        if not columns or not rows.num_rows:
            return table
        folder = root / "folders" / table.name
        write(folder, rows, columns)
        return replace(table, location=str(folder), format=TableFormat.PARQUET)

    return replace(contract, tables=tuple(map(moved, contract.tables)))


def partition_columns(types: dict[str, str]) -> list[str]:
    """Return the last columns, as far as folders can have their types; never the first."""
    found: list[str] = []
    for column, type_ in list(types.items())[:0:-1]:
        if "<" in type_ or type_ == "binary":
            break
        found.insert(0, column)
    return found


def write(folder: Path, rows: pa.Table, columns: list[str]) -> None:
    """Write each row into a file of its own, so that paths sort as the rows do."""
    for number, row in enumerate(rows.to_pylist()):
        steps = [f"{quote(column, '')}={spelled(row[column])}" for column in columns]
        file = folder.joinpath(f"{number:04}", *steps, "part.parquet")
        file.parent.mkdir(parents=True)
        pq.write_table(rows.slice(number, 1).drop_columns(columns), file)


def spelled(value: Any) -> str:
    """Return a value as the name of a folder has it."""
    if value is None:
        return NULL
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return quote(value.isoformat(), "")
    return quote(str(value), "")
