"""Checks of a foreign contract, imported, find in real tables what they were meant to find."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from tests.fakes.tables import replace

ODCS = """\
apiVersion: v3.1.0
kind: DataContract
id: shop
name: shop
version: 1.0.0
status: active
team: {name: Shop Team}
schema:
  - name: shop.orders
    quality:
      - {id: enough, metric: rowCount, mustBeBetween: [2, 4]}
      - id: few-open
        type: sql
        query: "SELECT COUNT(*) FROM {object} WHERE state = 'open'"
        mustBeLessThan: 3
    properties:
      - name: id
        physicalType: bigint
        quality:
          - {id: twins, metric: duplicateValues, mustBeLessOrEqualTo: 2, unit: rows}
          - {id: twin-share, metric: duplicateValues, mustBeBetween: [0, 50], unit: percent}
      - name: state
        physicalType: string
        quality:
          - {id: gaps, metric: missingValues, mustBeLessThan: 50, unit: percent,
             arguments: {missingValues: [n/a]}}
          - {id: known, metric: invalidValues, mustBeLessThan: 2,
             arguments: {validValues: [open, done, n/a]}}
      - name: customer
        physicalType: bigint
        relationships: [{to: shop.customers.id}]
  - name: shop.customers
    properties: [{name: id, physicalType: bigint, primaryKey: true}]
"""
GOOD = {
    "id": [1, 2, 2, None],
    "state": ["open", "open", "done", "n/a"],
    "customer": [1, 1, None, 2],
}
CUSTOMERS = pa.table({"id": pa.array([1, 2], pa.int64())})


@pytest.fixture
def checked(tmp_path, command, monkeypatch):
    """Import the contract, write the tables, and return the status of each rule that has an id."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.odcs.yaml").write_text(ODCS, encoding="utf-8")
    ended = command("import", "odcs", "shop.odcs.yaml", "-o", "shop.contract.yaml")
    assert (ended.code, ended.err) == (0, "everything was converted\n")

    def check(**changed):
        table = pa.table(
            {
                name: pa.array(values, pa.string() if name == "state" else pa.int64())
                for name, values in {**GOOD, **changed}.items()
            }
        )
        replace(tmp_path, "shop.orders", table)
        replace(tmp_path, "shop.customers", CUSTOMERS)
        checked = command("check", "shop.contract.yaml", "--json", "--warehouse", "warehouse")
        tables = json.loads(checked.out)["tables"]
        rules = {rule["id"]: rule["status"] for found in tables for rule in found["rules"]}
        names = (
            "enough",
            "few-open",
            "twins",
            "twin-share",
            "gaps",
            "known",
            "customer-in-customers",
        )
        return {name: rules[f"shop.orders.{name}"] for name in names}

    return check


def test_good_tables_pass_every_check(checked):
    assert set(checked().values()) == {"passed"}


@pytest.mark.parametrize(
    ("broken", "changed"),
    [
        ("few-open", {"state": ["open", "open", "open", "done"]}),
        ("twins twin-share", {"id": [2, 2, 2, None]}),
        ("gaps", {"state": ["open", "n/a", None, "done"]}),
        ("known", {"state": ["lost", "gone", "open", "done"]}),
        ("customer-in-customers", {"customer": [1, 1, 3, 2]}),
        (
            "enough",
            {"id": [1] + [None] * 4, "state": ["done"] * 5, "customer": [1] * 5},
        ),
    ],
)
def test_each_check_fails_on_what_it_forbids(broken, changed, checked):
    found = checked(**changed)
    assert {name for name, status in found.items() if status == "failed"} == set(broken.split())
    assert "errored" not in found.values()
