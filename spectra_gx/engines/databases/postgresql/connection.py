"""A PostgreSQL database: one transaction that only reads, by ADBC."""

from __future__ import annotations

import os
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pyarrow as pa

from spectra_gx.contract.database_addresses import DatabaseKind, quoted_names
from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.arrow_answers import with_numbers
from spectra_gx.engines.databases.postgresql.catalogue import columns_of
from spectra_gx.engines.databases.postgresql.nested import with_nested
from spectra_gx.engines.databases.postgresql.relations import find_relation, outside_snapshot
from spectra_gx.engines.databases.postgresql.types import delta_type, read_column
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

    from spectra_gx.contract.database_addresses import DatabaseAddress

_CONNECT_SECONDS = 10
_SETTINGS: Mapping[str, str] = {
    "TimeZone": "UTC",
    "search_path": "",
    "row_security": "off",
    "default_transaction_read_only": "on",
    "standard_conforming_strings": "on",
    "extra_float_digits": "1",
    "DateStyle": "ISO",
    "bytea_output": "hex",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "exit_on_error": "off",
}
"""Of the session: rows that somebody may not see are an error, and names are always whole."""


_PATIENCE = (
    "SELECT set_config('lock_timeout', '60s', false) AS x "
    "WHERE current_setting('lock_timeout') = '0'"
)
"""How long to wait for a table that somebody changes; an administrator's limit stays."""

_PINNED = """
SELECT pg_current_snapshot()::text AS snapshot, current_setting('server_encoding') AS encoding,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn()
    END)::text AS lsn
"""
_ENCODINGS = ("UTF8", "LATIN1")
"""Those whose texts have the order of their code points."""


class PostgresConnection:
    """One snapshot of a database, in one transaction."""

    kind = DatabaseKind.POSTGRESQL

    def __init__(self, address: DatabaseAddress, login: Mapping[str, str]) -> None:
        """Connect, and take the snapshot.

        Args:
            address: The database.
            login: `user`, and where there is one `password`; `ca_file` to verify the server by.

        Raises:
            ConfigurationError: The driver is missing.
            DatabaseError: The database does not answer, or refuses the user.
        """
        try:
            import adbc_driver_postgresql.dbapi as driver  # noqa: PLC0415 - an extra
        except ImportError:
            raise ConfigurationError(
                "tables in PostgreSQL need its driver; install it with "
                "`pip install 'spectra-gx[postgresql]'`"
            ) from None
        self._driver = driver
        self._address = address
        self._seconds: float | None = None
        try:
            self._connection = driver.connect(_uri(address, login), autocommit=True)
        except driver.Error as error:
            raise server_refusal(address, _reason(error)) from None
        self._closed = weakref.finalize(self, self._connection.close)
        with self._translated():
            self._rows(_PATIENCE)
            self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            [pinned] = self._rows(_PINNED)
        if pinned["encoding"] not in _ENCODINGS:
            reason = f"its texts are in {pinned['encoding']}, whose order is not that of Unicode"
            raise server_refusal(address, reason)
        self.version = f"snapshot={pinned['snapshot']} lsn={pinned['lsn']}"

    def close(self) -> None:
        """End the transaction and the connection."""
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table, a view or a materialised view; it stays locked against changes."""
        with self._translated():
            relation = find_relation(address, self._rows)
            columns = [] if relation is None else columns_of(relation, self._rows)
            if relation is None or not columns:
                raise TableNotFoundError(self._missing(address))
            self._lock(quoted_names(address))
            problem = outside_snapshot(relation, self._rows)
        if problem is not None:
            named = f"{address.schema}.{address.table}"
            raise DatabaseError(f"`{named}` in `{address.shown}` cannot be read: {problem}")
        types = {one.name: delta_type(one.type) for one in columns}
        return DatabaseTable(
            self,
            quoted_names(address),
            {one.name: types[one.name] or one.native for one in columns},
            {
                one.name: read_column(one.type, types[one.name])(quote_name(one.name))
                for one in columns
            },
        )

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT."""
        with self._limited(seconds), self._connection.cursor() as cursor:
            cursor.execute(sql)
            return _answer(cursor.fetch_arrow_table(), types)

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        with self._limited(seconds), self._connection.cursor() as cursor:
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                yield _answer(pa.Table.from_batches([batch]), types)

    def _lock(self, relation: str) -> None:
        """Keep others from emptying or rewriting a table, by reading nothing of it."""
        self._run("SAVEPOINT locked")
        try:
            self._rows(f"SELECT 1 AS x FROM {relation} LIMIT 0")
        except self._driver.Error:
            self._run("ROLLBACK TO SAVEPOINT locked")
            raise
        self._run("RELEASE SAVEPOINT locked")

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """Limit the time of what is queried; the transaction outlives an error.

        Raises:
            EngineError: It failed or took too long; quotes no value.
        """
        try:
            if seconds != self._seconds:
                self._run(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
                self._seconds = seconds
            self._run("SAVEPOINT query")
            yield
            self._run("RELEASE SAVEPOINT query")
        except self._driver.Error as error:
            failure = _failure(error, seconds)
            try:
                self._run("ROLLBACK TO SAVEPOINT query")
            except self._driver.Error:
                failure = QueryFailedError("PostgreSQL ended the connection; check again")
            raise failure from None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._driver.Error as error:
            raise server_refusal(self._address, _reason(error)) from None

    def _run(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            rows: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
        return rows

    def _missing(self, address: DatabaseAddress) -> str:
        there = self._rows(
            "SELECT DISTINCT n.nspname::text || '.' || c.relname::text AS name "
            "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
            "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        )
        named = f"{address.schema}.{address.table}"
        names = [row["name"] for row in there]
        if named in names:
            return f"`{named}` in `{address.shown}` has no columns, or is a table of another server"
        hint = did_you_mean(named, names) or "; check the table's `location`"
        return f"database `{address.shown}` has no table `{named}`{hint}"


def _answer(found: pa.Table, types: Mapping[str, str | None]) -> pa.Table:
    return with_nested(with_numbers(found, types), types)


def _uri(address: DatabaseAddress, login: Mapping[str, str]) -> str:
    """Return the address with everything that libpq would look for elsewhere."""
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    given = {
        "user": login["user"],
        "password": login.get("password", ""),
        "options": options,
        "sslmode": address.tls or ("prefer" if address.loopback else "require"),
        "connect_timeout": str(_CONNECT_SECONDS),
        "application_name": "spectra-gx",
        "hostaddr": "",
        "passfile": os.devnull,
        "gssencmode": "disable",
        "target_session_attrs": "any",
        "keepalives_idle": "60",
        "keepalives_interval": "10",
        "keepalives_count": "6",
        "client_encoding": "UTF8",
        **({"sslrootcert": login["ca_file"]} if "ca_file" in login else {}),
    }
    port = f":{address.port}" if address.port is not None else ":5432"
    database = quote(address.database, safe="")
    return f"postgresql://{address.host}{port}/{database}?{urlencode(given, quote_via=quote)}"


def _reason(error: Any) -> str:
    """Return why a database cannot be read."""
    state, text = error.sqlstate or "", str(error)
    if state.startswith("28"):
        return LOGIN_REFUSED
    if "SSL" in text or "certificate" in text:  # also where a certificate's file does not exist
        return "the connection is not protected as `tls` in its address demands"
    if state == "3D000" or "does not exist" in text:
        return NO_DATABASE
    if state in ("42501", "55P03"):
        return _STATES[state]
    if "authentication" in text or "password" in text:
        return LOGIN_REFUSED
    return NO_ANSWER


def _failure(error: Any, seconds: float) -> EngineError:
    """Return what went wrong, without PostgreSQL's words: they quote values."""
    state = error.sqlstate or ""
    if state == "57014":
        return time_exceeded(seconds)
    kind = _STATES.get(state) or _CLASSES.get(state[:2]) or "it ended with an error"
    return QueryFailedError(f"PostgreSQL could not answer: {kind} (SQLSTATE {state or 'unknown'})")


_STATES: Mapping[str, str] = {
    "42501": "the user may not read a table or a column, or row-level security hides rows from it",
    "42P01": "a table is gone",
    "42703": "a column is gone",
    "22012": "something is divided by zero",
    "22003": "a number is too large",
    "0A000": "a value is not a number, or not supported",
    "25006": "it would have to write",
    "55P03": "somebody keeps a table locked",
}
_CLASSES: Mapping[str, str] = {
    "22": "a value cannot be converted or calculated with as the rule needs it",
    "42": "the rule cannot be written in PostgreSQL's SQL",
    "53": "the server has not enough memory or disk",
    "08": "the connection was lost",
    "57": "the server ended the query",
}
