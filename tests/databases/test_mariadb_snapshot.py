"""What MariaDB keeps in its own way, and what its snapshot does not have: read, or named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.mariadb.connection import MariaDbConnection
from spectra_gx.errors import DatabaseError, QueryFailedError
from tests.databases.checked import check_at, verdicts
from tests.fakes.databases.mariadb_place import MariaDbPlace
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOW = {"user": "low", "password": PASSWORD}
TYPES = {
    "id": ("bigint", "long"), "small": ("smallint unsigned", "integer"),
    "medium": ("mediumint unsigned", "integer"), "whole": ("int unsigned", "long"),
    "json": ("json", "string"), "choice": ("enum('a','b')", "string"),
    "latin": ("varchar(9) CHARACTER SET latin1", "string"), "padded": ("char(9)", "string"),
    "flag": ("tinyint(1)", "boolean"), "day": ("date", "date"),
    "wall": ("datetime(6)", "timestamp_ntz"), "at": ("timestamp NULL", "timestamp"),
}  # fmt: skip
OF_ITS_OWN = {
    "big": ("bigint unsigned", "bigint(20) unsigned"), "half": ("float", "float of MariaDB"),
    "several": ("set('a','b')", "set('a','b')"), "year": ("year", "year(4)"),
    "time": ("time(3)", "time(3)"), "bits": ("bit(3)", "bit(3)"), "spot": ("point", "point"),
    "wide": ("decimal(50,3)", "decimal(50,3)"),
}  # fmt: skip


MADE = """
INSERT INTO types (id, small, medium, whole, json, choice, latin, padded, flag, day, wall, at)
    VALUES (1, 65535, 16777215, 4294967295, '{}', 'a', 'é', 'a ', 1, '2026-01-01',
    '2026-01-01 12:00:00.000001', '2026-01-01 00:00:00');
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE odd (id bigint, flag tinyint(1), day date, sure date NOT NULL, at datetime,
    kind enum('a'));
INSERT INTO odd VALUES (1, 2, '0000-00-00', '0000-00-00', '0000-00-00', 'zz'),
    (2, -1, '2026-02-31', '2026-00-10', '2026-02-31 00:00:00', 'a');
SET sql_mode = DEFAULT;
CREATE TABLE a (id bigint, s longtext);
INSERT INTO a VALUES (1, 'a'), (2, NULL);
CREATE TABLE A_ (id bigint);
CREATE TABLE a_ (id bigint, x bigint);
INSERT INTO a_ VALUES (NULL, 1);
CREATE TABLE old (id bigint) ENGINE = MyISAM;
CREATE VIEW `some` AS SELECT id FROM a WHERE rand() < 0.5;
CREATE VIEW some_of_some AS SELECT id FROM `some`;
CREATE VIEW constant AS SELECT id, now() AS at FROM a;
CREATE VIEW broken AS SELECT id FROM a_;
RENAME TABLE a_ TO b_;
CREATE USER 'low'@'127.0.0.1' IDENTIFIED BY 'only-for-tests';
GRANT SELECT (id) ON d.a TO 'low'@'127.0.0.1';
GRANT SHOW VIEW ON d.* TO 'reader'@'127.0.0.1'
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbPlace]:
    with MariaDbPlace(tmp_path_factory.mktemp("server")) as place:
        columns = {name: native for name, (native, _) in {**TYPES, **OF_ITS_OWN}.items()}
        listed = ", ".join(f"{name} {native}" for name, native in columns.items())
        for statement in (f"CREATE TABLE types ({listed})", *MADE.split(";\n")):
            place.execute(statement)
        yield place


@pytest.fixture
def snapshot(server: MariaDbPlace) -> Iterator[MariaDbConnection]:
    opened = opened_by(server, {"user": READER, "password": PASSWORD})
    yield opened
    opened.close()


def opened_by(server: MariaDbPlace, login: dict[str, str]) -> MariaDbConnection:
    return MariaDbConnection(address_of(server, "a"), login)


def address_of(server: MariaDbPlace, table: str):
    return parse_database_address(f"mysql://127.0.0.1:{server.port}/d#{table}")


def check(server: MariaDbPlace, table: str, declared: str, root: Path):
    return check_at(f"mysql://127.0.0.1:{server.port}/d#{table}", declared, root)


def test_each_type_is_read_or_named(server: MariaDbPlace, tmp_path: Path) -> None:
    types = {name: type_ for name, (_, type_) in TYPES.items()}
    declared = {**types, **dict.fromkeys(OF_ITS_OWN, "float")}
    columns = ", ".join(f"{name}: {type_}" for name, type_ in declared.items())
    rules = f"rules: [{{id: all, sql: 'select {', '.join(types)} from {{table}}'}}]"
    found = check(server, "types", f"columns: {{{columns}}}\n{rules}", tmp_path)
    assert {name: found[f"{name}.type"].observed for name in declared} == {
        name: type_ for name, (_, type_) in {**TYPES, **OF_ITS_OWN}.items()
    }
    assert {str(found[f"{name}.type"].status) for name in OF_ITS_OWN} == {"failed"}
    assert found["all"].sample == (
        {"id": 1, "small": 65535, "medium": 16777215, "whole": 4294967295, "json": "{}",
         "choice": "a", "latin": "é", "padded": "a", "flag": True, "day": "2026-01-01",
         "wall": "2026-01-01T12:00:00.000001", "at": "2026-01-01T00:00:00+00:00"},
    )  # fmt: skip


def test_values_that_are_of_no_type_of_delta_are_errored(
    server: MariaDbPlace, tmp_path: Path
) -> None:
    declared = """
        primary_key: [id]
        columns:
          id: long
          flag: {type: boolean, enum: [true]}
          day: {type: date, max: "2030-01-01"}
          sure: {type: date, required: true, max: "2030-01-01"}
          at: {type: timestamp_ntz, max: "2030-01-01T00:00:00"}
          kind: {type: string, enum: [a]}
    """
    found = check(server, "odd", declared, tmp_path)
    for rule in ("flag.enum", "day.max", "sure.max", "sure.required", "at.max"):
        assert "a value is not one of its column's type, such as a zero date" in found[rule].message
        assert str(found[rule].status) == "errored"
    assert verdicts(found, "kind.enum") == [("failed", 1, ["1"])]


def test_texts_that_begin_alike_are_different(server: MariaDbPlace, tmp_path: Path) -> None:
    for table, letters in {"alike": 3000, "longer": 20_000}.items():
        server.execute(f"CREATE TABLE {table} (id bigint, s longtext)")
        for number, end in enumerate("abacba"):
            server.execute(f"INSERT INTO {table} VALUES (%s, %s)", number, "é" * letters + end)
    declared = """
        columns: {id: long, s: {type: string, unique: true, max_length: 20000}}
        rules:
          - {id: count, column: s, distinct: {min: 3, max: 3}}
          - id: alone
            sql: "select id from (select id, row_number() over (partition by s order by id) as n
              from {table}) as x where n = 1"
    """
    found = check(server, "alike", declared, tmp_path)
    assert [found[rule].unexpected for rule in ("s.unique", "alone", "s.max_length")] == [5, 3, 0]
    assert str(found["count"].status) == "passed"
    found = check(server, "longer", declared, tmp_path)
    assert found["s.max_length"].unexpected == 6
    for rule in ("s.unique", "count", "alone"):
        assert "a text that is ordered has more than 20,000 letters" in found[rule].message


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("old", "MyISAM keeps it, of which there is no snapshot"),
        ("some", "it is a view that gives other rows to each query, by `rand`"),
        ("some_of_some", "it is a view that gives other rows to each query, by `rand`"),
        ("broken", "a view reads what is gone, or what the user may not read"),
    ],
)
def test_what_is_in_no_snapshot_is_named(
    server: MariaDbPlace, snapshot: MariaDbConnection, table: str, said: str
) -> None:
    with pytest.raises(DatabaseError, match=said):
        snapshot.describe(address_of(server, table))


def test_what_is_read_is_what_is_named(server: MariaDbPlace, tmp_path: Path) -> None:
    required = "extra_columns: allow\ncolumns: {id: {type: long, required: true}}"
    assert check(server, "constant", required, tmp_path)["id.required"].evaluated == 2
    assert check(server, "A_", required, tmp_path)["id.required"].evaluated == 0
    assert check(server, "b_", required, tmp_path)["id.required"].unexpected == 1


def test_a_table_of_which_some_columns_are_hidden_is_not_read(server: MariaDbPlace) -> None:
    low = opened_by(server, LOW)
    with pytest.raises(DatabaseError, match=r"the user may not read .*some of its columns"):
        low.describe(address_of(server, "a"))
    low.close()


@pytest.mark.parametrize("statement", ["TRUNCATE a", "ALTER TABLE a ADD y int, ALGORITHM = COPY"])
def test_a_table_that_was_emptied_or_changed_since_is_no_empty_table(
    server: MariaDbPlace, snapshot: MariaDbConnection, statement: str
) -> None:
    server.execute(statement)
    try:
        found = snapshot.describe(address_of(server, "a"))
        with pytest.raises(QueryFailedError, match="changed since the snapshot was taken"):
            snapshot.query(f"SELECT count(*) AS n FROM {found.relation}", {}, 10)
    finally:
        snapshot.close()
        server.execute("CREATE OR REPLACE TABLE a (id bigint, s longtext)")
        server.execute("INSERT INTO a VALUES (1, 'a'), (2, NULL)")


def test_a_connection_that_is_lost_ends_what_is_left(
    server: MariaDbPlace, snapshot: MariaDbConnection
) -> None:
    snapshot.describe(address_of(server, "a"))
    number = snapshot.version.rpartition("(")[2].rstrip(")")
    server.execute(f"KILL HARD CONNECTION {number}")
    with pytest.raises(QueryFailedError, match="MariaDB could not answer"):
        while True:  # until the server has done so
            snapshot.query("SELECT count(*) AS n FROM a", {}, 10)
    with pytest.raises(QueryFailedError, match="MariaDB could not answer"):
        [*snapshot.stream("SELECT id FROM a", {}, 10)]
    snapshot.close()
