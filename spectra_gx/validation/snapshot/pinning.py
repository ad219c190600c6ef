"""Take a snapshot: pin every table that a stage declares or consumes, or record why it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.causes import Obstacle
from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.model import StageContract, Table, TableFormat
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import FileError, TableNotFoundError, UsageError, WarehouseError
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.warehouse.staging import Staging

_HIDDEN = "details hidden because it contains personal data"

Contracts = Mapping[str, StageContract]
"""Stage → contract, of a whole project."""


def take_snapshot(
    warehouse: Warehouse,
    contract: StageContract,
    contracts: Contracts,
    *,
    versions: Mapping[str, int] | None = None,
    staging: Staging | None = None,
) -> Snapshot:
    """Pin every table that the contract declares or consumes.

    `versions` is table → version where not the newest is meant; tables of `staging` replace
    published ones.
    """
    declared = _declared(contract, contracts)
    readable = readable_tables(contract, contracts)
    tables: dict[str, PinnedTable] = {}
    unreadable: dict[str, Obstacle] = {}
    for name in readable:
        table = declared.get(name) or Table(name, (), ())
        try:
            if staging is not None and name in staging.tables:
                tables[name] = _staged(table, staging)
            else:
                tables[name] = _pinned(table, warehouse, (versions or {}).get(name))
        except (TableNotFoundError, FileError) as error:
            unreadable[name] = Obstacle(error.cause, error.message)
        except WarehouseError as error:
            # The engine quotes what it could not read, and may quote a sensitive value.
            hidden = any(readable[name].values())
            message = error.message
            if hidden:
                message = f"table `{name}` cannot be read; {_HIDDEN}"
            unreadable[name] = Obstacle(error.cause, message)
    return Snapshot(tables, unreadable, readable, warehouse.memory, warehouse.processors)


def declared_types(contract: StageContract, contracts: Contracts) -> dict[str, dict[str, str]]:
    """Return the type of every column that the contract, or one it consumes, declares."""
    types = {
        table.name: {column.name: column.type for column in table.columns}
        for table in _declared(contract, contracts).values()
    }
    for need in contract.consumes:
        for table, columns in need.tables.items():
            needed = {
                column: promise["type"] for column, promise in columns.items() if "type" in promise
            }
            types[table] = {**needed, **types.get(table, {})}
    return types


def commit_clock(
    warehouse: Warehouse, contract: StageContract, versions: Mapping[str, int]
) -> datetime | None:
    """Return when the newest of these versions was committed; None when none can be read."""
    times = []
    for table in contract.tables:
        try:
            if table.name in versions:
                times.append(warehouse.commit_time(table, versions[table.name]))
        except WarehouseError:
            continue
    return max(times, default=None)


def refuse_versions(tables: Iterable[Table]) -> None:
    """Refuse to go back in the history of tables that have none.

    Raises:
        UsageError: One is kept as files; names it.
    """
    for table in tables:
        if table.format is not TableFormat.DELTA:
            raise UsageError(
                f"table `{table.name}` is stored as {table.format} files, which have no versions; "
                "leave it out, or check it as it is now"
            )


def _declared(contract: StageContract, contracts: Contracts) -> dict[str, Table]:
    return {
        table.name: table for other in (*contracts.values(), contract) for table in other.tables
    }


def _staged(table: Table, staging: Staging) -> PinnedTable:
    if table.location is not None:
        raise WarehouseError(
            f"table `{table.name}` is built by this stage, and so is stored in the warehouse; "
            "leave its `location` out"
        )
    return _of_delta(table, verify_files(staging.open(table.name), table.name))


def _pinned(table: Table, warehouse: Warehouse, version: int | None) -> PinnedTable:
    if table.format is TableFormat.DELTA:
        return _of_delta(table, warehouse.open_declared(table, version))
    files = warehouse.pin_files(table)
    return PinnedTable(table.name, None, None, files.types, files)


def pin_again(pinned: PinnedTable, delta: DeltaTable) -> PinnedTable:
    """Return a Delta table pinned at another version, of the same columns."""
    return replace(pinned, delta=delta, version=delta.version())


def _of_delta(table: Table, delta: DeltaTable) -> PinnedTable:
    return PinnedTable(table.name, delta, delta.version(), Warehouse.schema(delta))
