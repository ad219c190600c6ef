"""What a database says about its tables: names, keys, references, what is never null."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseAddress, DatabaseKind
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.sqlite.connection import SqliteConnection
from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.engines.database_table import DatabaseConnection

_SECONDS = 60.0


@dataclass(frozen=True)
class DeclaredReference:
    """Columns of a table that the database keeps to the key of another."""

    columns: tuple[str, ...]
    schema: str | None
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class DeclaredKeys:
    """What a database declares of a table."""

    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    required: frozenset[str] = frozenset()
    references: tuple[DeclaredReference, ...] = ()


def list_tables(connection: DatabaseConnection, schema: str | None) -> list[tuple[str | None, str]]:
    """Return schema and name of each table, without views; of one schema if it is given.

    Raises:
        ConfigurationError: This kind of database is not listed.
        EngineError: It could not answer.
    """
    if connection.kind not in _TABLES:
        raise ConfigurationError(
            f"the tables of {connection.kind} are not listed; name one behind `#`"
        )
    rows = _rows(connection, _TABLES[connection.kind], "sch", "name")
    found = [(row["sch"], row["name"]) for row in rows]
    return [one for one in found if schema is None or one[0] == schema]


def declared_keys(connection: DatabaseConnection, address: DatabaseAddress) -> DeclaredKeys:
    """Return what a database declares of a table; nothing where it is not asked.

    Raises:
        EngineError: It could not answer.
    """
    if connection.kind not in _KEYS:
        return DeclaredKeys()
    names = {
        "schema": quote_text(address.schema or ""),
        "table": quote_text(address.table),
    }
    keys = _rows(
        connection,
        _KEYS[connection.kind].format(**names),
        *("con", "kind", "col", "ref_schema", "ref_table", "ref_col"),
    )
    required = _rows(connection, _REQUIRED[connection.kind].format(**names), "col")
    return _assembled(keys, {row["col"] for row in required})


def _assembled(rows: Iterable[Mapping[str, Any]], required: set[str]) -> DeclaredKeys:
    primary: tuple[str, ...] = ()
    unique, references = [], []
    for (_, kind), group in groupby(rows, lambda row: (row["con"], row["kind"])):
        members = list(group)
        columns = tuple(row["col"] for row in members)
        to = tuple(row["ref_col"] for row in members)
        if kind == "p":
            primary = columns
        elif kind == "u":
            unique.append(columns)
        elif None not in to:
            first = members[0]
            reference = DeclaredReference(columns, first["ref_schema"], first["ref_table"], to)
            references.append(reference)
    return DeclaredKeys(primary, tuple(unique), frozenset(required), tuple(references))


def _rows(connection: DatabaseConnection, sql: str, *columns: str) -> list[dict[str, Any]]:
    types: dict[str, str | None] = dict.fromkeys(columns, "string")
    answer = (
        connection.query_declarations(sql, types)
        if isinstance(connection, SqliteConnection)
        else connection.query(sql, types, _SECONDS)
    )
    return [dict(zip(columns, row.values(), strict=True)) for row in answer.to_pylist()]


_TABLES = {
    DatabaseKind.POSTGRESQL: """
SELECT n.nspname::text AS sch, c.relname::text AS name
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema'
AND n.nspname !~ '^pg_' ORDER BY 1, 2
""",
    DatabaseKind.MARIADB: """
SELECT NULL AS sch, table_name AS name FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 2
""",
    DatabaseKind.DUCKDB: """
SELECT schema_name AS sch, table_name AS name FROM duckdb_tables()
WHERE NOT internal AND NOT temporary AND database_name = current_database() ORDER BY 1, 2
""",
    DatabaseKind.SQLITE: """
SELECT NULL AS sch, name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 2
""",
}
_KEYS = {
    DatabaseKind.POSTGRESQL: """
SELECT con.conname::text AS con, con.contype::text AS kind, a.attname::text AS col,
fn.nspname::text AS ref_schema, fc.relname::text AS ref_table, fa.attname::text AS ref_col
FROM pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_class AS c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL unnest(con.conkey) WITH ORDINALITY AS k (attnum, place)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
LEFT JOIN pg_catalog.pg_class AS fc ON fc.oid = con.confrelid
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS fa
ON fa.attrelid = con.confrelid AND fa.attnum = con.confkey[k.place]
WHERE con.contype IN ('p', 'u', 'f') AND con.convalidated
AND n.nspname = {schema} AND c.relname = {table} ORDER BY con.conname, k.place
""",
    DatabaseKind.MARIADB: """
SELECT constraint_name AS con, CASE WHEN referenced_table_name IS NOT NULL THEN 'f'
WHEN constraint_name = 'PRIMARY' THEN 'p' ELSE 'u' END AS kind, column_name AS col,
NULL AS ref_schema, referenced_table_name AS ref_table, referenced_column_name AS ref_col
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND table_name = {table}
AND (referenced_table_schema IS NULL OR referenced_table_schema = DATABASE())
ORDER BY constraint_name, ordinal_position
""",
    DatabaseKind.DUCKDB: """
SELECT CAST(constraint_index AS VARCHAR) AS con, CASE constraint_type WHEN 'PRIMARY KEY' THEN 'p'
WHEN 'UNIQUE' THEN 'u' ELSE 'f' END AS kind, constraint_column_names[place] AS col,
schema_name AS ref_schema, referenced_table AS ref_table,
referenced_column_names[place] AS ref_col
FROM (SELECT *, unnest(range(1, len(constraint_column_names) + 1)) AS place
FROM duckdb_constraints()
WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
AND database_name = current_database() AND schema_name = {schema} AND table_name = {table})
ORDER BY constraint_index, place
""",
    DatabaseKind.SQLITE: """
SELECT con, kind, col, NULL AS ref_schema, ref_table, ref_col FROM (
SELECT '' AS con, 'p' AS kind, name AS col, NULL AS ref_table, NULL AS ref_col, pk AS place
FROM pragma_table_info({table}) WHERE pk > 0
UNION ALL SELECT i.name, 'u', c.name, NULL, NULL, c.seqno
FROM pragma_index_list({table}) AS i, pragma_index_info(i.name) AS c
WHERE i."unique" AND i.origin = 'u' AND NOT i.partial
UNION ALL SELECT CAST(id AS TEXT), 'f', "from", "table",
coalesce("to", (SELECT p.name FROM pragma_table_info("table") AS p WHERE p.pk = seq + 1)), seq
FROM pragma_foreign_key_list({table}))
ORDER BY kind, con, place
""",
}
"""One row for each column of a constraint, in order: name, kind, column, what it refers to."""

_REQUIRED = {
    DatabaseKind.POSTGRESQL: """
SELECT a.attname::text AS col FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND n.nspname = {schema} AND c.relname = {table}
""",
    DatabaseKind.MARIADB: """
SELECT column_name AS col FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = {table} AND is_nullable = 'NO'
""",
    DatabaseKind.DUCKDB: """
SELECT column_name AS col FROM duckdb_columns() WHERE NOT is_nullable
AND database_name = current_database() AND schema_name = {schema} AND table_name = {table}
""",
    DatabaseKind.SQLITE: """
SELECT name AS col FROM pragma_table_info({table}) WHERE "notnull"
""",
}
