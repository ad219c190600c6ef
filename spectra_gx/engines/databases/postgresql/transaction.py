"""One transaction of PostgreSQL that only reads, by ADBC; errors end queries and not it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.budget import time_exceeded
from spectra_gx.engines.databases.arrow_answers import with_numbers
from spectra_gx.engines.databases.postgresql.nested import with_nested
from spectra_gx.errors import EngineError, QueryFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import SecretStr


_PATIENCE = (
    "SELECT set_config('lock_timeout', '60s', false) AS x "
    "WHERE current_setting('lock_timeout') = '0'"
)
"""How long to wait for a table that somebody changes; an administrator's limit stays."""


class Transaction:
    """Reads one snapshot, over a connection of its own."""

    def __init__(self, driver: Any, uri: SecretStr, snapshot: str | None = None) -> None:
        """Connect, and begin.

        Args:
            driver: ADBC's module.
            uri: The database, who reads it, and its settings.
            snapshot: The id of another transaction's, which is read; one of its own without it.
        """
        self._driver = driver
        self._seconds: float | None = None
        self._connection = driver.connect(uri.get_secret_value(), autocommit=True)
        try:
            self.rows(_PATIENCE)
            self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if snapshot is not None:
                self._run(f"SET TRANSACTION SNAPSHOT {quote_text(snapshot)}")
        except driver.Error:
            self.close()
            raise

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def cancel(self) -> None:
        """End the query that is running, from another thread."""
        self._connection.adbc_cancel()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query of ours; what the driver raises is left as it is."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            rows: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
        return rows

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

    def lock(self, relation: str) -> None:
        """Keep others from emptying or rewriting a table, by reading nothing of it."""
        self._run("SAVEPOINT locked")
        try:
            self.rows(f"SELECT 1 AS x FROM {relation} LIMIT 0")
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

    def _run(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)


def _answer(found: pa.Table, types: Mapping[str, str | None]) -> pa.Table:
    return with_nested(with_numbers(found, types), types)


def _failure(error: Any, seconds: float) -> EngineError:
    """Return what went wrong, without PostgreSQL's words: they quote values."""
    state = error.sqlstate or ""
    if state == "57014":
        return time_exceeded(seconds)
    kind = STATES.get(state) or _CLASSES.get(state[:2]) or "it ended with an error"
    return QueryFailedError(f"PostgreSQL could not answer: {kind} (SQLSTATE {state or 'unknown'})")


STATES: Mapping[str, str] = {
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
