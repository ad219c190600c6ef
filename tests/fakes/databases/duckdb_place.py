"""A DuckDB file that tables are written into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import duckdb

from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class DuckDbPlace:
    """Tables in one file, each in the schema of its name."""

    credentials: str | None = None

    def __init__(self, folder: Path) -> None:
        self.file = folder / "tables.duckdb"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the file; every write has closed it."""

    def put(self, name: str, rows: pa.Table) -> str:
        """Write a table; return its address."""
        schema, table = name.split(".")
        with duckdb.connect(str(self.file)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.register("given", rows)
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(schema)}")
            made = f"{quote_name(schema)}.{quote_name(table)}"
            connection.execute(f"CREATE OR REPLACE TABLE {made} AS SELECT * FROM given")
        return f"duckdb:{self.file}#{schema}.{table}"
