"""What a snapshot of PostgreSQL does not have, and says so: each would pass in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import adbc_driver_postgresql.dbapi as driver
import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.postgresql.connection import PostgresConnection
from spectra_gx.errors import DatabaseError, QueryFailedError
from tests.databases.checked import check_at, verdicts
from tests.fakes.databases.postgresql_place import PostgresPlace
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MADE = """
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO reader;
CREATE TABLE shop.a (id bigint, s text);
INSERT INTO shop.a VALUES (1, 'a'), (2, NULL);
CREATE TABLE shop.parts (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE shop.part PARTITION OF shop.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE shop.others PARTITION OF shop.parts DEFAULT;
INSERT INTO shop.parts VALUES (1, '2026-01-01'), (1, '2020-01-01');
CREATE VIEW shop.of_a AS SELECT id FROM shop.a;
CREATE VIEW shop.of_view AS SELECT id FROM shop.of_a;
CREATE MATERIALIZED VIEW shop.kept AS SELECT id FROM shop.a;
CREATE VIEW shop.some AS SELECT id FROM shop.a WHERE random() < 0.5;
CREATE VIEW shop.some_of_some AS SELECT id FROM shop.some;
CREATE VIEW shop.sampled AS SELECT id FROM shop.a TABLESAMPLE bernoulli (50);
CREATE VIEW shop.constant AS SELECT id, now() AS at FROM shop.a;
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE shop.elsewhere (id bigint) SERVER files OPTIONS (filename '/dev/null');
CREATE VIEW shop.of_elsewhere AS SELECT id FROM shop.elsewhere;
CREATE TABLE shop.dropped (id bigint, gone text, s text);
ALTER TABLE shop.dropped DROP COLUMN gone;
CREATE TABLE shop."Cases" (id bigint, "Id" bigint, "ID" bigint);
CREATE TABLE shop.nothing (id bigint);
CREATE TABLE public.nothing (id bigint);
INSERT INTO public.nothing VALUES (NULL);
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader;
CREATE TABLE shop.partly (id bigint, secret text);
INSERT INTO shop.partly VALUES (1, NULL);
GRANT SELECT (id) ON shop.partly TO reader;
CREATE TABLE shop.policed (id bigint);
ALTER TABLE shop.policed ENABLE ROW LEVEL SECURITY;
INSERT INTO shop.policed VALUES (1), (NULL);
CREATE POLICY first_only ON shop.policed USING (id = 1);
CREATE ROLE other NOLOGIN;
GRANT USAGE ON SCHEMA shop TO other;
GRANT SELECT ON shop.policed TO other;
CREATE VIEW shop.of_policed AS SELECT id FROM shop.policed;
ALTER VIEW shop.of_policed OWNER TO other;
GRANT SELECT ON shop.of_policed TO reader;
ALTER ROLE reader SET transform_null_equals = on;
ALTER ROLE reader SET quote_all_identifiers = on;
ALTER ROLE reader SET row_security = on;
ALTER ROLE reader SET search_path = public;
ALTER ROLE reader SET lock_timeout = '50ms'
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresPlace]:
    with PostgresPlace(tmp_path_factory.mktemp("server")) as place:
        for statement in MADE.split(";\n"):
            place.execute(statement)
        yield place


@pytest.fixture
def snapshot(server: PostgresPlace) -> Iterator[PostgresConnection]:
    address = parse_database_address(f"{server.address}#shop.a")
    opened = PostgresConnection(address, {"user": READER, "password": PASSWORD})
    yield opened
    opened.close()


def rows_of(snapshot: PostgresConnection, server: PostgresPlace, table: str) -> int:
    found = snapshot.describe(parse_database_address(f"{server.address}#shop.{table}"))
    [row] = snapshot.query(f"SELECT count(*) AS n FROM {found.relation}", {}, 10).to_pylist()
    return int(row["n"])


@pytest.mark.parametrize(
    ("statement", "table", "undone"),
    [
        ("TRUNCATE shop.a", "a", "INSERT INTO shop.a VALUES (1, 'a'), (2, NULL)"),
        ("TRUNCATE shop.a", "of_view", "INSERT INTO shop.a VALUES (1, 'a'), (2, NULL)"),
        ("ALTER TABLE shop.a ALTER s TYPE varchar(9) USING s || ''", "a",
         "ALTER TABLE shop.a ALTER s TYPE text"),
        ("TRUNCATE shop.part", "parts", "INSERT INTO shop.part VALUES (1, '2026-01-01')"),
        ("REFRESH MATERIALIZED VIEW shop.kept", "kept", "SELECT 1"),
    ],
)  # fmt: skip
def test_a_table_that_was_emptied_or_rewritten_since_is_no_empty_table(
    server: PostgresPlace, snapshot: PostgresConnection, statement: str, table: str, undone: str
) -> None:
    server.execute(statement)
    try:
        with pytest.raises(DatabaseError, match="emptied or rewrote it since the snapshot"):
            rows_of(snapshot, server, table)
        assert rows_of(snapshot, server, "dropped") == 0
    finally:
        snapshot.close()
        server.execute(undone)


def test_a_table_that_is_pinned_is_emptied_by_nobody(
    server: PostgresPlace, snapshot: PostgresConnection
) -> None:
    assert rows_of(snapshot, server, "of_view") == 2
    server.execute("SET lock_timeout = '50ms'")
    with pytest.raises(driver.Error, match="lock timeout"):
        server.execute("TRUNCATE shop.a")
    server.execute("RESET lock_timeout")
    assert rows_of(snapshot, server, "a") == 2


def test_a_table_can_be_dropped_once_it_was_checked(server: PostgresPlace, tmp_path: Path) -> None:
    server.execute("CREATE TABLE shop.checked (id bigint)")
    server.execute("GRANT SELECT ON shop.checked TO reader")
    found = check_at(
        f"{server.address}#shop.checked", "columns: {id: {type: long, required: true}}", tmp_path
    )
    server.execute("SET lock_timeout = '2s'")
    server.execute("DROP TABLE shop.checked")
    server.execute("RESET lock_timeout")
    assert [str(one.status) for one in found.values()] == ["passed"] * len(found)


def test_a_table_that_somebody_keeps_locked_is_not_waited_for_without_end(
    server: PostgresPlace, snapshot: PostgresConnection
) -> None:
    server.execute("BEGIN")
    server.execute("LOCK TABLE shop.a IN ACCESS EXCLUSIVE MODE")
    try:
        with pytest.raises(DatabaseError, match="somebody keeps a table locked"):
            rows_of(snapshot, server, "a")
        assert rows_of(snapshot, server, "dropped") == 0
        with pytest.raises(QueryFailedError, match="somebody keeps a table locked"):
            snapshot.query("SELECT count(*) AS n FROM shop.a", {}, 10)
    finally:
        server.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("some", "it is a view that gives other rows to each query, by `random`"),
        ("some_of_some", "it is a view that gives other rows to each query, by `random`"),
        ("sampled", "it is a view that gives other rows to each query, by `tablesample`"),
        ("elsewhere", "has no columns, or is a table of another server"),
        ("of_elsewhere", "it reads a table of another server, which is in no snapshot"),
        ("policed", "the user may not read a table or a column, or row-level security hides rows"),
        ("of_policed", "the user may not read a table or a column, or row-level security hides"),
        ("cases", "has no table `shop.cases` — did you mean 'shop.Cases'?"),
    ],
)
def test_what_is_in_no_snapshot_is_named(
    server: PostgresPlace, tmp_path: Path, table: str, said: str
) -> None:
    found = check_at(
        f"{server.address}#shop.{table}", "columns: {id: {type: long, required: true}}", tmp_path
    )
    assert str(found["id.required"].status) == "errored"
    assert said in found["id.required"].message


def test_what_is_read_is_what_is_named(server: PostgresPlace, tmp_path: Path) -> None:
    required = "extra_columns: allow\ncolumns: {id: {type: long, required: true, unique: true}}"
    for table, count in {
        "a": 2, "of_view": 2, "kept": 2, "constant": 2, "parts": 2, "dropped": 0, "nothing": 0,
    }.items():  # fmt: skip
        found = check_at(f"{server.address}#shop.{table}", required, tmp_path)
        assert (found["id.required"].evaluated, found["id.required"].unexpected) == (count, 0)
        assert (found["id.unique"].unexpected == 2) == (table == "parts")
    cases = "columns: {id: long, Id: long, ID: long}"
    found = check_at(f'{server.address}#shop."Cases"', cases, tmp_path)
    assert {str(one.status) for one in found.values()} == {"passed"}


def test_a_column_that_may_not_be_read_costs_its_own_rules_alone(
    server: PostgresPlace, tmp_path: Path
) -> None:
    declared = """
        columns: {id: {type: long, required: true}, secret: {type: string, required: true}}
        rules:
          - {id: some, sql: "select id from {table} where id = null"}
          - {id: all, sql: "select * from {table}"}
    """
    found = check_at(f"{server.address}#shop.partly", declared, tmp_path)
    assert verdicts(found, "id.required", "some") == [("passed", 0, []), ("passed", 0, [])]
    for rule in ("secret.required", "all"):
        assert "the user may not read a table or a column" in found[rule].message


def test_a_connection_that_is_lost_ends_what_is_left(
    server: PostgresPlace, snapshot: PostgresConnection
) -> None:
    assert rows_of(snapshot, server, "a") == 2
    server.execute(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'reader'"
    )
    for _ in range(2):
        with pytest.raises(QueryFailedError, match="PostgreSQL ended the connection; check again"):
            snapshot.query("SELECT count(*) AS n FROM shop.a", {}, 10)
    snapshot.close()


def test_texts_in_no_unicode_are_refused(server: PostgresPlace) -> None:
    server.execute(
        "CREATE DATABASE bytes ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' "
        "LC_CTYPE 'C' TEMPLATE template0"
    )
    address = parse_database_address(f"postgresql://127.0.0.1:{server.port}/bytes#shop.a")
    with pytest.raises(DatabaseError, match="its texts are in SQL_ASCII, whose order is not that"):
        PostgresConnection(address, {"user": READER, "password": PASSWORD})
