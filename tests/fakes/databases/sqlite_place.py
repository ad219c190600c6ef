"""A SQLite file that tables are written into."""

from __future__ import annotations

import math
import sqlite3
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TYPES: Mapping[pa.DataType, str] = {
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INT",
    pa.int64(): "INTEGER",
    pa.float64(): "REAL",
    pa.string(): "TEXT",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    pa.timestamp("us"): "TIMESTAMP",
    pa.binary(): "BLOB",
}


class SqlitePlace:
    """Tables in one file, which others may write at the same time."""

    credentials: str | None = None

    def __init__(self, folder: Path) -> None:
        self.file = folder / "tables.sqlite"
        self._connection = sqlite3.connect(self.file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def put(self, name: str, rows: pa.Table) -> str | None:
        """Write a table; return its address, or None where SQLite has no such type or value."""
        types = [_type(field.type) for field in rows.schema]
        values = [[_stored(value) for value in row.values()] for row in rows.to_pylist()]
        if None in types or any(isinstance(one, float) and math.isnan(one)
                                for row in values for one in row):  # fmt: skip
            return None
        table = quote_name(name)
        columns = ", ".join(
            f"{quote_name(column)} {type_}"
            for column, type_ in zip(rows.column_names, types, strict=True)
        )
        self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._connection.execute(f"CREATE TABLE {table} ({columns})")
        marks = ", ".join("?" for _ in types)
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        return f'sqlite:{self.file}#"{name}"'


def _type(arrow: pa.DataType) -> str | None:
    if pa.types.is_decimal(arrow):
        return f"DECIMAL({arrow.precision},{arrow.scale})" if arrow.precision <= 15 else None
    return _TYPES.get(arrow)


def _stored(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat(*((" ",) if hasattr(value, "hour") else ()))
    return str(value) if type(value).__name__ == "Decimal" else value
