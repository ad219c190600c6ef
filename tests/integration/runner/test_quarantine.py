"""Runs of a stage with quarantine: bad rows are set aside, good ones published, none is lost."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.publishing import roll_forward
from tests.contract.checking import contract_of
from tests.fakes.builders import Shop
from tests.fakes.folders import folder_of
from tests.fakes.listeners import FakeListener

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = contract_of(
    """
    shop.orders:
      quarantine: true
      primary_key: [id]
      rows: {min: 2}
      columns:
        id: {type: long, required: true}
        size: {type: double, min: 0, max: {value: 100, severity: warning}}
        customer: {type: string, classification: pii, enum: [ann, bob]}
        parent: long
      rules:
        - {id: known, references: {columns: [parent], table: shop.orders, to: [id]}}
    shop.counts:
      columns: {orders: long}
      rules:
        - id: agrees
          sql: "select * from {table} where orders <> (select count(*) from {shop.orders})"
    """
)
ORDERS, ASIDE = "shop.orders", "quarantine.shop_orders"
GOOD = [
    {"id": 1, "size": 1.0, "customer": "ann", "parent": None},
    {"id": 2, "size": 101.0, "customer": None, "parent": 1},
]
BAD = [
    {"id": 3, "size": -1.0, "customer": "eve", "parent": None},
    {"id": 4, "size": 200.0, "customer": "eve", "parent": 1},
    {"id": 5, "size": 1.0, "customer": "ann", "parent": 9},
    {"id": 6, "size": 1.0, "customer": "ann", "parent": 3},
    {"id": 7, "size": 7.0, "customer": "ann", "parent": None},
    {"id": 7, "size": 8.0, "customer": "ann", "parent": None},
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "warehouse", CONTRACT)


def by_id(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: (row["id"], row["size"]))


def originals(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return by_id([{name: row[name] for name in GOOD[0]} for row in rows])


def test_bad_rows_are_set_aside_and_good_ones_published(shop: Shop):
    ended = shop.run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]})

    assert (ended.exit_code, ended.status) == (0, "Success")
    assert by_id(shop.rows(ORDERS)) == GOOD
    assert originals(shop.rows(ASIDE)) == by_id(BAD)
    assert ended.published == {ORDERS: 0, "shop.counts": 0}
    found = {(row["id"], row["size"]): row for row in shop.rows(ASIDE)}
    assert {key: row["rule_ids"] for key, row in found.items()} == {
        (3, -1.0): ["shop.orders.size.min", "shop.orders.customer.enum"],
        (4, 200.0): ["shop.orders.size.max", "shop.orders.customer.enum"],
        (5, 1.0): ["shop.orders.known"],
        (6, 1.0): ["shop.orders.known"],  # a round later: its parent was set aside
        (7, 7.0): ["shop.orders.primary_key"],
        (7, 8.0): ["shop.orders.primary_key"],
    }
    row = found[4, 200.0]
    assert row["error_reason"] == "shop.orders.customer.enum: `customer` is not one of ann, bob"
    assert row["warning_reason"] == "shop.orders.size.max: `size` is above 100"
    assert (row["execution_id"], row["quarantined_at"]) == ("run_1", ended.identity.started)
    assert found[3, -1.0]["warning_reason"] is None


def test_listeners_see_no_sensitive_value(shop: Shop):
    listener = FakeListener()
    secret = "zanzibar-7f"
    bad = [{**row, "customer": secret} for row in BAD]
    shop.listeners = [listener]
    ended = shop.run({ORDERS: [*bad, *GOOD], "shop.counts": [{"orders": 2}]})
    assert ended.quarantined == {ORDERS: 6}
    assert secret in {row["customer"] for row in shop.rows(ASIDE)}
    heard = repr([asdict(event) for event in listener.heard])
    assert "shop.orders.customer.enum" in heard
    assert secret not in heard


def test_the_run_says_how_many(shop: Shop):
    ended = shop.run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]})
    checkpoints = {row["table_name"]: row for row in shop.log.runs("checkpoint")}
    assert ended.stage is not None
    assert [table.quarantined for table in ended.stage.tables] == [6, 0]
    orders = checkpoints[ORDERS]
    assert (orders["row_count"], orders["quarantined_count"]) == (2, 6)
    assert [(m.trouble, m.quarantined) for m in shop.notifier.sent] == [("quarantine", {ORDERS: 6})]


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({ORDERS: [*BAD, *GOOD[:1]]}, "too few rows are good"),
        ({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 8}]}, "a query fails beside them"),
    ],
)
def test_where_good_rows_fail_too_nothing_is_published_or_set_aside(shop: Shop, tables, why):
    ended = shop.run({"shop.counts": [{"orders": 1}], **tables})
    assert (ended.exit_code, ended.published) == (1, {}), why
    assert not shop.warehouse.exists(ORDERS)
    assert not shop.warehouse.exists(ASIDE)
    assert ended.stage is not None
    rows = {table.table: (table.rows, table.quarantined) for table in ended.stage.tables}
    assert rows[ORDERS] == (len(tables[ORDERS]), 0)


def test_published_anyway_means_every_row(shop: Shop):
    ended = shop.run({ORDERS: BAD, "shop.counts": [{"orders": 0}]}, publish_anyway=True)
    assert (ended.exit_code, by_id(shop.rows(ORDERS))) == (1, by_id(BAD))
    assert not shop.warehouse.exists(ASIDE)


def test_a_preview_sets_nothing_aside_for_good(shop: Shop):
    ended = shop.run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]}, preview=True)
    assert (ended.exit_code, ended.published) == (0, {})
    assert not shop.warehouse.exists(ASIDE)
    assert shop.notifier.sent == []


def test_a_table_without_quarantine_fails(tmp_path: Path):
    contract = contract_of("shop.orders: {columns: {id: {type: long, required: true}}}")
    shop = Shop(tmp_path, contract)
    ended = shop.run({ORDERS: [{"id": None}, {"id": 1}]})
    assert (ended.exit_code, shop.rows(ORDERS), shop.rows(ASIDE)) == (1, [], [])


def test_each_run_adds_its_rows(shop: Shop):
    tables = {ORDERS: [*BAD[:1], *GOOD], "shop.counts": [{"orders": 2}]}
    shop.run(tables)
    shop.run(tables)
    assert [row["execution_id"] for row in shop.rows(ASIDE)] == ["run_2", "run_1"]


def test_a_new_column_is_merged_and_another_type_refused(tmp_path: Path):
    def declared(runs: int, *columns: str) -> Shop:
        text = ", ".join(["id: {type: long, required: true}", *columns])
        contract = contract_of(f"shop.orders: {{quarantine: true, columns: {{{text}}}}}")
        return Shop(tmp_path, contract, runs)

    declared(0).run({ORDERS: [{"id": None}, {"id": 1}]})
    rows = [{"id": None, "more": "b"}, {"id": 1, "more": "a"}]
    shop = declared(1, "more: string")
    assert shop.run({ORDERS: rows}, rebuild=True).exit_code == 0
    assert [row["more"] for row in shop.rows(ASIDE)] == ["b", None]

    shop = declared(2, "more: long")
    refused = shop.run({ORDERS: [{"id": None, "more": 1}, {"id": 1, "more": 1}]}, rebuild=True)
    assert refused.exit_code == 3
    assert refused.error is not None
    assert "column `more` is `long`, but `string` in `quarantine.shop_orders`" in str(refused.error)
    assert len(shop.rows(ASIDE)) == 2
    assert shop.rows(ORDERS) == [{"id": 1, "more": "a"}]


def test_a_table_that_cannot_be_published_keeps_its_rows(shop: Shop, monkeypatch):
    """Nothing was published, so nothing was set aside from it."""

    def refuse(*_: object, **__: object) -> int:
        raise WarehouseError("the disk is full")

    monkeypatch.setattr(roll_forward, "publish_table", refuse)
    ended = shop.run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]})
    assert (ended.exit_code, shop.rows(ORDERS), shop.rows(ASIDE)) == (3, [], [])


KILLED = """
import os, sys
from pathlib import Path
from spectra_gx.warehouse.publishing import roll_forward
from tests.fakes.builders import Shop
from tests.fakes.listeners import FakeListener
from tests.integration.runner.test_quarantine import BAD, CONTRACT, GOOD, ORDERS

publish_table = roll_forward.publish_table

def die(*given):
    if sys.argv[2] == "after":
        publish_table(*given)
    os._exit(9)

roll_forward.publish_table = die
Shop(Path(sys.argv[1]), CONTRACT).run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]})
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_while_it_publishes_loses_and_doubles_no_row(shop: Shop, when):
    killed = [sys.executable, "-c", KILLED, str(folder_of(shop.warehouse)), when]
    assert subprocess.run(killed, check=False, capture_output=True).returncode == 9
    assert originals(shop.rows(ASIDE)) == by_id(BAD)
    assert by_id(shop.rows(ORDERS)) == (GOOD if when == "after" else [])

    shop = Shop(folder_of(shop.warehouse), CONTRACT, 1)
    ended = shop.run({ORDERS: [*BAD, *GOOD], "shop.counts": [{"orders": 2}]})
    assert (ended.exit_code, list(ended.completed_runs)) == (0, ["run_1"])
    runs = sorted(row["execution_id"] for row in shop.rows(ASIDE))
    assert runs == ["run_1"] * 6 + ["run_2"] * 6
    assert by_id(shop.rows(ORDERS)) == GOOD
