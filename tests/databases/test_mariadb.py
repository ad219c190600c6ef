"""Tables in a MariaDB server: exact texts, one snapshot, limits, and what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.mariadb.connection import MariaDbConnection
from spectra_gx.errors import (
    DatabaseError,
    OverBudgetError,
    QueryFailedError,
    TableNotFoundError,
)
from tests.fakes.databases.mariadb_place import MariaDbPlace
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIN = {"user": READER, "password": PASSWORD}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbPlace]:
    with MariaDbPlace(tmp_path_factory.mktemp("server")) as place:
        place.put("a", pa.table({"x": pa.array([1, 2], pa.int64()), "s": ["secret", "Secret"]}))
        yield place


@pytest.fixture
def connection(server: MariaDbPlace) -> Iterator[MariaDbConnection]:
    opened = MariaDbConnection(_address(server), LOGIN)
    yield opened
    opened.close()


def _address(server: MariaDbPlace, table: str = "a", database: str = "d"):
    return parse_database_address(f"mysql://127.0.0.1:{server.port}/{database}#{table}")


def test_the_snapshot_does_not_see_what_is_written_later(
    server: MariaDbPlace, connection: MariaDbConnection
) -> None:
    count = "SELECT COUNT(*) AS n FROM a"
    before = connection.query(count, {}, 10).to_pylist()
    server.execute("INSERT INTO a VALUES (3, 'new')")
    try:
        assert connection.query(count, {}, 10).to_pylist() == before == [{"n": 2}]
    finally:
        server.execute("DELETE FROM a WHERE x = 3")
    assert connection.version.startswith("consistent snapshot of ")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO a VALUES (9, 'x')",
        "SELECT x FROM a INTO OUTFILE '/tmp/never'",
        "SELECT 1; DROP TABLE a",
        "SELECT CAST(s AS DATE) / 0 FROM a WHERE nothing = 1",
    ],
)
def test_what_is_no_plain_select_fails_and_quotes_nothing(
    connection: MariaDbConnection, sql: str
) -> None:
    with pytest.raises(QueryFailedError) as failed:
        connection.query(sql, {}, 10)
    assert "secret" not in failed.value.message
    assert connection.query("SELECT COUNT(*) AS n FROM a", {}, 10).to_pylist() == [{"n": 2}]


def test_a_query_that_takes_too_long_is_ended(connection: MariaDbConnection) -> None:
    with pytest.raises(OverBudgetError, match=r"took over 0\.2 s"):
        connection.query("SELECT SLEEP(5) AS x, s FROM a", {}, 0.2)
    assert connection.query("SELECT x FROM a WHERE x = 1", {}, 10).num_rows == 1


def test_what_cannot_be_read_is_named(server: MariaDbPlace, connection: MariaDbConnection) -> None:
    with pytest.raises(TableNotFoundError, match="has no table `b`"):
        connection.describe(_address(server, "b"))
    with pytest.raises(DatabaseError, match="it refuses the user or the password"):
        MariaDbConnection(_address(server), {**LOGIN, "password": "other"})
    with pytest.raises(DatabaseError, match="it refuses the user or the password"):
        MariaDbConnection(_address(server, database="mysql"), LOGIN)


def test_types_are_read_as_what_they_contain(server: MariaDbPlace) -> None:
    server.execute(
        "CREATE TABLE t (a TINYINT(1), b TINYINT, c INT UNSIGNED, d BIGINT UNSIGNED, "
        "e DECIMAL(10,2), f ENUM('x'), g JSON, h YEAR, i DATETIME(3), j TIMESTAMP NULL, k FLOAT)"
    )
    opened = MariaDbConnection(_address(server, "t"), LOGIN)
    types = list(opened.describe(_address(server, "t")).types.values())
    opened.close()
    assert types == [
        *("boolean", "byte", "long", "bigint(20) unsigned", "decimal(10,2)", "string", "string"),
        *("year(4)", "timestamp_ntz", "timestamp", "float of MariaDB"),
    ]
