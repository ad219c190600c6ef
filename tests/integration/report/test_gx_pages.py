"""GX's pages of every kind of rule and every nested form; one that fails costs only itself."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.rule_compilation import compiled_kinds
from spectra_gx.report.gx_pages import GXPages
from spectra_gx.validation.gx.expectations import shared
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of, store, validate
from tests.contract.order_cases import CASES
from tests.fakes.memory_store import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from spectra_gx.contract.model import StageContract

NESTED = """\
shop.nested:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    items: {type: array, items: {type: string, enum: [a], required: true, pattern: "^a"}}
    whole:
      type: struct
      fields:
        zip: {type: string, required: true, max_length: 1}
        at: {type: timestamp, max_age: 1h}
        geo:
          type: struct
          fields:
            lat: {type: double, min: 0, finite: true}
            labels: {type: array, items: {type: struct, fields: {n: {type: long, max: 1}}}}
"""
COLUMNS = {
    "id": "long",
    "items": "array<string>",
    "whole": "struct<zip:string,at:timestamp,geo:struct<lat:double,labels:array<struct<n:long>>>>",
}
LATER = """\
shop.later:
  rows: {min: 5, change: {max: 10%}}
  partitioned_by: [a]
  column_order: exact
  columns: {a: {type: string, unique: true}, b: {type: long}, at: {type: timestamp}}
  rules:
    - {id: both, unique: [a, b], where: "b > 0", mostly: 0.9}
    - {id: own, sql: "select * from {table} where b < 9"}
    - {id: the-distinct, distinct: {min: 9}, column: a}
    - {id: the-mean, mean: {min: 9}, column: b}
    - {id: the-median, median: {min: 9}, column: b}
    - {id: the-stdev, stdev: {min: 9}, column: b}
    - {id: the-sum, sum: {min: 9}, column: b}
    - {id: the-quantile, quantile: {q: 0.9, min: 9}, column: b}
    - {id: nulls, null_share: {max: 0.1}, column: b}
    - {id: fresh, freshness: {column: at, max_age: 1h}}
    - {id: same, column: b, same_set_as: shop.nested.id}
    - {id: one-value, sql_value: {query: "select max(b) from {table}", min: 9}}
    - {id: theirs, expect: expect_column_values_to_be_in_set, column: a, with: {value_set: [b]}}
"""
THEN = datetime(2026, 1, 31, tzinfo=UTC)
PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"


def written(contract: StageContract, root: Path) -> dict[str, str]:
    """Return the page of each table, as it stands."""
    pages = GXPages(Warehouse(root), contract).write(validate(contract, root))
    return {table: (root / page).read_text("utf-8") for table, page in pages.items()}


def test_pages_and_results_are_written_through_the_store_alone(tmp_path: Path):
    store_nested(tmp_path)
    contract = contract_of(NESTED)
    warehouse = Warehouse(tmp_path)
    store = MemoryStore(warehouse.store)
    warehouse.store = store
    pages = GXPages(warehouse, contract).write(validate(contract, tmp_path))

    assert not (tmp_path / "Files").exists()
    assert {"Files/docs/docs.css", "Files/docs/expectations/shop/nested.html"} <= {*store.content}
    assert b"All stages" in store.content[pages["shop.nested"]]
    assert [path.rpartition(".")[2] for path in store.content if "/validations/" in path] == [
        "json",
        "html",
    ]


def store_nested(root: Path) -> None:
    bad = {"zip": "12", "at": None, "geo": {"lat": -1.0, "labels": [{"n": 2}]}}
    store(root, "shop.nested", COLUMNS, [(1, ["a", "b", None], bad), (2, None, None)])
    rows = [("x", 1, THEN), ("x", 1, None)]
    store(root, "shop.later", {"a": "string", "b": "long", "at": "timestamp"}, rows)


def test_a_page_of_every_kind_of_rule(tmp_path: Path):
    store(tmp_path, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
    cases = {case.kind: case for case in CASES}.values()
    for case in cases:
        store(tmp_path, case.table, case.columns, case.rows(case.bad))
    store_nested(tmp_path)
    contract = contract_of(PARENTS + NESTED + LATER + "\n".join(case.yaml for case in cases))

    assert {rule.kind for rule in contract.rules()} >= compiled_kinds()

    pages = written(contract, tmp_path)

    assert pages.keys() == {table.name for table in contract.tables}
    for page in pages.values():
        assert "Rendering failed" not in page
        assert "All stages" in page
    said = re.sub(r"<[^>]+>", "", pages["shop.nested"])
    for path in ("items", "zip", "geo.lat", "geo.labels.items.n"):
        assert f"at {path}: " in said


def test_a_page_that_fails_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    store_nested(tmp_path)
    contract = contract_of(NESTED + LATER)
    whole = shared._spelt

    def breaks(name: str, value: Any) -> Any:
        if name == "path":
            raise ZeroDivisionError
        return whole(name, value)

    monkeypatch.setattr(shared, "_spelt", breaks)
    with caplog.at_level(logging.WARNING, logger="spectra_gx"):
        pages = written(contract, tmp_path)
    assert pages.keys() == {"shop.later"}
    assert "All stages" in pages["shop.later"]
    assert "could not write its report of table `shop.nested`" in caplog.text
