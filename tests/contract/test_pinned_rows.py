"""The rows that a verdict is about are those of the version that was pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.engine import DATAFUSION
from tests.contract import checking
from tests.contract.checking import contract_of, runner_of, store
from tests.fakes.duckdb_engine import DuckDbEngine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONTRACT = """
shop.a:
  rows: {max: 3}
  columns: {id: {type: long, unique: true, max: 3}}
  rules:
    - {id: own, sql: "select id from {table} where id > 3"}
    - {id: known, references: {columns: [id], table: shop.b, to: [k]}}
shop.b:
  columns: {k: {type: long, min: 1}}
"""
ENGINES = {"datafusion": DATAFUSION, "duckdb": DuckDbEngine()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        spark = metafunc.config.getoption("--engine") == "spark"
        metafunc.parametrize("engine", ["spark"] if spark else [*ENGINES])


def test_a_commit_between_snapshot_and_verdict_changes_neither(tmp_path: Path, engine: str) -> None:
    store(tmp_path, "shop.a", {"id": "long"}, [(1,), (2,), (3,)])
    store(tmp_path, "shop.b", {"k": "long"}, [(1,), (2,), (3,)])
    contract = contract_of(CONTRACT)
    chosen = ENGINES.get(engine) or checking.chosen[0]

    with runner_of(contract, tmp_path, chosen) as runner:
        store(tmp_path, "shop.b", {"k": "long"}, [(-1,)])
        store(tmp_path, "shop.a", {"id": "long"}, [(1,), (9,)])
        results = []
        for table in contract.tables:
            results.append(runner.run(table).result)
            # While one table is checked, the next one changes, too.
            store(tmp_path, "shop.b", {"k": "long"}, [(-1,)])

    assert [(one.table, one.verdict, one.rows, one.delta_version) for one in results] == [
        ("shop.a", "passed", 3, 0),
        ("shop.b", "passed", 3, 0),
    ]
    with runner_of(contract, tmp_path, chosen) as runner:
        later = [runner.run(table).result for table in contract.tables]
    assert [(one.verdict, one.rows, one.delta_version) for one in later] == [
        ("failed", 5, 1),
        ("failed", 6, 3),
    ]
