"""A PostgreSQL database: one snapshot that is only read, by ADBC."""

from __future__ import annotations

import os
import weakref
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from spectra_gx.contract.database_addresses import DatabaseKind, quoted_names
from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.background_queries import BackgroundQueries
from spectra_gx.engines.databases.postgresql.catalogue import columns_of
from spectra_gx.engines.databases.postgresql.relations import find_relation, outside_snapshot
from spectra_gx.engines.databases.postgresql.transaction import STATES, Transaction
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
    TableNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress
    from spectra_gx.engines.databases.background_queries import Answer

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


_PINNED = """
SELECT pg_current_snapshot()::text AS snapshot, current_setting('server_encoding') AS encoding,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn()
    END)::text AS lsn,
    has_function_privilege('pg_export_snapshot()', 'execute') AS exports
"""
_ENCODINGS = ("UTF8", "LATIN1")
"""Those whose texts have the order of their code points."""


class PostgresConnection:
    """One snapshot of a database, in one transaction, or two where that is faster."""

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
        self._uri = SecretStr(_uri(address, login))
        self._background: BackgroundQueries | None = None
        with self._translated():
            self._transaction = Transaction(driver, self._uri)
            self._closed = weakref.finalize(self, self._transaction.close)
            [pinned] = self._transaction.rows(_PINNED)
            self._exported = self._export() if pinned["exports"] else None
        if pinned["encoding"] not in _ENCODINGS:
            reason = f"its texts are in {pinned['encoding']}, whose order is not that of Unicode"
            raise server_refusal(address, reason)
        self.version = f"snapshot={pinned['snapshot']} lsn={pinned['lsn']}"

    def close(self) -> None:
        """End the transaction and its connections."""
        if self._background is not None:
            self._background.close()
        self._closed()

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table, a view or a materialised view; it stays locked against changes."""
        rows = self._transaction.rows
        with self._translated():
            relation = find_relation(address, rows)
            columns = [] if relation is None else columns_of(relation, rows)
            if relation is None or not columns:
                raise TableNotFoundError(self._missing(address))
            self._transaction.lock(quoted_names(address))
            problem = outside_snapshot(relation, rows)
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
        return self._transaction.query(sql, types, seconds)

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        return self._transaction.stream(sql, types, seconds)

    def begin(self, sql: str, types: Mapping[str, str | None], seconds: float) -> Answer | None:
        """Begin a query on a second connection, which reads the same snapshot."""
        if self._exported is None:
            return None
        if self._background is None:
            open_second = partial(Transaction, self._driver, self._uri, self._exported)
            self._background = BackgroundQueries(open_second)
            weakref.finalize(self, self._background.close)
        return self._background.begin(sql, types, seconds)

    def _export(self) -> str:
        """Return the id by which a second transaction reads the same snapshot."""
        [exported] = self._transaction.rows("SELECT pg_export_snapshot() AS id")
        return str(exported["id"])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._driver.Error as error:
            raise server_refusal(self._address, _reason(error)) from None

    def _missing(self, address: DatabaseAddress) -> str:
        there = self._transaction.rows(
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
        return STATES[state]
    if "authentication" in text or "password" in text:
        return LOGIN_REFUSED
    return NO_ANSWER
