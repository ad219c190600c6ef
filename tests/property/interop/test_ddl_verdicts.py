"""Imported constraints of DDL fail on the rows that DuckDB, which enforces them, refuses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import duckdb
from hypothesis import given

from spectra_gx.interop.importers import import_files
from tests.drawing import drawn
from tests.property.interop.imported_verdicts import (
    CHILD,
    PARENT,
    SQL_TYPES,
    Verdicts,
    rows_of_child,
    rows_of_parent,
)

if TYPE_CHECKING:
    from tests.property.interop.imported_verdicts import Rows

CONSTRAINTS = {
    # name → what is written behind a column, or for the table
    "not-null": ("s", "not null"),
    "unique": ("n", "unique"),
    "reference": ("p", "references p (id)"),
    "bounds": ("n", "check (n >= 0 and n < 4)"),
    "reversed": ("x", "check (0 <= x and 10 > x)"),
    "between": ("n", "check (n between 0 and 3)"),
    "one-of": ("s", "check (s in ('a', 'b', ''))"),
    "equal": ("n", "check (n = 1)"),
    "other": ("n", "check (n <> 1)"),
    "either": ("n", "check (n > 3 or s = 'a')"),
    "length": ("s", "check (length(s) <= 2)"),
    "exact-length": ("s", "check (length(s) = 1)"),
    "flag": ("f", "check (f)"),
    "not-flag": ("f", "check (not f)"),
    "null": ("s", "check (s is not null)"),
    "day": ("d", "check (d >= date '2026-11-19')"),
    "half": ("x", "check (x > 0.5 or x <= 0)"),
    "columns": (None, "check (n <= x)"),
    "key": (None, "primary key (id)"),
    "two-keys": (None, "primary key (id, n)"),
    "together": (None, "unique (n, f)"),
    "named": (None, "constraint positive check (n > 0)"),
    "foreign": (None, "foreign key (p) references p (id)"),
}
_PARENT = "create table p (id bigint unique, s varchar);"


def _ddl(column: str | None, constraint: str) -> str:
    columns = [
        f"{name} {SQL_TYPES[kind]}" + (f" {constraint}" if name == column else "")
        for name, kind in CHILD.items()
    ]
    return f"create table m ({', '.join(columns if column else [*columns, constraint])});"


@cache
def _of_ddl() -> Verdicts:
    return Verdicts(
        {
            name: import_files("ddl", {"x.sql": (_PARENT + _ddl(*said)).encode()}, "duckdb")
            for name, said in CONSTRAINTS.items()
        }
    )


def _is_refused(constraint: tuple[str | None, str], child: Rows, parent: Rows) -> bool:
    connection = duckdb.connect()
    connection.execute(_PARENT + _ddl(*constraint))
    try:
        for table, rows in (("p", parent), ("m", child)):
            for row in rows:
                marks = ", ".join("?" for _ in row)
                connection.execute(f"insert into {table} values ({marks})", row)
    except duckdb.ConstraintException:
        return True
    return False


@drawn(2, many=20)
@given(rows_of_child(), rows_of_parent())
def test_constraints_fail_where_duckdb_refuses_the_rows(child, parent) -> None:
    parent = list({row[0]: row for row in parent if row[0] is not None}.values())
    answers = {
        f"m/{name}": _is_refused(constraint, child, parent)
        for name, constraint in CONSTRAINTS.items()
    }
    tables = {"x.m": (CHILD, child), "x.p": (PARENT, parent)}
    # `unique` of the parent is in each of the files, and every parent has it.
    assert _of_ddl().left_out == set()
    assert _of_ddl().differing(tables, answers) == {}
