"""The databases that tests move tables into, and what each of them refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.model import TableFormat
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.databases.duckdb_place import DuckDbPlace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from tests.fakes.databases.place import DatabasePlace

PLACES: Mapping[str, type[DatabasePlace]] = {"duckdb": DuckDbPlace}

REFUSED: Mapping[str, Collection[str]] = {
    "duckdb": ("keeps rows in no order of their own",),
}
"""Database → what its messages say of rules that it refuses."""


def moved_to(place: DatabasePlace, contract: StageContract, root: Path) -> StageContract:
    """Write the tables of a warehouse into a database; return the contract with their places."""
    warehouse = Warehouse(root)
    tables = [
        replace(
            table,
            location=place.put(table.name, warehouse.open(table.name).to_pyarrow_table()),
            credentials=place.credentials,
            format=TableFormat.DATABASE,
        )
        if warehouse.exists(table.name)
        else table
        for table in contract.tables
    ]
    return replace(contract, tables=tuple(tables))
