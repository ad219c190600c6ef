"""Drivers of databases in the cloud, as far as we call them, on a DuckDB in memory.

Nobody has compared them with the real ones: connections and answers about columns are written down
from each vendor's documentation, and queries are given to DuckDB in its own SQL.
"""

from __future__ import annotations

import re
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Any

import duckdb

from tests.fakes.databases.cloud_sql import as_duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Described = list[tuple[Any, ...]]
"""What the information schema has of each column of a table."""

_STATEMENT = re.compile(r"(?:ALTER SESSION )?SET |BEGIN ")
_NAMED = re.compile(r"table_name = '((?:[^']|'')+)'")


class CloudDriver(ModuleType):
    """A driver's module: `connect`, and what it raises."""

    class Error(Exception):
        """What a driver raises; `errno` as Snowflake's has it."""

        def __init__(self, message: str, errno: int = 0) -> None:
            super().__init__(message)
            self.errno = errno

    def __init__(self, dialect: str, answers: Mapping[str, Described]) -> None:
        """Take the vendor's name in sqlglot, and what it answers: part of a query → rows."""
        super().__init__(dialect)
        self.dialect, self.answers = dialect, answers
        self.tables = duckdb.connect()
        self.described: dict[str, Described] = {}
        self.sent: list[str] = []
        """Every statement, as the driver got it."""

        self.connected: list[dict[str, Any]] = []
        """The arguments of each connection."""

        self.fail: Callable[[str], Exception | None] = lambda _: None
        """From a statement to what it raises."""

    def connect(self, *text: str, **options: Any) -> CloudConnection:
        """Return a connection."""
        self.connected.append({**options, "text": "".join(text)})
        if error := self.fail("connect"):
            raise error
        return CloudConnection(self)


class CloudConnection:
    """A connection; anything may be set on it."""

    def __init__(self, driver: CloudDriver) -> None:
        self._driver = driver
        self.closed = False

    def cursor(self) -> CloudCursor:
        return CloudCursor(self._driver)

    def close(self) -> None:
        self.closed = True


class CloudCursor:
    """A cursor over whole answers."""

    def __init__(self, driver: CloudDriver) -> None:
        self._driver = driver
        self._rows: list[Sequence[Any]] = []
        self.description: list[tuple[str]] = []

    def execute(self, sql: str, job_config: Any = None) -> None:
        """Answer as it is written down, or from DuckDB; a job's configuration is kept."""
        del job_config
        driver = self._driver
        if driver.dialect == "bigquery":
            assert "%" not in sql.replace("%%", "")
            sql = sql.replace("%%", "%")
        driver.sent.append(sql)
        if error := driver.fail(sql):
            raise error
        written = next((rows for part, rows in driver.answers.items() if part in sql), None)
        if _STATEMENT.match(sql):
            self._rows = []
        elif named := _NAMED.search(sql):
            self._rows = list(driver.described.get(named[1].replace("''", "'"), []))
        elif written is not None:
            self._rows = list(written)
        else:
            self._answer(sql)

    def _answer(self, sql: str) -> None:
        try:
            rows = self._driver.tables.sql(as_duckdb(sql, self._driver.dialect)).to_arrow_table()
        except duckdb.Error as error:
            raise CloudDriver.Error(f"DuckDB cannot stand in here: {error}") from None
        self.description = [(name,) for name in rows.column_names]
        columns = [column.to_pylist() for column in rows.columns]
        if self._driver.dialect == "bigquery":  # which leaves zeros out at the end of a decimal
            columns = [[_short(value) for value in column] for column in columns]
        self._rows = list(zip(*columns, strict=True)) if columns else []

    def fetchall(self) -> list[Sequence[Any]]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int) -> list[Sequence[Any]]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._rows = []


def _short(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) else value
