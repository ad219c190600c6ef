"""A MariaDB database: one transaction that only reads, by PyMySQL."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_backticked
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.mariadb.types import read_type
from spectra_gx.engines.databases.python_rows import rows_to_arrow
from spectra_gx.engines.databases.server_refusals import (
    LOGIN_REFUSED,
    NO_ANSWER,
    NO_DATABASE,
    server_refusal,
)
from spectra_gx.errors import (
    ConfigurationError,
    EngineError,
    QueryFailedError,
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress

_CONNECT_SECONDS = 10
_ROWS_AT_ONCE = 20_000
_MODE = "PIPES_AS_CONCAT,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY"
_BEGIN = (
    f"SET SESSION sql_mode = '{_MODE}', time_zone = '+00:00', div_precision_increment = 30",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
_TOO_LONG, _NO_RIGHT, _NO_DATABASE = (1969, 3024), (1044, 1045, 1142, 1143, 1698), (1049,)


class MariaDbConnection:
    """One snapshot of a database, in one transaction."""

    kind = DatabaseKind.MARIADB

    def __init__(self, address: DatabaseAddress, login: Mapping[str, str]) -> None:
        """Connect, and take the snapshot.

        Raises:
            ConfigurationError: The driver is missing.
            DatabaseError: The database does not answer, or refuses the user.
        """
        try:
            import pymysql  # noqa: PLC0415 - an extra
            from pymysql.cursors import SSCursor  # noqa: PLC0415 - an extra
        except ImportError:
            raise ConfigurationError(
                "tables in MariaDB need `pymysql`; install it with "
                "`pip install 'spectra-gx[mysql]'`"
            ) from None
        self._driver, self._unbuffered = pymysql, SSCursor
        self._address = address
        try:
            self._connection = pymysql.connect(
                host=str(address.host).strip("[]"),
                port=address.port or 3306,
                user=login["user"],
                password=login.get("password", ""),
                database=address.database,
                charset="utf8mb4",
                connect_timeout=_CONNECT_SECONDS,
                local_infile=False,
                autocommit=True,
                **_tls(address, login),
            )
            self._closed = weakref.finalize(self, self._connection.close)
            for statement in _BEGIN:
                self._rows(statement)
            [(number,)] = self._rows("SELECT CONNECTION_ID()")
        except pymysql.MySQLError as error:
            raise server_refusal(address, _reason(error)) from None
        self.version = f"consistent snapshot of {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} ({number})"

    def close(self) -> None:
        """End the transaction and the connection."""
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table or a view."""
        try:
            found = self._rows(
                "SELECT column_name, column_type FROM information_schema.columns "
                "WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
                (address.database, address.table),
            )
            there = [] if found else self._table_names(address)
        except self._driver.MySQLError as error:
            raise server_refusal(address, _reason(error)) from None
        if not found:
            hint = did_you_mean(address.table, there)
            raise TableNotFoundError(
                f"database `{address.shown}` has no table `{address.table}`"
                + (hint or "; check the table's `location`")
            )
        typed = {name: read_type(native) for name, native in found}
        return DatabaseTable(
            self,
            quote_backticked(address.table),
            {name: type_ for name, (type_, _) in typed.items()},
            {name: read(quote_backticked(name)) for name, (_, read) in typed.items()},
        )

    def _table_names(self, address: DatabaseAddress) -> list[str]:
        found = self._rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s",
            (address.database,),
        )
        return [name for (name,) in found]

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""
        with self._translated(seconds), self._connection.cursor() as cursor:
            cursor.execute(_limited(sql, seconds))
            return rows_to_arrow(_names(cursor), cursor.fetchall(), types)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> None:
        """Begin nothing: no two connections read one snapshot."""
        del sql, types, seconds

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        with self._translated(seconds), self._connection.cursor(self._unbuffered) as cursor:
            cursor.execute(_limited(sql, seconds))
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield rows_to_arrow(_names(cursor), rows, types)

    @contextmanager
    def _translated(self, seconds: float) -> Iterator[None]:
        """Convert what the driver raises.

        Raises:
            EngineError: It failed or took too long; quotes no value.
        """
        try:
            yield
        except self._driver.MySQLError as error:
            raise _failure(error, seconds) from None

    def _rows(self, sql: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())


def _names(cursor: Any) -> list[str]:
    return [column[0] for column in cursor.description]


def _limited(sql: str, seconds: float) -> str:
    return f"SET STATEMENT max_statement_time = {seconds} FOR {sql}"


def _tls(address: DatabaseAddress, login: Mapping[str, str]) -> dict[str, Any]:
    mode = address.tls or ("disable" if address.loopback else "require")
    if mode == "disable":
        return {"ssl_disabled": True}
    verified = mode == "verify-full"
    authority = {"ssl_ca": login["ca_file"]} if "ca_file" in login else {}
    return {"ssl_verify_cert": verified, "ssl_verify_identity": verified, **authority}


def _code(error: Any) -> int:
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _reason(error: Any) -> str:
    """Return why a database cannot be read."""
    if _code(error) in _NO_RIGHT:
        return LOGIN_REFUSED
    return NO_DATABASE if _code(error) in _NO_DATABASE else NO_ANSWER


def _failure(error: Any, seconds: float) -> EngineError:
    """Return what went wrong, without MariaDB's words: they quote values."""
    code = _code(error)
    if code in _TOO_LONG:
        return time_exceeded(seconds)
    kind = _CODES.get(code, "it ended with an error")
    return QueryFailedError(f"MariaDB could not answer: {kind} (error {code})")


_CODES: Mapping[int, str] = {
    1142: "the user may not read a table",
    1143: "the user may not read a column",
    1064: "the rule cannot be written in MariaDB's SQL",
    1365: "something is divided by zero",
    1690: "a number is too large",
    1267: "texts of several collations meet",
    2013: "the connection was lost",
}
