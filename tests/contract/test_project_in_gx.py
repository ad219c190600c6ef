"""The committed artefacts are GX's own: opened and run there, they say what we say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import spectra_gx
from spectra_gx.project import Project
from tests.contract.checking import store

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.a:
    primary_key: [id]
    rows: {min: 1}
    columns:
      id: {type: long, required: true, max: 9007199254740993}
      x: {type: string, enum: [a, b], pattern: "^(?!x)", classification: pii}
      d: {type: double, min: {value: 0, mostly: 0.5}}
    rules:
      - {id: pair, unique: [x, d]}
      - {id: parent, references: {columns: [x], table: shop.b, to: [k]}, where: id > 1}
      - {id: differ, compare: x <> 'z'}
      - {id: own, sql: "select * from {table} where x = '{batch}'"}
      - {id: lax, sql: "select * from {table} where d < 0", mostly: 0.5, where: id > 0}
  shop.b:
    columns: {k: {type: string, format: json}}
"""
SECRET = "xhush"


def _state(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for part in ("gx", "checkpoints", "contracts")
        for file in (folder / part).rglob("*")
        if file.is_file() and "uncommitted" not in file.parts
    }


def test_every_checkpoint_runs_in_gx_with_our_verdicts(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(CONTRACT)
    rows = [(1, SECRET, 1.0), (2**53 + 1, "a", float("nan")), (2**53 + 2, SECRET, 1.0)]
    columns = {"id": "long", "x": "string", "d": "double"}
    store(tmp_path / "warehouse", "shop.a", columns, rows, files=2)
    store(tmp_path / "warehouse", "shop.b", {"k": "string"}, [("a",), ("{}",)])
    project = Project.open(tmp_path)
    project.compile()
    committed = _state(tmp_path)
    context = spectra_gx.context(tmp_path)
    found = {}
    for table in ("shop.a", "shop.b"):
        [result] = context.checkpoints.get(table).run().run_results.values()
        for one in result.results:
            assert not any("raised" in str(info) for info in one.exception_info if info is True)
            found[one.expectation_config.meta["rule"]] = one.success
        assert SECRET not in json.dumps(result.to_json_dict())
    assert {suite.name for suite in context.suites.all()} == {"shop.a", "shop.b"}
    ours = {
        rule.id: rule.status == "passed"
        for table in project.check("shop").tables
        for rule in table.rules
    }
    assert found == ours
    assert set(ours.values()) == {True, False}
    assert _state(tmp_path) == committed
    assert not any(SECRET in file.read_text() for file in tmp_path.rglob("uncommitted/**/*.json"))


TIMED = """
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.t:
    rows: {change: {max: 50%}}
    columns:
      at: {type: timestamp, max_age: 2d, min: now - 2d}
      seen: {type: array, items: {type: timestamp, max_age: 2d}}
    rules:
      - {id: fresh, freshness: {column: at, max_age: 1h}}
"""


@pytest.mark.parametrize(("age", "success"), [(timedelta(minutes=1), True), (timedelta(3), False)])
def test_what_a_run_would_know_is_known_in_gx(
    tmp_path: Path, age: timedelta, success: bool
) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(TIMED)
    then = datetime.now(UTC) - age
    columns = {"at": "timestamp", "seen": "array<timestamp>"}
    store(tmp_path / "warehouse", "shop.t", columns, [(then, [then])])
    Project.open(tmp_path).compile()
    context = spectra_gx.context(tmp_path)

    [by_checkpoint] = context.checkpoints.get("shop.t").run().run_results.values()
    table = context.data_sources.get("delta").get_asset("shop.t")
    batch = table.get_batch_definition("snapshot").get_batch()
    by_hand = batch.validate(context.suites.get("shop.t"))

    for found in (by_checkpoint, by_hand):
        said = {one.expectation_config.meta["rule"]: one.success for one in found.results}
        assert said["shop.t.rows"]
        timed = {
            rule: one for rule, one in said.items() if rule.endswith(("max_age", "fresh", "min"))
        }
        assert list(timed.values()) == [success] * 4
    past = {"as_of": (then - timedelta(days=1)).isoformat()}
    assert batch.validate(context.suites.get("shop.t"), expectation_parameters=past).success
    assert context.checkpoints.get("shop.t").run(expectation_parameters=past).success
