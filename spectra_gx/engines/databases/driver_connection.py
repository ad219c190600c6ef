"""A database that is read through a driver of Python's own interface for databases (PEP 249).

Each system says in its own folder how it is connected to, what pins a snapshot, and what its errors
mean. None of these systems was run here.
"""

from __future__ import annotations

import importlib
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.python_rows import rows_to_arrow
from spectra_gx.engines.databases.server_refusals import NO_ANSWER, server_refusal
from spectra_gx.errors import (
    ConfigurationError,
    EngineError,
    QueryFailedError,
    SpectraError,
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress, DatabaseKind
    from spectra_gx.engines.databases.dialect import Read

CONNECT_SECONDS = 10
_ROWS_AT_ONCE = 20_000


class DriverConnection:
    """One snapshot of a database; each system's own class says how it is opened and read."""

    kind: ClassVar[DatabaseKind]
    driver: ClassVar[tuple[str, str]]
    """The module that is imported, and our extra that installs it."""

    seal: ClassVar[str] = ""
    """What each text ends with in queries, where the system does not see blanks at an end."""

    outlives_errors: ClassVar[bool] = True
    """Whether the snapshot is still there when a query has failed."""

    def __init__(self, address: DatabaseAddress, login: Mapping[str, str]) -> None:
        """Connect, and take the snapshot.

        Raises:
            ConfigurationError: The driver or a part of the credential is missing.
            DatabaseError: The database does not answer, or refuses the user.
        """
        self._address = address
        self._seconds = 0.0
        self._ended = False
        self._driver = self._import()
        try:
            self._connection = self._connect(login)
            self._closed = weakref.finalize(self, self._close, self._connection)
            self._version = self._pin()
        except SpectraError:
            raise
        except Exception as error:  # noqa: BLE001 - drivers pass on what their clients raise
            raise server_refusal(address, self._reason(error)) from None

    @property
    def version(self) -> str:
        """The snapshot that is read, for the log."""
        return self._version

    def close(self) -> None:
        """End the snapshot and the connection."""
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table or a view."""
        try:
            found = self._columns(address)
            there = [] if found else self._table_names(address)
            relation = self._relation(address) if found else ""
        except SpectraError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise server_refusal(address, self._reason(error)) from None
        named = ".".join(name for name in (address.schema, address.table) if name)
        if not found:
            raise TableNotFoundError(
                f"{self.kind} database `{address.shown}` has no table `{named}`"
                + (did_you_mean(named, there) or "; check the table's `location`")
            )
        typed = {name: (type_, read) for name, type_, read in found}
        return DatabaseTable(
            self,
            relation,
            {name: type_ for name, (type_, _) in typed.items()},
            {name: read(self._quote(name)) for name, (_, read) in typed.items()},
        )

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""
        with self._executed(sql, seconds) as cursor:
            return self._rows_to_arrow(cursor, cursor.fetchall(), types)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> None:
        """Begin nothing: queries are answered one after another."""
        del sql, types, seconds

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        with self._executed(sql, seconds) as cursor:
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield self._rows_to_arrow(cursor, rows, types)

    # -- what each system says --------------------------------------------------------------------

    def _connect(self, login: Mapping[str, str]) -> Any:
        """Return the driver's connection."""
        raise NotImplementedError

    def _pin(self) -> str:
        """Take the snapshot; return what it is called."""
        raise NotImplementedError

    def _limit(self, seconds: float) -> None:
        """Limit the time of queries from now on."""
        raise NotImplementedError

    def _lives(self) -> bool:
        """Return whether the snapshot is still there, after an error."""
        return self.outlives_errors

    def _columns(self, address: DatabaseAddress) -> list[tuple[str, str, Read]]:
        """Return each column, its Delta type and how it is read; none where there is no table."""
        raise NotImplementedError

    def _relation(self, address: DatabaseAddress) -> str:
        """Return the table as queries name it, as it was when the snapshot was taken."""
        names = (address.database, address.schema, address.table)
        return ".".join(self._quote(name) for name in names if name)

    def _reason(self, error: Exception) -> str:
        """Return why the database cannot be read."""
        del error
        return NO_ANSWER

    def _failure(self, error: Exception) -> str | None:
        """Return why a query failed; None where it took too long."""
        raise NotImplementedError

    def _table_names(self, address: DatabaseAddress) -> list[str]:
        """Return the tables that are there, with their schemas."""
        found = self._rows(
            "SELECT table_schema, table_name FROM "
            f"{self._quote(address.database)}.{self._information('TABLES')}"
        )
        return [f"{schema}.{table}" for schema, table in found]

    def _information(self, view: str) -> str:
        return f"INFORMATION_SCHEMA.{view}"

    def _quote(self, name: str) -> str:
        return quote_name(name)

    def _execute(self, cursor: Any, sql: str) -> None:
        cursor.execute(sql)

    @staticmethod
    def _close(connection: Any) -> None:
        connection.close()

    # -- what all have in common ------------------------------------------------------------------

    def _import(self) -> Any:
        module, extra = self.driver
        try:
            return importlib.import_module(module)
        except ImportError:
            raise ConfigurationError(
                f"tables in {self.kind} need its driver; install it with "
                f"`pip install 'spectra-gx[{extra}]'`"
            ) from None

    def _described(self, address: DatabaseAddress, *columns: str) -> list[Sequence[Any]]:
        """Return what the information schema has of each column, `columns` of it."""
        return self._rows(
            f"SELECT {', '.join(columns)} "
            f"FROM {self._quote(address.database)}.{self._information('COLUMNS')} "
            f"WHERE table_schema = {quote_text(address.schema or '')} "
            f"AND table_name = {quote_text(address.table)} ORDER BY ordinal_position"
        )

    def _rows(self, sql: str) -> list[Sequence[Any]]:
        cursor = self._connection.cursor()
        try:
            self._execute(cursor, sql)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def _run(self, sql: str) -> None:
        cursor = self._connection.cursor()
        try:
            self._execute(cursor, sql)
        finally:
            cursor.close()

    @contextmanager
    def _executed(self, sql: str, seconds: float) -> Iterator[Any]:
        """Execute a query; its cursor is closed at the end.

        Raises:
            EngineError: It failed or took too long; quotes no value.
        """
        if self._ended:
            raise QueryFailedError(
                f"{self.kind} ended the snapshot with an earlier query, which failed; see its rule"
            )
        try:
            if seconds != self._seconds:
                self._limit(seconds)
                self._seconds = seconds
            cursor = self._connection.cursor()
            try:
                self._execute(cursor, sql)
                yield cursor
            finally:
                cursor.close()
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            why = self._failure(error)
            self._ended = not self._outlived()
            if why is None:
                raise time_exceeded(seconds) from None
            raise QueryFailedError(f"{self.kind} could not answer: {why}") from None

    def _outlived(self) -> bool:
        try:
            return self._lives()
        except Exception:  # noqa: BLE001 - the connection is gone, whatever the driver says
            return False

    def _rows_to_arrow(
        self, cursor: Any, rows: Sequence[Sequence[Any]], types: Mapping[str, str | None]
    ) -> pa.Table:
        # Names by place: not every system answers with the names that it was given.
        names = list(types) or [column[0] for column in cursor.description]
        if self.seal:
            rows = [[self._unsealed(value) for value in row] for row in rows]
        return rows_to_arrow(names, rows, types)

    def _unsealed(self, value: Any) -> Any:
        return value.removesuffix(self.seal) if isinstance(value, str) else value
