"""Open tables that a contract declares, as the contract reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.profile.discovery.database_tables import open_in_database
from spectra_gx.profile.file_access import open_declared_files
from spectra_gx.profile.table_access import OpenTable, of_delta, of_files, without_obstacles

if TYPE_CHECKING:
    from spectra_gx.contract.model import Table
    from spectra_gx.engines.databases.opening import Databases
    from spectra_gx.warehouse.warehouse import Warehouse


def open_declared(table: Table, warehouse: Warehouse, databases: Databases) -> OpenTable:
    """Open a declared table, with all columns that a contract can declare.

    Args:
        table: As declared.
        warehouse: Contains the tables with a name; relative locations begin there.
        databases: Those that tables are in.

    Raises:
        ConfigurationError: A driver or a credential is missing.
        EngineError: A database could not be read.
        UsageError: It has no column that a contract can declare.
        WarehouseError: It does not exist, or cannot be read.
    """
    if table.format is TableFormat.DATABASE:
        return without_obstacles(open_in_database(table, databases))
    if table.format is TableFormat.DELTA:
        return without_obstacles(of_delta(table.name, warehouse.open_declared(table)))
    return without_obstacles(of_files(table, open_declared_files(table, warehouse)))
