"""What files of databases keep in a way of their own: it is read as Delta's, or named."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import duckdb
import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.duckdb.connection import DuckDbConnection
from spectra_gx.errors import DatabaseError
from tests.databases.checked import check_at, verdicts

if TYPE_CHECKING:
    from pathlib import Path

COLLATED = """
primary_key: [id]
columns:
  id: long
  s: {type: string, unique: true, enum: [A, B], not_in: [a]}
rules:
  - {id: count, column: s, distinct: {min: 3, max: 3}}
  - {id: own, sql: "select id from {table} where s = 'A'"}
"""


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_texts_are_compared_by_code_points_whatever_the_column_says(
    kind: str, tmp_path: Path
) -> None:
    made = "CREATE TABLE a (id {}, s {} COLLATE NOCASE)"
    rows = "INSERT INTO a VALUES (1, 'a'), (2, 'A'), (3, 'b')"
    if kind == "sqlite":
        with sqlite3.connect(tmp_path / "a.db") as lite:
            lite.execute(made.format("INTEGER", "TEXT"))
            lite.execute(rows)
        lite.close()
    else:
        with duckdb.connect(str(tmp_path / "a.db")) as duck:
            duck.execute(made.format("BIGINT", "VARCHAR"))
            duck.execute(rows)
    found = check_at(f"{kind}:{tmp_path}/a.db#a", COLLATED, tmp_path)
    assert verdicts(found, "s.unique", "s.enum", "s.not_in", "own", "count") == [
        ("passed", 0, []),
        ("failed", 2, ["1", "3"]),
        ("failed", 1, ["1"]),
        ("failed", 1, ["2"]),
        ("passed", None, []),
    ]


def test_types_of_sqlite_are_no_types_of_delta_by_their_name_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as lite:
        lite.execute("CREATE TABLE a (s STRING, l LONG, d DECIMAL(20,2), n)")
        lite.execute("INSERT INTO a VALUES ('007', 'x', 0.1, 1)")
    lite.close()
    columns = "columns: {s: string, l: long, d: 'decimal(20,2)', n: long}"
    found = check_at(f"sqlite:{tmp_path}/a.db#a", columns, tmp_path)
    assert {rule: one.observed for rule, one in found.items() if rule.endswith(".type")} == {
        "s.type": "string of SQLite",
        "l.type": "long of SQLite",
        "d.type": "decimal(20,2) of SQLite",
        "n.type": "no type",
    }
    assert {str(one.status) for rule, one in found.items() if rule.endswith(".type")} == {"failed"}


def test_a_text_with_nul_is_none_of_sqlites(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as lite:
        lite.execute("CREATE TABLE a (s TEXT, t TEXT)")
        lite.execute("INSERT INTO a VALUES (?, CAST(x'ff41' AS TEXT))", ("a\0bcd",))
    lite.close()
    declared = "columns: {s: {type: string, max_length: 2}, t: {type: string, enum: [a]}}"
    found = check_at(f"sqlite:{tmp_path}/a.db#a", declared, tmp_path)
    assert found["s.type"].observed == "string and other texts with NUL"
    assert {str(found[rule].status) for rule in ("s.max_length", "t.enum")} == {"errored"}
    assert "a text is not UTF-8" in found["t.enum"].message


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    ("condition", "by"),
    [("random() > 0", "random"), ("s > current_date", "current_date"), ("id > 0", None)],
)
def test_a_view_that_gives_other_rows_to_each_query_is_not_read(
    kind: str, condition: str, by: str | None, tmp_path: Path
) -> None:
    statements = (
        "CREATE TABLE a (id BIGINT, s DATE)",
        f"CREATE VIEW v AS SELECT id FROM a WHERE {condition}",
        "CREATE VIEW w AS SELECT id FROM v",
    )
    made = sqlite3.connect if kind == "sqlite" else duckdb.connect
    with made(str(tmp_path / "a.db")) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    found = check_at(f"{kind}:{tmp_path}/a.db#w", "columns: {id: long}", tmp_path)
    assert str(found["id.type"].status) == ("passed" if by is None else "errored")
    if by is not None:
        said = f"it is a view that gives other rows to each query, by `{by}`"
        assert said in found["id.type"].message


def test_what_duckdb_has_not_written_into_its_file_yet_is_in_the_version(tmp_path: Path) -> None:
    file, copy = tmp_path / "a.duckdb", tmp_path / "b.duckdb"
    with duckdb.connect(str(file)) as duck:
        duck.execute("CREATE TABLE a (id BIGINT, d DATE)")
    with duckdb.connect(str(file)) as duck:
        duck.execute("SET wal_autocheckpoint = '1TB'")
        versions = []
        for day in ("infinity", "2026-01-01"):
            duck.execute("INSERT INTO a VALUES (1, ?::DATE)", [day])
            for end in ("", ".wal"):
                shutil.copy(f"{file}{end}", f"{copy}{end}")
            opened = DuckDbConnection(copy, 256, 1)
            versions.append(opened.version)
            opened.close()
    assert versions[0] != versions[1]
    declared = "columns: {id: long, d: {type: date, max: '2030-01-01'}}"
    found = check_at(f"duckdb:{copy}#a", declared, tmp_path)
    assert found["d.max"].cause == "value_out_of_range"


def test_a_view_of_another_file_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as duck:
        duck.execute(f"COPY (SELECT 1 AS id) TO '{tmp_path}/a.parquet'")
        duck.execute(f"CREATE VIEW v AS SELECT * FROM '{tmp_path}/a.parquet'")
    opened = DuckDbConnection(tmp_path / "a.duckdb", 256, 1)
    with pytest.raises(DatabaseError, match="must not read other files"):
        opened.describe(parse_database_address("duckdb:a.duckdb#v"))
    opened.close()
