"""Take a snapshot: pin every table that a stage declares or consumes, or record why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.causes import Obstacle
from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import StageContract, Table
from spectra_gx.contract.table_storage import storage_text
from spectra_gx.engines.databases.opening import Databases
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import (
    DatabaseError,
    FileError,
    TableNotFoundError,
    UsageError,
    WarehouseError,
)
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.contract.sql.guard import Readable
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
    open_delta: Callable[[Table, int | None], DeltaTable] | None = None,
) -> Snapshot:
    """Pin every table that the contract declares or consumes; the one who takes it closes it.

    Args:
        warehouse: Where the tables are.
        contract: The stage.
        contracts: The project's.
        versions: Table → version, or id of an Iceberg snapshot, where not the newest is meant.
        open_delta: Opens a Delta table in place of `Warehouse.open_declared`.
    """
    declared = _declared(contract, contracts)
    readable = readable_tables(contract, contracts)

    def pin(name: str, databases: Databases) -> PinnedTable:
        table = declared.get(name) or Table(name, (), ())
        version = (versions or {}).get(name)
        if table.format is TableFormat.DELTA:
            return _of_delta(name, (open_delta or warehouse.open_declared)(table, version))
        if table.format is TableFormat.DATABASE:
            found = databases.table(table)
            return PinnedTable(name, None, None, found.types, database=found)
        files = warehouse.pin_files(table, version)
        return PinnedTable(name, None, None, files.types, files)

    with ExitStack() as opened:
        databases = opened.enter_context(Databases(warehouse))
        tables, unreadable = _pin_each(readable, readable, partial(pin, databases=databases))
        limits = warehouse.memory, warehouse.processors
        snapshot = Snapshot(tables, unreadable, readable, *limits, databases)
        opened.pop_all()
    return snapshot


def with_staged(
    snapshot: Snapshot,
    contract: StageContract,
    staging: Staging,
    as_it_will_be: Callable[[str], DeltaTable] | None = None,
) -> Snapshot:
    """Return a snapshot with the staged tables in place of the published ones.

    Args:
        snapshot: What is published.
        contract: The stage.
        staging: What was built of it.
        as_it_will_be: Returns what a staged table comes to; itself without it.
    """

    def pin(name: str) -> PinnedTable:
        _refuse_location(contract, name)
        return _of_delta(name, verify_files(staging.open(name), name))

    names = [name for name in staging.tables if name in snapshot.readable]
    tables, unreadable = _pin_each(names, snapshot.readable, pin)
    if as_it_will_be is not None:
        tables = {name: pin_again(one, as_it_will_be(name)) for name, one in tables.items()}
    staged = replace(snapshot, tables=tables, unreadable=unreadable)
    return with_tables_of(snapshot, staged, names)


def with_tables_of(snapshot: Snapshot, other: Snapshot, names: Collection[str]) -> Snapshot:
    """Return a snapshot with some of its tables as another one has them."""
    of = {name: other if name in names else snapshot for name in snapshot.readable}
    return replace(
        snapshot,
        tables={name: one.tables[name] for name, one in of.items() if name in one.tables},
        unreadable={
            name: one.unreadable[name] for name, one in of.items() if name in one.unreadable
        },
    )


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
        if not table.format.has_versions:
            raise UsageError(
                f"table `{table.name}` is stored as {storage_text(table.format)}, which have no "
                "versions; leave it out, or check it as it is now"
            )


def refuse_unpublished(tables: Iterable[Table]) -> None:
    """Refuse to check again what the log says of tables that no run publishes.

    Raises:
        UsageError: One is kept as files, or its earlier states are not in the log; names it.
    """
    refuse_versions(tables)
    for table in tables:
        if table.format is not TableFormat.DELTA:
            raise UsageError(
                f"table `{table.name}` is stored as {storage_text(table.format)}, which no run "
                "publishes; leave it out, or check its snapshots with `check --version`"
            )


def _declared(contract: StageContract, contracts: Contracts) -> dict[str, Table]:
    return {
        table.name: table for other in (*contracts.values(), contract) for table in other.tables
    }


def _pin_each(
    names: Iterable[str], readable: Readable, pin: Callable[[str], PinnedTable]
) -> tuple[dict[str, PinnedTable], dict[str, Obstacle]]:
    """Return the tables that can be pinned, and why the others cannot."""
    tables: dict[str, PinnedTable] = {}
    unreadable: dict[str, Obstacle] = {}
    for name in names:
        try:
            tables[name] = pin(name)
        except (TableNotFoundError, FileError, DatabaseError) as error:
            unreadable[name] = Obstacle(error.cause, error.message)
        except WarehouseError as error:
            # The engine quotes what it could not read, and may quote a sensitive value.
            hidden = any(readable[name].values())
            message = f"table `{name}` cannot be read; {_HIDDEN}" if hidden else error.message
            unreadable[name] = Obstacle(error.cause, message)
    return tables, unreadable


def _refuse_location(contract: StageContract, name: str) -> None:
    """Refuse a table that is built, and so is in the warehouse, and declared somewhere else.

    Raises:
        WarehouseError: It is.
    """
    table = contract.table(name)
    if table is not None and table.location is not None:
        raise WarehouseError(
            f"table `{name}` is built by this stage, and so is stored in the warehouse; "
            "leave its `location` out"
        )


def pin_again(pinned: PinnedTable, delta: DeltaTable) -> PinnedTable:
    """Return a Delta table pinned at another version, of the same columns."""
    return replace(pinned, delta=delta, version=delta.version())


def _of_delta(name: str, delta: DeltaTable) -> PinnedTable:
    return PinnedTable(name, delta, delta.version(), Warehouse.schema(delta))
