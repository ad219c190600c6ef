"""Small tables, and the verdicts of imported rules on them, check by check.

Each check of a foreign tool is imported alone, so that its rules are known; then all of them are
put into one contract, so that a table is checked once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import yaml
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from tests.contract.checking import store, validate_here

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule, StageContract, Table
    from spectra_gx.interop.losses import Conversion

HERE = Path(__file__).parent
Rows = list[tuple[Any, ...]]
Tables = Mapping[str, tuple[Mapping[str, str], Rows]]
"""Name of a table → its columns' types, and rows."""

CHILD = {
    "id": "long", "n": "long", "x": "double", "s": "string", "d": "date", "seen": "timestamp",
    "f": "boolean", "p": "long",
}  # fmt: skip
PARENT = {"id": "long", "s": "string"}
SQL_TYPES = {
    "long": "bigint", "double": "double precision", "string": "varchar", "date": "date",
    "timestamp": "timestamptz", "boolean": "boolean",
}  # fmt: skip
_DAYS = (18, 19, 20)
_TEXTS = ("", " ", "a", "b", "ab", "abc", "A", "é", "a b", "1", "n/a")


def rows_of_child() -> st.SearchStrategy[Rows]:
    """Draw rows of `CHILD`: few values, so that they repeat, and nulls."""
    drawn = (
        st.integers(-1, 4),
        st.sampled_from([-1.5, 0.0, 0.25, 1.0, 2.0, 10.0]),
        st.sampled_from(_TEXTS),
        st.sampled_from([date(2026, 11, day) for day in _DAYS]),
        st.sampled_from([datetime(2026, 11, day, 12, tzinfo=UTC) for day in _DAYS]),
        st.booleans(),
        st.integers(1, 3),
    )
    row = st.tuples(st.integers(1, 5), *(st.none() | values for values in drawn))
    return st.lists(row, max_size=6)


def rows_of_parent() -> st.SearchStrategy[Rows]:
    """Draw rows of `PARENT`."""
    row = st.tuples(st.none() | st.integers(1, 3), st.none() | st.sampled_from(_TEXTS))
    return st.lists(row, max_size=4)


def read_checks(file: Path) -> dict[str, dict[str, Any]]:
    """Return checks by name, each with the SQL of what it means."""
    checks: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
    return checks


UNDECIDED = "no row has a value"
"""What is named of a check that has no verdict, or another one, on tables without values."""


class Verdicts:
    """The rules of imported checks in one contract."""

    def __init__(self, imported: Mapping[str, Conversion]) -> None:
        """Take name of each check → what it was imported as, alone."""
        contracts = {
            name: parse_contract(conversion.text.encode(), f"{name}.contract.yaml")
            for name, conversion in imported.items()
        }
        self._losses = {name: conversion.losses for name, conversion in imported.items()}
        self.left_out = {
            name
            for name, contract in contracts.items()
            if not any(map(_own_rules, contract.tables))
        }
        """Checks that became no rule at all."""
        self._contract = _in_one(contracts)

    def differing(self, tables: Tables, answers: Mapping[str, bool | None]) -> dict[str, str]:
        """Return the checks whose rules pass on tables where they fail, or the reverse.

        Args:
            tables: What is checked.
            answers: Names of a table and of a check → whether it fails, None if nothing decides
                it, which has to be named when it is imported.
        """
        with tempfile.TemporaryDirectory() as folder:
            found = _failed(self._contract, Path(folder), tables)
        differing = {}
        for name, fails in answers.items():
            check = name.partition("/")[2]
            if check in self.left_out:
                continue
            if fails is None:
                losses = self._losses[check]
                if name in found and not any(UNDECIDED in loss.reason for loss in losses):
                    differing[name] = "fails without a value, and nobody says so"
            elif fails is not (name in found):
                differing[name] = "passes" if fails else "fails"
        return differing | dict.fromkeys(found - answers.keys(), "was not asked for")


def answers_of(queries: Mapping[str, str], tables: Tables) -> dict[str, bool | None]:
    """Return whether queries of one value find something wrong; null is undecided."""
    connection = _database(tables)
    found = {name: connection.execute(sql).fetchall()[0][0] for name, sql in queries.items()}
    return {name: None if value is None else bool(value) for name, value in found.items()}


def _in_one(contracts: Mapping[str, StageContract]) -> StageContract:
    """Return a contract with the rules of others, each under the name of its own."""
    tables: dict[str, Table] = {}
    for contract in contracts.values():
        for table in contract.tables:
            tables.setdefault(table.name, table)
    rules = [
        replace(rule, id=f"{table.name}.{name}~{number}")
        for name, contract in contracts.items()
        for table in contract.tables
        for number, rule in enumerate(_own_rules(table))
    ]
    first = next(iter(contracts.values()))
    return replace(first, tables=tuple(_with_rules(table, rules) for table in tables.values()))


def _own_rules(table: Table) -> list[Rule]:
    return [rule for rule in table.rules if rule.kind not in ("columns", "type")]


def _with_rules(table: Table, rules: Sequence[Rule]) -> Table:
    kept = [rule for rule in table.table_rules if rule.kind == "columns"]
    columns = tuple(
        replace(column, rules=tuple(rule for rule in column.rules if rule.kind == "type"))
        for column in table.columns
    )
    own = [rule for rule in rules if rule.table == table.name]
    return replace(table, columns=columns, table_rules=(*kept, *own))


def _failed(contract: StageContract, root: Path, tables: Tables) -> set[str]:
    """Return the checks of which a rule fails, as `table/check`; every rule can be evaluated."""
    for name, (types, rows) in tables.items():
        store(root, name, types, rows)
    found = set()
    for rule in validate_here(contract, root).result.all_rules():
        assert rule.status != "errored", rule
        if "~" in rule.id and rule.status == "failed":
            table, _, check = rule.id.partition("~")[0].partition(".")[2].partition(".")
            found.add(f"{table}/{check}")
    return found


def _database(tables: Tables) -> duckdb.DuckDBPyConnection:
    """Return the tables in DuckDB, under the last part of their names."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for name, (types, rows) in tables.items():
        own = name.rpartition(".")[2]
        columns = ", ".join(f'"{column}" {SQL_TYPES[kind]}' for column, kind in types.items())
        connection.execute(f"create table {own} ({columns})")
        if rows:
            marks = ", ".join("?" for _ in types)
            connection.executemany(f"insert into {own} values ({marks})", rows)
    return connection
