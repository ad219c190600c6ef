"""A SQLite file: one read transaction, in which nothing but SELECT is authorised."""

from __future__ import annotations

import sqlite3
import time
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.changing_views import changing_view, view_with_others
from spectra_gx.engines.database_table import DatabaseTable, foreign_type
from spectra_gx.engines.databases.database_files import file_version
from spectra_gx.engines.databases.python_rows import rows_to_arrow
from spectra_gx.engines.databases.sqlite.functions import add_functions
from spectra_gx.engines.databases.sqlite.types import declared_type
from spectra_gx.errors import (
    DatabaseError,
    QueryFailedError,
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress

_ROWS_AT_ONCE = 20_000
_DECLARATION_SECONDS = 60.0
_STEPS = 10_000
"""Of SQLite's machine, after which the time is looked at."""

_ALLOWED = (
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_TRANSACTION,
)


_TABLES = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
_VIEWS = "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"
_STORED = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?"
_ROW_IDS = ("rowid", "oid", "_rowid_")
_LAST_ROW_ID = 2**63 - 1
"""Once a row has it, those that follow get any."""


class SqliteConnection:
    """One SQLite file, as it is when it is opened."""

    kind = DatabaseKind.SQLITE

    def __init__(self, file: Path) -> None:
        """Open a file, and take the snapshot.

        Raises:
            DatabaseError: It cannot be opened, or is no database.
        """
        if not file.is_file():
            raise DatabaseError(f"there is no SQLite file `{file}`; check the table's `location`")
        self._file = file
        try:
            self._connection = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            self._closed = weakref.finalize(self, self._connection.close)
            self._connection.execute("PRAGMA case_sensitive_like = ON")
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("BEGIN")
            self._tables = [name for (name,) in self._connection.execute(_TABLES)]
            self._views = dict(self._connection.execute(_VIEWS).fetchall())
        except sqlite3.Error:
            raise DatabaseError(
                f"`{file}` cannot be read as a SQLite file; check that it is one, that you may "
                "read it, and that no writer keeps it locked"
            ) from None
        add_functions(self._connection)
        self.version = file_version(file, file.with_name(f"{file.name}-wal"))

    def close(self) -> None:
        """End the transaction, and close the file."""
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table; a column with values of another type has that one's name, too."""
        if address.table not in self._tables:
            hint = did_you_mean(address.table, self._tables) or "; check the table's `location`"
            raise TableNotFoundError(
                f"the SQLite file `{self._file}` has no table `{address.table}`{hint}"
            )
        problem = changing_view(view_with_others(address.table, self._views), clock=True)
        if problem is not None:
            raise DatabaseError(
                f"`{address.table}` of the SQLite file `{self._file}` cannot be read: {problem}"
            )
        relation = quote_name(address.table)
        self._connection.set_authorizer(None)
        try:
            columns = self._connection.execute(
                f"SELECT name, type, pk FROM pragma_table_xinfo({quote_text(address.table)})"
            ).fetchall()
            types, reads = self._columns(relation, [(name, type_) for name, type_, _ in columns])
            order = self._stored_order(address.table, columns)
        except sqlite3.Error:
            raise DatabaseError(
                f"`{address.table}` of the SQLite file `{self._file}` cannot be read"
            ) from None
        finally:
            self._connection.set_authorizer(_authorise)
        return DatabaseTable(self, relation, types, reads, order)

    def query_declarations(self, sql: str, types: Mapping[str, str | None]) -> pa.Table:
        """Return the answer to one of our queries of how tables are declared.

        The functions that say so are authorised for nothing else.
        """
        self._connection.set_authorizer(None)
        try:
            return self.query(sql, types, _DECLARATION_SECONDS)
        finally:
            self._connection.set_authorizer(_authorise)

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""
        with self._limited(seconds):
            cursor = self._connection.execute(sql)
            rows = cursor.fetchall()
        return rows_to_arrow([column[0] for column in cursor.description], rows, types)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> None:
        """Begin nothing: a file is read by one connection."""
        del sql, types, seconds

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        with self._limited(seconds):
            cursor = self._connection.execute(sql)
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield rows_to_arrow(names, rows, types)

    def _columns(
        self, relation: str, columns: list[tuple[str, str]]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return type and SQL of each column; all values are looked at, since SQLite keeps any."""
        declared = {name: declared_type(text) for name, text in columns}
        checks = [
            f"max(CASE WHEN {quote_name(name)} IS NOT NULL "
            f"AND NOT ({one.fits.format(quote_name(name))}) "
            f"THEN {one.other.format(quote_name(name))} END)"
            for name, one in declared.items()
            if one is not None
        ]
        odd = self._connection.execute(f"SELECT {', '.join(checks) or '1'} FROM {relation}")
        others = iter(odd.fetchone())
        types, reads = {}, {}
        for name, text in columns:
            known = declared[name]
            types[name] = foreign_type(text.lower() or "no type", "SQLite")
            reads[name] = quote_name(name)
            if known is not None:
                other = next(others)
                types[name] = known.type if other is None else f"{known.type} and other {other}"
                reads[name] = known.read.format(quote_name(name))
        return types, reads

    def _stored_order(self, table: str, columns: list[tuple[str, str, int]]) -> str | None:
        """Return what rises from each row to those that were written after it.

        There is none in a view, nor in a table that keeps its rows in the order of a key.
        """
        keys = [type_.upper() for _, type_, key in columns if key]
        names = {name.lower() for name, *_ in columns}
        free = next((name for name in _ROW_IDS if name not in names), None)
        if (
            free is None
            or keys == ["INTEGER"]
            or not self._connection.execute(_STORED, (table,)).fetchone()
        ):
            return None
        try:
            [last] = self._connection.execute(
                f"SELECT max({free}) FROM {quote_name(table)}"
            ).fetchone()
        except sqlite3.OperationalError:
            return None  # a table WITHOUT ROWID
        return None if last == _LAST_ROW_ID else free

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """End what takes too long, and convert what SQLite raises.

        Raises:
            EngineError: It failed or took too long; quotes no value.
        """
        ends = time.monotonic() + seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise time_exceeded(seconds) from None
            raise QueryFailedError(f"SQLite could not answer: {_reason(str(error))}") from None
        except sqlite3.Error:
            raise QueryFailedError("SQLite could not answer: the file or a value is bad") from None
        finally:
            self._connection.set_progress_handler(None, _STEPS)


def _authorise(action: int, *names: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and names[1] in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


_FORBIDDEN = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer")


def _reason(message: str) -> str:
    if "user-defined" in message:
        return "a division by zero, or a number that is too large"
    if "decode to UTF-8" in message:
        return "a text is not UTF-8"
    if "integer overflow" in message:
        return "a sum is too large"
    return "the rule cannot be written in SQLite's SQL"
