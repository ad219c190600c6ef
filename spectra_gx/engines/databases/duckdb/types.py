"""DuckDB's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spectra_gx.contract.column_types import struct_type
from spectra_gx.engines.database_table import foreign_type

Read = Callable[[str], str]
"""From a column's quoted name to the SQL that reads it."""

_TYPES: Mapping[str, str] = {
    "boolean": "boolean",
    "tinyint": "byte",
    "smallint": "short",
    "integer": "integer",
    "bigint": "long",
    "float": "float",
    "double": "double",
    "varchar": "string",
    "date": "date",
    "timestamp": "timestamp_ntz",
    "timestamp with time zone": "timestamp",
    "blob": "binary",
}
_READ_AS: Mapping[str, tuple[str, str]] = {
    "uuid": ("string", "VARCHAR"),
    "enum": ("string", "VARCHAR"),
    "json": ("string", "VARCHAR"),
    "utinyint": ("short", "SMALLINT"),
    "usmallint": ("integer", "INTEGER"),
    "uinteger": ("long", "BIGINT"),
    "timestamp_s": ("timestamp_ntz", "TIMESTAMP"),
    "timestamp_ms": ("timestamp_ntz", "TIMESTAMP"),
}
"""DuckDB's type → Delta's, and DuckDB's own that has all of its values."""


def read_type(native: Any) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps DuckDB's name."""
    name = "json" if str(native) == "JSON" else native.id
    if name in _READ_AS:
        type_, cast = _READ_AS[name]
        return type_, lambda column: f"CAST({column} AS {cast})"
    known = _delta_type(native) or foreign_type(str(native).lower(), "DuckDB")
    return known, lambda column: column


def _delta_type(native: Any) -> str | None:
    if str(native) == "JSON":
        return None
    if native.id in _TYPES:
        return _TYPES[native.id]
    if native.id == "decimal":
        precision, scale = (size for _, size in native.children)
        return f"decimal({precision},{scale})"
    if native.id not in ("list", "map", "struct"):
        return None
    inner = {name: _delta_type(child) for name, child in native.children}
    known = {name: type_ for name, type_ in inner.items() if type_ is not None}
    if len(known) < len(inner):
        return None
    if native.id == "struct":
        return struct_type(known.items())
    parts = ",".join(known.values())
    return f"array<{parts}>" if native.id == "list" else f"map<{parts}>"
