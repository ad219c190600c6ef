"""Files of databases in which rows are as they were written: a rule about that is answered."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.databases.checked import check_at

if TYPE_CHECKING:
    from pathlib import Path

_DECLARED = """
columns: {x: long}
extra_columns: allow
rules:
  - {id: up, sorted: {by: x, order: ascending}}
"""
_ROWS = "INSERT INTO a (x) VALUES (1), (3), (2)"
_AGAIN = ("DELETE FROM a WHERE x = 3", "INSERT INTO a (x) VALUES (3), (1)")


@pytest.mark.parametrize(
    ("kind", "made", "status", "unexpected"),
    [
        ("duckdb", ("CREATE TABLE a (x BIGINT)", _ROWS), "failed", 1),
        ("duckdb", ("CREATE TABLE a (x BIGINT PRIMARY KEY)", _ROWS), "failed", 1),
        ("duckdb", ("CREATE TABLE a (x BIGINT)", _ROWS, *_AGAIN), "failed", 1),
        ("duckdb", ("CREATE TABLE a (x BIGINT, RowId BIGINT)", _ROWS), "errored", None),
        (
            "duckdb",
            ("CREATE TABLE b (x BIGINT)", "CREATE VIEW a AS SELECT x FROM b"),
            "errored",
            None,
        ),
        ("sqlite", ("CREATE TABLE a (x BIGINT)", _ROWS), "failed", 1),
        ("sqlite", ("CREATE TABLE a (x BIGINT PRIMARY KEY)", _ROWS), "failed", 1),
        ("sqlite", ("CREATE TABLE a (x BIGINT)", _ROWS, *_AGAIN), "failed", 1),
        ("sqlite", ("CREATE TABLE a (x BIGINT)", _ROWS, *_AGAIN, "VACUUM"), "failed", 1),
        ("sqlite", ("CREATE TABLE a (x BIGINT, RowId BIGINT)", _ROWS), "failed", 1),
        (
            "sqlite",
            ("CREATE TABLE a (x BIGINT, RowId BIGINT, oid BIGINT, _rowid_ BIGINT)", _ROWS),
            "errored",
            None,
        ),
        (
            "sqlite",
            ("CREATE TABLE a (x BIGINT, k INTEGER PRIMARY KEY)", _ROWS),
            "errored",
            None,
        ),
        ("sqlite", ("CREATE TABLE a (x BIGINT PRIMARY KEY) WITHOUT ROWID", _ROWS), "errored", None),
        (
            "sqlite",
            ("CREATE TABLE b (x BIGINT)", "CREATE VIEW a AS SELECT x FROM b"),
            "errored",
            None,
        ),
        (
            "sqlite",
            ("CREATE TABLE a (x BIGINT)", f"INSERT INTO a (rowid, x) VALUES ({2**63 - 1}, 1)"),
            "errored",
            None,
        ),
    ],
)
def test_rows_are_sorted_as_they_were_written_or_in_no_known_order(
    kind: str, made: tuple[str, ...], status: str, unexpected: int | None, tmp_path: Path
) -> None:
    file = str(tmp_path / "a.db")
    if kind == "sqlite":
        database = sqlite3.connect(file, isolation_level=None)
    else:
        database = duckdb.connect(file)
    for statement in made:
        database.execute(statement)
    database.close()

    found = check_at(f"{kind}:{file}#a", _DECLARED, tmp_path)["up"]

    assert (str(found.status), found.unexpected) == (status, unexpected)
    assert status != "errored" or "in no order of their own" in found.message
