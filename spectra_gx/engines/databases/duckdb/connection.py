"""A DuckDB file, read only: nothing else is opened, and no writer has it at the same time."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.database_addresses import DatabaseKind, quoted_names
from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.changing_views import changing_view, view_with_others
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.arrow_answers import with_whole_numbers
from spectra_gx.engines.databases.database_files import file_version
from spectra_gx.engines.databases.duckdb.types import read_type
from spectra_gx.errors import (
    ConfigurationError,
    DatabaseError,
    EngineError,
    OutOfMemoryError,
    QueryFailedError,
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.database_addresses import DatabaseAddress

_ROWS_AT_ONCE = 50_000
_PLACE = "rowid"


_VIEWS = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal"
_RELATIONS = "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
_TABLES = "SELECT coalesce(string_agg(sql, ';'), '') FROM duckdb_tables()"


class DuckDbConnection:
    """One DuckDB file; while it is open, no other process can write to it."""

    kind = DatabaseKind.DUCKDB

    def __init__(self, file: Path, memory: int, processors: int | None) -> None:
        """Open a file.

        Args:
            file: The database.
            memory: Megabytes that queries may use.
            processors: How many may be kept busy; None for all that there are.

        Raises:
            ConfigurationError: The package is missing.
            DatabaseError: The file cannot be opened.
        """
        try:
            import duckdb  # noqa: PLC0415 - an extra
        except ImportError:
            raise ConfigurationError(
                "tables in DuckDB files need `duckdb`; install it with "
                "`pip install 'spectra-gx[duckdb]'`"
            ) from None
        self._driver = duckdb
        self._file = file
        scratch = tempfile.mkdtemp(prefix="spectra-gx-")
        removed = weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)
        config: dict[str, Any] = {
            "memory_limit": f"{memory}MB",
            "temp_directory": scratch,
            "autoload_known_extensions": False,
        }
        if processors is not None:
            config["threads"] = processors
        try:
            self._connection = duckdb.connect(str(file), read_only=True, config=config)
        except duckdb.Error as error:
            removed()
            raise DatabaseError(_refusal(file, error)) from None
        self._closed = weakref.finalize(self, self._connection.close)
        for setting in (
            "SET TimeZone = 'UTC'",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)
        self.version = file_version(file, file.with_name(f"{file.name}.wal"))
        self._views = dict(self._connection.execute(_VIEWS).fetchall())
        self._tables = self._connection.execute(_RELATIONS).fetchall()
        # A column that compares texts in a way of its own has no other sign of it.
        made = self._connection.execute(_TABLES).fetchall()
        self._collated = any("collate" in sql.lower() for sql in (*self._views.values(), *made[0]))

    def close(self) -> None:
        """Close the file."""
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table, or a view."""
        relation = quoted_names(address)
        problem = changing_view(view_with_others(address.table, self._views), clock=True)
        if problem is not None:
            raise DatabaseError(
                f"`{address.schema}.{address.table}` of the DuckDB file `{self._file}` cannot be "
                f"read: {problem}"
            )
        try:
            empty = self._connection.sql(f"SELECT * FROM {relation} LIMIT 0")
        except self._driver.CatalogException:
            raise TableNotFoundError(self._missing(address)) from None
        except self._driver.Error:
            raise DatabaseError(
                f"`{address.schema}.{address.table}` of the DuckDB file `{self._file}` cannot be "
                "read; a view must not read other files or databases"
            ) from None
        typed = dict(zip(empty.columns, map(read_type, empty.types), strict=True))
        exact = ' COLLATE "binary"' if self._collated else ""
        return DatabaseTable(
            self,
            relation,
            {name: type_ for name, (type_, _) in typed.items()},
            {
                name: read(quote_name(name)) + (exact if type_ == "string" else "")
                for name, (type_, read) in typed.items()
            },
            self._stored_order(address, empty.columns),
        )

    def _stored_order(self, address: DatabaseAddress, columns: Sequence[str]) -> str | None:
        """Return what rises from each row of a table to those that were written after it."""
        is_hidden = _PLACE in map(str.lower, columns)
        is_table = (address.schema, address.table) in self._tables
        return _PLACE if is_table and not is_hidden else None

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""
        with self._limited(seconds):
            return with_whole_numbers(self._connection.sql(sql).to_arrow_table(), types)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> None:
        """Begin nothing: each query uses all processors."""
        del sql, types, seconds

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        with self._limited(seconds), self._connection.cursor() as cursor:
            for batch in _batches(cursor, sql):
                yield with_whole_numbers(pa.Table.from_batches([batch]), types)

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """Interrupt what takes too long, and convert what DuckDB raises.

        Raises:
            EngineError: It failed; quotes no value.
        """
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        except self._driver.InterruptException:
            raise time_exceeded(seconds) from None
        except self._driver.Error as error:
            raise _failure(error) from None
        finally:
            timer.cancel()

    def _missing(self, address: DatabaseAddress) -> str:
        there = self._connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY 1"
        ).fetchall()
        named = f"{address.schema}.{address.table}"
        hint = did_you_mean(named, [name for (name,) in there]) or "; check the table's `location`"
        return f"the DuckDB file `{self._file}` has no table `{named}`{hint}"


def _batches(cursor: Any, sql: str) -> Iterator[pa.RecordBatch]:
    yield from cursor.sql(sql).to_arrow_reader(_ROWS_AT_ONCE)


def _refusal(file: Path, error: Exception) -> str:
    """Return why a file cannot be opened."""
    if not file.exists():
        return f"there is no DuckDB file `{file}`; check the table's `location`"
    text = str(error)
    if "lock" in text or "different configuration" in text:
        return f"the DuckDB file `{file}` is open for writing; close that connection, and run again"
    if "ermission" in text:
        return f"the DuckDB file `{file}` cannot be read; check that you may read it"
    return f"`{file}` cannot be opened as a DuckDB file; check its version, and that it is one"


def _failure(error: Exception) -> EngineError:
    """Return what went wrong, without DuckDB's words: they quote values."""
    name = type(error).__name__.removesuffix("Exception")
    if name == "OutOfMemory":
        return OutOfMemoryError(
            "DuckDB needs more memory than ENGINE_MEMORY allows; set ENGINE_MEMORY higher"
        )
    kind = _KINDS.get(name, "it ended with an error")
    return QueryFailedError(f"DuckDB could not answer: {kind}")


_KINDS = {
    "Conversion": "a value cannot be converted to the type that the rule needs",
    "OutOfRange": "a number is too large",
    "InvalidInput": "a value cannot be calculated with, such as a division by zero",
    "Binder": "the rule cannot be written in DuckDB's SQL",
    "Parser": "the rule cannot be written in DuckDB's SQL",
    "Catalog": "the rule needs a function that DuckDB does not have",
    "IO": "its file cannot be read",
    "Permission": "it may not do what the rule needs",
}
