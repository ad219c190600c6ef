"""Open the databases of a snapshot, each once, and describe the tables in them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

from spectra_gx.contract.database_addresses import (
    SERVERS,
    DatabaseAddress,
    DatabaseKind,
    parse_database_address,
)
from spectra_gx.engines.databases.logins import check_login
from spectra_gx.errors import ConfigurationError, DatabaseError, EngineError
from spectra_gx.store.addresses import is_store_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Table
    from spectra_gx.engines.database_table import DatabaseConnection, DatabaseTable
    from spectra_gx.engines.session import Engine, Session
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.warehouse.warehouse import Warehouse


_HERE = __name__.rpartition(".")[0]
_SERVERS: Mapping[DatabaseKind, tuple[str, str]] = {
    DatabaseKind.POSTGRESQL: ("postgresql", "PostgresConnection"),
    DatabaseKind.MARIADB: ("mariadb", "MariaDbConnection"),
    DatabaseKind.SNOWFLAKE: ("snowflake", "SnowflakeConnection"),
    DatabaseKind.BIGQUERY: ("bigquery", "BigQueryConnection"),
    DatabaseKind.SQL_SERVER: ("sqlserver", "SqlServerConnection"),
    DatabaseKind.DATABRICKS: ("databricks", "DatabricksConnection"),
    DatabaseKind.REDSHIFT: ("redshift", "RedshiftConnection"),
}
"""Server → folder and class of its connection; each is imported when a contract names it."""


class Databases:
    """The databases that the tables of one snapshot are in."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Take where relative files begin, and what knows credentials."""
        self._warehouse = warehouse
        self._open: dict[tuple[DatabaseAddress, str | None], DatabaseConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; they are opened again when a table is looked up."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def table(self, declared: Table) -> DatabaseTable:
        """Return a declared table as it is in its database.

        Raises:
            TableNotFoundError: There is none of that name.
            DatabaseError: The database or the table cannot be read.
            ConfigurationError: A driver or a credential is missing.
        """
        try:
            address = parse_database_address(declared.location or "")
        except ValueError as error:
            raise ConfigurationError(f"`location` of table `{declared.name}` {error}") from None
        return self.connection(address, declared.credentials).describe(address)

    def connection(self, address: DatabaseAddress, credentials: str | None) -> DatabaseConnection:
        """Return the connection to the database of an address, opened once.

        Raises:
            DatabaseError: It cannot be read.
            ConfigurationError: A driver or a credential is missing.
        """
        key = address.place, credentials
        if key not in self._open:
            self._open[key] = self._connect(address, credentials)
        return self._open[key]

    def _connect(self, address: DatabaseAddress, credentials: str | None) -> DatabaseConnection:
        if address.kind in SERVERS:
            return self._on_server(address, credentials)
        if credentials is not None:
            raise ConfigurationError(
                f"`{address.database}` is a file, which no credential opens; remove `credentials`"
            )
        return self._in_file(address)

    def _on_server(self, address: DatabaseAddress, credentials: str | None) -> DatabaseConnection:
        if credentials is None:
            raise ConfigurationError(
                f"`{address.shown}` is on a server, and nothing says who reads it; name its "
                "`credentials`"
            )
        login = self._warehouse.login(credentials)
        return open_server(address, credentials, login)

    def _in_file(self, address: DatabaseAddress) -> DatabaseConnection:
        root = self._warehouse.address
        file = Path(address.database)
        if is_store_address(root) and not file.is_absolute():
            raise DatabaseError(
                f"`{file}` is relative to the warehouse `{root}`, which is no folder; write the "
                "whole path"
            )
        path = Path(root) / file
        if address.kind is DatabaseKind.SQLITE:
            from spectra_gx.engines.databases.sqlite.connection import (  # noqa: PLC0415 - as above
                SqliteConnection,
            )

            return SqliteConnection(path)
        from spectra_gx.engines.databases.duckdb.connection import (  # noqa: PLC0415 - as above
            DuckDbConnection,
        )

        return DuckDbConnection(path, self._warehouse.memory, self._warehouse.processors)


def open_server(
    address: DatabaseAddress, credentials: str, login: Mapping[str, str]
) -> DatabaseConnection:
    """Connect to a database on a server, by the credential of this name.

    Raises:
        ConfigurationError: The credential is not for it, or its driver is missing.
        DatabaseError: It does not answer, or refuses the user.
    """
    check_login(address, credentials, login)
    module, name = _SERVERS[address.kind]
    connection = getattr(importlib.import_module(f"{_HERE}.{module}.connection"), name)
    found: DatabaseConnection = connection(address, login)
    return found


def open_session(engine: Engine, snapshot: Snapshot) -> Session:
    """Open a session of an engine; tables in databases are answered by these.

    Raises:
        EngineError: The engine's rows do not meet those of databases.
    """
    if all(table.database is None for table in snapshot.tables.values()):
        return engine.open(snapshot)
    if engine.dataframes != "pandas":
        raise EngineError(
            f"a stage with tables in databases is not checked with `--engine {engine.name}`; "
            "leave it out"
        )
    from spectra_gx.engines.databases.placed_session import (  # noqa: PLC0415 - sqlglot is slow
        PlacedSession,
    )

    return PlacedSession(engine.open(snapshot))
