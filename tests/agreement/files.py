"""Tables of a warehouse, written as Parquet, CSV and Iceberg."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.arrow_types import type_text
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract, Table

    Write = Callable[[Table, pa.Table, Path], Table | None]


def written(contract: StageContract, root: Path, folder: Path, write: Write) -> StageContract:
    """Write the tables of a warehouse as files; return the contract with their places.

    A table that the format cannot contain stays where it is.
    """
    warehouse = Warehouse(root)

    def moved(table: Table) -> Table:
        if not warehouse.exists(table.name):
            return table
        place = folder / table.name
        place.mkdir(parents=True)
        return write(table, warehouse.open(table.name).to_pyarrow_table(), place) or table

    return replace(contract, tables=tuple(map(moved, contract.tables)))


def as_parquet(table: Table, rows: pa.Table, folder: Path) -> Table:
    """Write rows into two Parquet files, in the order of their paths."""
    for part, piece in enumerate(_halves(rows)):
        pq.write_table(piece, folder / f"{part}.parquet")
    return replace(table, location=str(folder), format=TableFormat.PARQUET)


def as_csv(table: Table, rows: pa.Table, folder: Path) -> Table | None:
    """Write rows into two CSV files; return None where CSV cannot contain them.

    It has no types of its own, so that no column is of another one than it is declared.
    """
    declared = {column.name: column.type for column in table.columns}
    types = {field.name: type_text(field.type) for field in rows.schema}
    nested = any("<" in type_ or type_ == "binary" for type_ in types.values())
    if nested or any(declared.get(name, "string") != type_ for name, type_ in types.items()):
        return None
    empty = any("" in column.to_pylist() for column in rows.columns)
    null = "\\N" if empty else ""
    for part, piece in enumerate(_halves(rows)):
        with (folder / f"{part}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(rows.column_names)
            writer.writerows([_spelled(cell, null) for cell in row.values()]
                             for row in piece.to_pylist())  # fmt: skip
    return replace(
        table,
        location=str(folder),
        format=TableFormat.CSV,
        csv=replace(table.csv, null_values=(null,)),
    )


def _spelled(value: Any, null: str) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return null if value is None else value


def _halves(rows: pa.Table) -> Iterator[pa.Table]:
    middle = (rows.num_rows + 1) // 2
    yield rows.slice(0, middle)
    yield rows.slice(middle)
