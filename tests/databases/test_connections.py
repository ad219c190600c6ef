"""What a connection to a database lets nobody do, and what it does when time is over."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import duckdb
import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.duckdb.connection import DuckDbConnection
from spectra_gx.engines.databases.sqlite.connection import SqliteConnection
from spectra_gx.errors import DatabaseError, OverBudgetError, QueryFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEN = "(" + " UNION ALL ".join(f"SELECT {digit} AS n" for digit in range(10)) + ")"
ENDLESS = (
    "SELECT sum("
    + " + ".join(f"t{i}.n" for i in range(12))
    + ") AS s FROM "
    + ", ".join(f"{TEN} AS t{i}" for i in range(12))
)


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckDbConnection]:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as made:
        made.execute("CREATE TABLE a AS SELECT 1 AS x, 'secret' AS s")
    connection = DuckDbConnection(tmp_path / "a.duckdb", 256, 1)
    yield connection
    connection.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[SqliteConnection]:
    with sqlite3.connect(tmp_path / "a.sqlite") as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE a (x INTEGER, s TEXT, d DATE, t TIMESTAMP, n DECIMAL(5,2))")
        made.execute("INSERT INTO a VALUES (1, 'secret', '2026-01-01', '2026-01-01T00:00:00', 1.5)")
    made.close()
    connection = SqliteConnection(tmp_path / "a.sqlite")
    connection.describe(parse_database_address("sqlite:a#a"))
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY a TO '/tmp/never.csv'",
        "INSERT INTO a VALUES (2, 'b')",
        "ATTACH ':memory:' AS m",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_duckdb_reads_its_file_and_nothing_else(duck: DuckDbConnection, sql: str) -> None:
    with pytest.raises(QueryFailedError) as refused:
        duck.query(sql, {}, 10)
    assert "passwd" not in refused.value.message
    assert duck.query("SELECT x FROM a", {}, 10).to_pylist() == [{"x": 1}]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH ':memory:' AS m",
        "PRAGMA query_only = OFF",
        "INSERT INTO a VALUES (2, 'b', NULL, NULL, NULL)",
        "CREATE TABLE b (x)",
        "SELECT load_extension('x')",
        "SELECT 1; DROP TABLE a",
    ],
)
def test_sqlite_selects_and_does_nothing_else(lite: SqliteConnection, sql: str) -> None:
    with pytest.raises(QueryFailedError):
        lite.query(sql, {}, 10)
    assert lite.query("SELECT x FROM a", {}, 10).to_pylist() == [{"x": 1}]


def test_a_query_that_takes_too_long_is_interrupted(
    duck: DuckDbConnection, lite: SqliteConnection
) -> None:
    for connection in (duck, lite):
        with pytest.raises(OverBudgetError, match=r"took over 0\.2 s"):
            connection.query(ENDLESS, {}, 0.2)
        assert connection.query("SELECT x FROM a", {}, 10).num_rows == 1


def test_no_message_quotes_a_value(duck: DuckDbConnection) -> None:
    with pytest.raises(QueryFailedError) as failed:
        duck.query("SELECT CAST(s AS INTEGER) FROM a", {}, 10)
    assert failed.value.message == (
        "DuckDB could not answer: a value cannot be converted to the type that the rule needs"
    )


def test_a_snapshot_of_sqlite_is_not_changed_by_a_writer(
    lite: SqliteConnection, tmp_path: Path
) -> None:
    version = lite.version
    with sqlite3.connect(tmp_path / "a.sqlite") as writer:
        writer.execute("INSERT INTO a (x) VALUES (2)")
    writer.close()
    assert lite.query("SELECT count(*) AS n FROM a", {}, 10).to_pylist() == [{"n": 1}]
    later = SqliteConnection(tmp_path / "a.sqlite")
    assert later.query("SELECT count(*) AS n FROM a", {}, 10).to_pylist() == [{"n": 2}]
    assert later.version != version
    later.close()


@pytest.mark.usefixtures("lite")
@pytest.mark.parametrize(
    ("column", "value", "type_"),
    [
        ("x", "'abc'", "long and other text"),
        ("s", "x'00'", "string and other blob"),
        ("d", "'2026-02-30'", "date and other text"),
        ("t", "1767225600", "timestamp_ntz and other integer"),
        ("n", "1.234", "decimal(5,2) and other real"),
        ("n", "NULL", "decimal(5,2)"),
    ],
)
def test_a_value_of_another_class_is_named_in_the_type_of_its_column(
    tmp_path: Path, column: str, value: str, type_: str
) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as writer:
        writer.execute(f"INSERT INTO a ({column}) VALUES ({value})")
    writer.close()
    later = SqliteConnection(tmp_path / "a.sqlite")
    assert later.describe(parse_database_address("sqlite:a#a")).types[column] == type_
    later.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no SQLite file"):
        SqliteConnection(tmp_path / "none.sqlite")
    (tmp_path / "bad.sqlite").write_text("no database, but a text that is long enough" * 99)
    with pytest.raises(DatabaseError, match="cannot be read as a SQLite file"):
        SqliteConnection(tmp_path / "bad.sqlite")
