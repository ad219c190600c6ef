"""The columns of a table of PostgreSQL, from its catalogue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.databases.postgresql.types import PostgresType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Rows = Callable[[str], list[dict[str, Any]]]

COLUMNS = """
SELECT a.attname::text AS name, a.atttypid::bigint AS type, a.atttypmod::bigint AS modifier,
    format_type(a.atttypid, a.atttypmod) AS native
FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = {relation} AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_TYPES = """
WITH RECURSIVE known (type) AS (
    SELECT unnest(ARRAY[{types}]::oid[])
    UNION
    SELECT inner_.type FROM known JOIN pg_catalog.pg_type AS t ON t.oid = known.type
    CROSS JOIN LATERAL (
        SELECT t.typbasetype AS type UNION ALL SELECT t.typelem
        UNION ALL SELECT f.atttypid FROM pg_catalog.pg_attribute AS f
        WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
    ) AS inner_ WHERE inner_.type <> 0
)
SELECT t.oid::bigint AS oid, t.typname::text AS bare, t.typtype::text AS kind,
    format_type(t.oid, NULL) AS name, t.typbasetype::bigint AS base,
    t.typtypmod::bigint AS modifier,
    CASE WHEN t.oid = e.typarray THEN t.typelem ELSE 0 END::bigint AS item,
    CASE WHEN t.typtype = 'c' THEN (
        SELECT json_agg(json_build_array(f.attname, f.atttypid::bigint, f.atttypmod)
            ORDER BY f.attnum)::text
        FROM pg_catalog.pg_attribute AS f
        WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
    ) END AS fields
FROM known JOIN pg_catalog.pg_type AS t ON t.oid = known.type
LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem
"""


@dataclass(frozen=True)
class PostgresColumn:
    """A column, and its type as PostgreSQL writes it."""

    name: str
    type: PostgresType
    native: str


def columns_of(relation: int, rows: Rows) -> list[PostgresColumn]:
    """Return the columns of a relation, by its id, in their order."""
    columns = rows(COLUMNS.format(relation=relation))
    types = _types({column["type"] for column in columns}, rows) if columns else {}
    return [
        PostgresColumn(
            column["name"], _type(types, column["type"], column["modifier"]), column["native"]
        )
        for column in columns
    ]


def _types(wanted: Iterable[int], rows: Rows) -> dict[int, dict[str, Any]]:
    found = rows(_TYPES.format(types=", ".join(map(str, sorted(wanted)))))
    return {row["oid"]: row for row in found}


def _type(types: Mapping[int, Mapping[str, Any]], oid: int, modifier: int) -> PostgresType:
    """Return a type with what it consists of; of a domain, its own modifier counts."""
    row = types[oid]
    item, fields = row["base"] or row["item"], json.loads(row["fields"] or "[]")
    inner = row["modifier"] if row["kind"] == "d" and row["modifier"] != -1 else modifier
    return PostgresType(
        row["name"],
        row["bare"],
        row["kind"],
        modifier,
        _type(types, item, inner) if item else None,
        {name: _type(types, type_, of_field) for name, type_, of_field in fields} or None,
    )
