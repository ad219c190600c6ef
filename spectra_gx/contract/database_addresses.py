"""Addresses of tables in databases: `postgresql://host/db#schema.table`, `duckdb:file#table`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from spectra_gx.contract.sql.quoting import quote_name


class DatabaseKind(StrEnum):
    """The systems whose tables are read, by their names in messages."""

    POSTGRESQL = "PostgreSQL"
    MARIADB = "MariaDB"
    DUCKDB = "DuckDB"
    SQLITE = "SQLite"
    SNOWFLAKE = "Snowflake"
    BIGQUERY = "BigQuery"
    SQL_SERVER = "SQL Server"
    DATABRICKS = "Databricks SQL"
    REDSHIFT = "Redshift"


_SCHEMES = {
    "postgresql": DatabaseKind.POSTGRESQL,
    "mysql": DatabaseKind.MARIADB,
    "duckdb": DatabaseKind.DUCKDB,
    "sqlite": DatabaseKind.SQLITE,
    "snowflake": DatabaseKind.SNOWFLAKE,
    "bigquery": DatabaseKind.BIGQUERY,
    "sqlserver": DatabaseKind.SQL_SERVER,
    "databricks": DatabaseKind.DATABRICKS,
    "redshift": DatabaseKind.REDSHIFT,
}
_ELSEWHERE = {
    "postgres": "postgresql://",
    "mariadb": "mysql://",
    "duck": "duckdb:",
    "sqlite3": "sqlite:",
    "mssql": "sqlserver://",
}
"""What others write → what is written here."""

_UNREAD = ("oracle", "trino", "athena", "clickhouse", "jdbc", "odbc")
"""Databases that are known by name and not read."""

FORMS: dict[DatabaseKind, str] = {
    DatabaseKind.POSTGRESQL: "postgresql://host/database#schema.table",
    DatabaseKind.MARIADB: "mysql://host/database#table",
    DatabaseKind.DUCKDB: "duckdb:file#schema.table",
    DatabaseKind.SQLITE: "sqlite:file#table",
    DatabaseKind.SNOWFLAKE: "snowflake://account.snowflakecomputing.com/DATABASE#SCHEMA.TABLE",
    DatabaseKind.BIGQUERY: "bigquery://project/dataset#table",
    DatabaseKind.SQL_SERVER: "sqlserver://host/database#schema.table",
    DatabaseKind.DATABRICKS: "databricks://host/catalog#schema.table",
    DatabaseKind.REDSHIFT: "redshift://host/database#schema.table",
}
SERVERS = tuple(set(DatabaseKind) - {DatabaseKind.DUCKDB, DatabaseKind.SQLITE})
"""Those that are reached over a network."""

_WITHOUT_SCHEMAS = (DatabaseKind.MARIADB, DatabaseKind.SQLITE, DatabaseKind.BIGQUERY)
_ENCRYPTED = (DatabaseKind.SNOWFLAKE, DatabaseKind.BIGQUERY, DatabaseKind.DATABRICKS)
"""Those whose connections are always encrypted and verified."""

TLS_MODES = ("verify-full", "require", "disable")
"""How a connection to a server is protected: `tls=` in an address."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+]*):(?!\\)")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_PART = re.compile(r'"((?:[^"]|"")+)"|([^."\s]+)')
_PLAIN = re.compile(r'[^."\s]+')
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class SecretInAddressError(ValueError):
    """An address contains what could be a secret."""


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a table in a database is."""

    kind: DatabaseKind
    database: str
    """Its name on a server, or its file."""

    table: str
    schema: str | None = None
    """None where the database itself is all there is."""

    host: str | None = None
    port: int | None = None
    tls: str | None = None
    """As `TLS_MODES` has it; None where the address does not say."""

    @property
    def place(self) -> DatabaseAddress:
        """The database alone: equal for all of its tables."""
        return DatabaseAddress(self.kind, self.database, "", None, self.host, self.port, self.tls)

    @property
    def loopback(self) -> bool:
        """Return whether the server is this machine."""
        return self.host in _LOOPBACK

    @property
    def shown(self) -> str:
        """The database as messages name it."""
        port = f":{self.port}" if self.port is not None else ""
        return self.database if self.host is None else f"{self.host}{port}/{self.database}"


def is_database_address(text: str) -> bool:
    """Return whether a location is meant to be in a database, well-formed or not."""
    scheme = _SCHEME.match(text)
    return scheme is not None and scheme[1].lower() in {*_SCHEMES, *_ELSEWHERE, *_UNREAD}


def parse_database_address(text: str) -> DatabaseAddress:
    """Parse an address.

    Raises:
        ValueError: It is none; says why, without repeating what could be a secret.
    """
    scheme = _SCHEME.match(text)
    name = scheme[1].lower() if scheme else ""
    if name in _ELSEWHERE:
        raise ValueError(f"begins with `{name}:`; write `{_ELSEWHERE[name]}`")
    if scheme is None or name not in _SCHEMES:
        *others, last = (f"`{one}:`" for one in _SCHEMES)
        raise ValueError(
            f"is in `{name}`, which is not read; databases are {', '.join(others)} and {last}"
        )
    kind = _SCHEMES[name]
    place, separator, fragment = text[scheme.end() :].partition("#")
    if not separator or not fragment:
        raise ValueError(f"names no table; write `{FORMS[kind]}`")
    schema, table = _names(kind, fragment)
    if kind in SERVERS:
        return _on_server(kind, place, schema, table)
    if place.startswith("//") or not place or "?" in place:
        raise ValueError(f"names no file; write `{FORMS[kind]}`")
    return DatabaseAddress(kind, place, table, schema)


def parse_database(text: str) -> DatabaseAddress:
    """Parse the address of a database itself, without a table.

    Raises:
        ValueError: It is none; says why, without repeating what could be a secret.
    """
    scheme = _SCHEME.match(text)
    kind = _SCHEMES.get(scheme[1].lower()) if scheme else None
    table = "t" if kind in _WITHOUT_SCHEMAS else "s.t"
    return parse_database_address(f"{text}#{table}").place


def table_fragment(schema: str | None, table: str) -> str:
    """Return what is behind `#` in the address of a table, with quotes where they are needed."""
    names = [schema, table] if schema is not None else [table]
    return ".".join(
        name if _PLAIN.fullmatch(name) else quote_name(name) for name in names if name is not None
    )


def _names(kind: DatabaseKind, fragment: str) -> tuple[str | None, str]:
    """Return schema and table; names with a dot or a blank are quoted, as SQL does it."""
    parts: list[str] = []
    at = 0
    while True:
        found = _PART.match(fragment, at)
        if found is None:
            raise ValueError(
                f"names no table after `#`; write `{FORMS[kind]}`, and other names as `{_QUOTED}`"
            )
        parts.append(found[2] or found[1].replace('""', '"'))
        at = found.end()
        if at == len(fragment):
            break
        if fragment[at] != ".":
            raise ValueError(f"names a table that must be quoted after `#`, as in `{_QUOTED}`")
        at += 1
    with_schema = kind not in _WITHOUT_SCHEMAS
    if len(parts) == 1 and with_schema and kind is not DatabaseKind.DUCKDB:
        raise ValueError(
            f"names no schema, and which one {kind} would choose depends on who reads; "
            f"write `{FORMS[kind]}`"
        )
    if len(parts) > 1 + with_schema:
        raise ValueError(f"has too many names after `#`; write `{FORMS[kind]}`")
    default = "main" if kind is DatabaseKind.DUCKDB else None
    return (parts[0] if len(parts) > 1 else default), parts[-1]


_QUOTED = '#"My Schema"."My Table"'


def _on_server(kind: DatabaseKind, place: str, schema: str | None, table: str) -> DatabaseAddress:
    form = FORMS[kind]
    if not place.startswith("//"):
        raise ValueError(f"names no host; write `{form}`")
    location, _, query = place.removeprefix("//").partition("?")
    authority, _, database = location.partition("/")
    if "@" in authority or "@" in database:
        raise SecretInAddressError(
            "contains a user or a password; write neither into an address, and name a credential "
            f"beside it: `credentials:`. The address is `{form}`"
        )
    server = _HOST.fullmatch(authority)
    if server is None or not database or "/" in database:
        raise ValueError(f"names no host and database; write `{form}`")
    if query and kind in _ENCRYPTED:
        raise ValueError(f"has something behind `?`, where {kind} takes nothing; write `{form}`")
    tls = _tls(query) if query else None
    port = int(server[2]) if server[2] else None
    return DatabaseAddress(kind, unquote(database), table, schema, server[1], port, tls)


def _tls(query: str) -> str:
    key, _, mode = query.partition("=")
    if key != "tls" or mode not in TLS_MODES:
        raise SecretInAddressError(
            f"may have `?tls=` with {', '.join(TLS_MODES)}, and nothing else behind `?`; secrets "
            "are a credential's"
        )
    return mode


def quoted_names(address: DatabaseAddress) -> str:
    """Return schema and table as SQL has them."""
    return ".".join(quote_name(name) for name in (address.schema, address.table) if name)
