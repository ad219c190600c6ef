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
from spectra_gx.engines.changing_views import changing_view, view_with_others
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.mariadb.types import LONGEST_SORTED, read_type
from spectra_gx.engines.databases.python_rows import rows_to_arrow
from spectra_gx.engines.databases.server_refusals import (
    LOGIN_REFUSED,
    NO_ANSWER,
    NO_DATABASE,
    server_refusal,
)
from spectra_gx.errors import (
    ConfigurationError,
    DatabaseError,
    EngineError,
    QueryFailedError,
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress

_CONNECT_SECONDS, _LOCK_SECONDS, _READ_SECONDS = 10, 60, 3700
_ROWS_AT_ONCE = 20_000
_MODE = "PIPES_AS_CONCAT,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY"
_SORTED_BYTES = 3 * LONGEST_SORTED + 1
_SETTINGS = {
    "sql_mode": f"'{_MODE}'",
    "time_zone": "'+00:00'",
    "div_precision_increment": "30",
    # Texts are ordered, and groups are found, by so many bytes; a letter has up to three.
    "max_sort_length": str(_SORTED_BYTES),
    "sort_buffer_size": "GREATEST(@@sort_buffer_size, 2097152)",
    "sql_select_limit": str(2**64 - 1),
    "sql_auto_is_null": "0",
    "timestamp": "UNIX_TIMESTAMP(NOW(6))",
    "lock_wait_timeout": f"LEAST(@@lock_wait_timeout, {_LOCK_SECONDS})",
}
_BEGIN = (
    "SET " + ", ".join(f"SESSION {name} = {value}" for name, value in _SETTINGS.items()),
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
_TOO_LONG, _NO_RIGHT, _NO_DATABASE = (1969, 3024), (1044, 1045, 1142, 1143, 1698), (1049,)
_TOO_LARGE = 1690


_KEPT = (
    "SELECT t.engine, e.transactions FROM information_schema.tables AS t "
    "LEFT JOIN information_schema.engines AS e ON e.engine = t.engine "
    "WHERE t.table_schema = %s AND t.table_name = %s AND t.table_type <> 'VIEW'"
)
_VIEWS = "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = %s"


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
                read_timeout=_READ_SECONDS,
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
        if not found and address.table not in there:
            hint = did_you_mean(address.table, there)
            raise TableNotFoundError(
                f"database `{address.shown}` has no table `{address.table}`"
                + (hint or "; check the table's `location`")
            )
        problem = self._unreadable(address)
        if problem is not None:
            raise DatabaseError(f"`{address.table}` in `{address.shown}` cannot be read: {problem}")
        typed = {name: read_type(native) for name, native in found}
        return DatabaseTable(
            self,
            quote_backticked(address.table),
            {name: type_ for name, (type_, _) in typed.items()},
            {name: read(quote_backticked(name)) for name, (_, read) in typed.items()},
        )

    def _unreadable(self, address: DatabaseAddress) -> str | None:
        """Return why a table is not in the snapshot, or not as a whole; its columns stay."""
        table = quote_backticked(address.table)
        try:
            self._rows(f"SELECT * FROM {table} LIMIT 0")
            kept = self._rows(_KEPT, (address.database, address.table))
            views = self._rows(_VIEWS, (address.database,))
        except self._driver.MySQLError as error:
            return _CODES.get(_code(error), "the server refuses it")
        for engine, safe in kept:
            if engine is not None and safe != "YES":
                return f"{engine} keeps it, of which there is no snapshot; keep it in InnoDB"
        return changing_view(view_with_others(address.table, dict(views)))

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
    if code == _TOO_LARGE and "octet_length" in str(error):
        kind = (
            "a value is not one of its column's type, such as a zero date, or a text that is "
            f"ordered has more than {LONGEST_SORTED:,} letters"
        )
    return QueryFailedError(f"MariaDB could not answer: {kind} (error {code})")


_CODES: Mapping[int, str] = {
    0: "the connection was lost",
    1038: "the server has not enough memory to sort",
    1142: "the user may not read a table, or some of its columns",
    1143: "the user may not read some of its columns",
    1205: "somebody keeps a table locked",
    1356: "a view reads what is gone, or what the user may not read",
    1412: "a table was changed since the snapshot was taken; check again",
    1064: "the rule cannot be written in MariaDB's SQL",
    1365: "something is divided by zero",
    1690: "a number is too large",
    1267: "texts of several collations meet",
    2006: "the connection was lost",
    2013: "the connection was lost",
}
