"""Open tables in databases, one or all of a schema or of a whole database.

Their rows are copied to this machine once, so that a profile says the same of a table wherever it
is.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import (
    SERVERS,
    DatabaseAddress,
    parse_database,
    parse_database_address,
    table_fragment,
)
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Table
from spectra_gx.engines.databases.inspection.catalogue import declared_keys, list_tables
from spectra_gx.engines.databases.inspection.table_copies import copy_rows
from spectra_gx.errors import EngineError, TableNotFoundError, UsageError, WarehouseError
from spectra_gx.profile.file_access import query_files
from spectra_gx.profile.file_names import as_word
from spectra_gx.profile.table_access import (
    OpenTable,
    find_obstacle,
    location_of,
    without_obstacles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.engines.databases.opening import Databases
    from spectra_gx.warehouse.warehouse import Warehouse

_EVERY = "*"
_USUAL_SCHEMAS = ("public", "main", "dbo", "PUBLIC")
"""Those that say nothing about the tables in them."""


def open_database(
    named: str,
    databases: Databases,
    warehouse: Warehouse,
    credentials: str | None,
    left_out: dict[str, str],
) -> Iterator[OpenTable]:
    """Open the table at an address, or all tables of a database or, before `.*`, of a schema.

    Args:
        named: An address; without `#`, the whole database is meant.
        databases: Those that are open.
        warehouse: Where relative locations begin.
        credentials: The name of who reads a server.
        left_out: Takes tables that cannot be read where others can, each with why.

    Raises:
        UsageError: It is no address, a server has no credential, or a table has no column that a
            contract can declare.
        TableNotFoundError: There is no table.
        WarehouseError: The database cannot be read.
    """
    head, _, fragment = named.partition("#")
    try:
        every = fragment in ("", _EVERY) or fragment.endswith(f".{_EVERY}")
        address = parse_database(head) if every else parse_database_address(named)
    except ValueError as error:
        raise UsageError(f"the address of a database {error}") from None
    if address.kind in SERVERS:
        if credentials is None:
            raise UsageError(
                f"`{address.shown}` is on a server, and nothing says who reads it; name a "
                "credential: `--credentials NAME`"
            )
    else:
        scheme = head.partition(":")[0]
        head = f"{scheme}:{location_of(address.database, warehouse, None)[0]}"
        credentials = None
    if not every:
        yield _open(head, address.schema, address.table, databases, credentials)
        return
    schema = fragment.removesuffix(_EVERY).rstrip(".").strip('"') or None
    yield from _open_all(head, schema, databases, credentials, left_out)


def _open_all(
    head: str,
    schema: str | None,
    databases: Databases,
    credentials: str | None,
    left_out: dict[str, str],
) -> Iterator[OpenTable]:
    tables = list_tables(databases.connection(parse_database(head), credentials), schema)
    if not tables:
        where = "" if schema is None else f" in schema `{schema}`"
        raise TableNotFoundError(f"database `{parse_database(head).shown}` has no table{where}")
    failures: list[Exception] = []
    for of, name in tables:
        try:
            yield _open(head, of, name, databases, credentials)
        except (WarehouseError, EngineError, UsageError) as error:
            failures.append(error)
            left_out[f"{head}#{table_fragment(of, name)}"] = str(error)
    if len(failures) == len(tables):
        raise failures[0]


def _open(
    head: str, schema: str | None, name: str, databases: Databases, credentials: str | None
) -> OpenTable:
    location = f"{head}#{table_fragment(schema, name)}"
    address = parse_database_address(location)
    own = address.schema if address.schema not in (None, *_USUAL_SCHEMAS) else None
    table = Table(
        f"{as_word(own or _database_word(address)) or 'database'}.{as_word(name) or 'table'}",
        (),
        (),
        location=location,
        credentials=credentials,
        format=TableFormat.DATABASE,
    )
    return without_obstacles(open_in_database(table, databases))


def open_in_database(table: Table, databases: Databases) -> OpenTable:
    """Open a declared table in a database, by a copy of its rows.

    Raises:
        UsageError: It has no column that a contract can declare.
        TableNotFoundError: There is none.
        EngineError: It cannot be read.
        WarehouseError: The database cannot be read.
        ConfigurationError: A driver or a credential is missing.
    """
    address = parse_database_address(table.location or "")
    connection = databases.connection(address, table.credentials)
    found = connection.describe(address)
    fit = {
        column: type_
        for column, type_ in found.types.items()
        if find_obstacle(column, type_) is None
    }
    if not fit:
        column, type_ = next(iter(found.types.items()))
        why = find_obstacle(column, type_)
        raise UsageError(f"no column of `{address.table}` can be declared: `{column}` {why}")
    opened = query_files(copy_rows(found, fit, table.name), table.location)
    return OpenTable(
        table.name,
        found.types,
        opened.query,
        opened.register,
        location=table.location,
        credentials=table.credentials,
        format=TableFormat.DATABASE,
        declared=declared_keys(connection, address),
    )


def _database_word(address: DatabaseAddress) -> str:
    path = PurePosixPath(address.database)
    return path.name if address.kind in SERVERS else path.stem
