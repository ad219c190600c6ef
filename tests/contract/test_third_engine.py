"""A third engine is one folder: a whole checkpoint on one that the package has not heard of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.registry import engine_named, register_engine
from spectra_gx.errors import UsageError
from tests.contract.checking import contract_of, outcomes, store, validate
from tests.fakes.duckdb_engine import DuckDbEngine

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """
shop.a:
  primary_key: [id]
  rows: {min: 5}
  columns:
    id: {type: long, required: true}
    s: {type: string, enum: [a, b], pattern: "^[a-c]$", max_length: 1, required: true}
    x: {type: double, min: 0, max: 5}
    b: {type: long}
    j: {type: string, format: json}
    d: {type: date, max: 2026-01-31}
  rules:
    - {id: pair, unique: [s, b]}
    - {id: means, column: x, mean: {max: 2}}
    - {id: medians, column: x, median: {max: 1}}
    - {id: sums, column: b, sum: {max: 10}}
    - {id: parent, references: {columns: [b], table: shop.b, to: [k]}}
    - {id: late, column: x, max: 1, where: "s = 'a' and id > 1"}
    - {id: own, sql: "select id, x from {table} where x > 2 and s not in (select s from {shop.b})"}
    - {id: halves, sql: "select id from {table} where id / 2 = 1 and x / 2 > 0.1"}
    - {id: rounded, sql: "select id from {table} where round(x) = 1"}
    - {id: in-order, column: id, sorted: {by: id, order: ascending}}
shop.b:
  columns: {k: {type: long, unique: true}, s: string}
"""
ROWS = [
    (1, "a", 0.5, 1, "{}", "2026-01-01"),
    (2, "b", 1.5, 2, "no", "2026-02-01"),
    (3, "b", 2.5, 2, "[]", None),
    (3, "d", 9.5, 7, None, "2026-01-31"),
    (4, None, None, None, "1", "2026-01-02"),
    (5, "a", 3.5, 1, "2", "2026-01-03"),
]
COLUMNS = {"id": "long", "s": "string", "x": "double", "b": "long", "j": "string", "d": "date"}
WHERE_THEY_DIFFER = {
    "shop.a.rounded": "`ROUND` may mean something else on DuckDB",
    "shop.a.in-order": "the engine keeps rows in no order of their own",
}
"""Rule → why DuckDB refuses what DataFusion answers."""


def test_a_whole_checkpoint_runs_on_an_engine_that_is_only_registered(tmp_path: Path) -> None:
    rows = [(*row[:-1], row[-1] and date.fromisoformat(row[-1])) for row in ROWS]
    store(tmp_path, "shop.a", COLUMNS, rows, files=2)
    store(tmp_path, "shop.b", {"k": "long", "s": "string"}, [(1, "a"), (2, "b")])
    contract = contract_of(CONTRACT)
    duckdb = DuckDbEngine()
    register_engine("duckdb", duckdb)

    expected = outcomes(validate(contract, tmp_path, DATAFUSION))
    found = outcomes(validate(contract, tmp_path, engine_named("duckdb")))

    differing = {
        rule: (found[rule], expected[rule])
        for rule in expected
        if found[rule] != expected[rule] and rule not in WHERE_THEY_DIFFER
    }
    assert differing == {}
    assert {expected[rule].status for rule in expected} == {"passed", "failed"}
    for rule, reason in WHERE_THEY_DIFFER.items():
        assert found[rule].status == "errored"
        assert reason in found[rule].message
    assert duckdb.is_open == set()


def test_an_engine_that_nobody_registered_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="there is no engine `nobody`; choose "):
        engine_named("nobody")
