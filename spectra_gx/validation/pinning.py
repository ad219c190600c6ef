"""Take a snapshot: pin every table that a stage declares or consumes, or say why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from spectra_gx.contract.model import StageContract
from spectra_gx.contract.readable import readable_tables
from spectra_gx.errors import TableNotFoundError, WarehouseError
from spectra_gx.validation.redaction import REDACTED
from spectra_gx.validation.snapshot import PinnedTable, Snapshot
from spectra_gx.warehouse.delta import damaged_file
from spectra_gx.warehouse.tables import Warehouse

if TYPE_CHECKING:
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.warehouse.staging import Staging

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

    Args:
        warehouse: Where tables stand.
        contract: The stage.
        contracts: The project's contracts, for what the stage consumes.
        versions: Table → version, where not the newest is meant.
        staging: What a run has built; its tables stand in for the published ones.
    """
    readable = readable_tables(contract, contracts)
    tables: dict[str, PinnedTable] = {}
    unreadable: dict[str, str] = {}
    for name in readable:
        try:
            if staging is not None and name in staging.tables:
                delta = staging.open(name)
            else:
                delta = warehouse.open(name, (versions or {}).get(name))
            tables[name] = _pinned(name, delta)
        except TableNotFoundError as error:
            unreadable[name] = error.message
        except WarehouseError as error:
            # The engine quotes what it could not read, and may quote a sensitive value.
            hidden = any(readable[name].values())
            unreadable[name] = (
                f"table `{name}` cannot be read: {REDACTED}" if hidden else error.message
            )
    return Snapshot(tables=tables, unreadable=unreadable, readable=readable)


def declared_types(contract: StageContract, contracts: Contracts) -> dict[str, dict[str, str]]:
    """Return the type of every column that the contract, or one it consumes, declares."""
    types = {
        table.name: {column.name: column.type for column in table.columns}
        for other in (*contracts.values(), contract)
        for table in other.tables
    }
    for need in contract.consumes:
        for table, columns in need.tables.items():
            needed = {
                column: promise["type"] for column, promise in columns.items() if "type" in promise
            }
            types[table] = {**needed, **types.get(table, {})}
    return types


def commit_clock(warehouse: Warehouse, versions: Mapping[str, int]) -> datetime | None:
    """Return when the newest of these versions was committed; None when none can be read."""
    times = []
    for table, version in versions.items():
        try:
            times.append(warehouse.commit_time(table, version))
        except WarehouseError:
            continue
    return max(times, default=None)


def _pinned(name: str, delta: DeltaTable) -> PinnedTable:
    damaged = damaged_file(delta)
    if damaged is not None:
        raise WarehouseError(
            f"version {delta.version()} of table `{name}` cannot be read: its file `{damaged}` "
            "is missing or not whole; restore it, or rebuild the table"
        )
    return PinnedTable(name, delta, delta.version(), Warehouse.schema(delta))
