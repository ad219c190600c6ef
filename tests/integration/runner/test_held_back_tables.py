"""A stage with `on_failure: continue`: what fails is held back, the rest is published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.runner.alerts.notifications import runbook_page
from tests.fakes.stages import StageProject
from tests.fakes.tables import rows, version

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
on_failure: continue
tables:
  shop.customers:
    primary_key: [id]
    columns: {id: long, email: {type: string, pattern: "@"}}
  shop.orders:
    primary_key: [id]
    columns: {id: long, customer: long, total: {type: long, min: 0}}
    rules:
      - {id: its-customer, references: {columns: [customer], table: shop.customers, to: [id]}}
  shop.notes:
    quarantine: true
    columns: {text: {type: string, min_length: 2}}
"""
BUILDER = """\
import json
from pathlib import Path
import pyarrow as pa
from spectra_gx import table

def built(name, **types):
    rows = json.loads((Path(__file__).parent / "day.json").read_text())[name]
    return pa.Table.from_pylist(rows, pa.schema(types))

@table("shop.customers")
def customers(run):
    return built("customers", id=pa.int64(), email=pa.string())

@table("shop.orders")
def orders(run):
    return built("orders", id=pa.int64(), customer=pa.int64(), total=pa.int64())

@table("shop.notes")
def notes(run):
    return built("notes", text=pa.string())
"""
GOOD: dict[str, list[dict[str, Any]]] = {
    "customers": [{"id": 1, "email": "a@b"}, {"id": 2, "email": "c@d"}],
    "orders": [{"id": 1, "customer": 1, "total": 5}],
    "notes": [{"text": "fine"}],
}
BAD_MAIL = [{"id": 1, "email": "a@b"}, {"id": 2, "email": "nowhere"}]


@pytest.fixture
def shop(tmp_path: Path) -> StageProject:
    return StageProject(tmp_path, CONTRACT, {"stages/shop.py": BUILDER})


def deliver(shop: StageProject, **changes: list[dict[str, Any]]) -> None:
    shop.write("stages/day.json", json.dumps({**GOOD, **changes}))


def logged(shop: StageProject) -> dict[str, Any]:
    return dict(Project.open(shop.root).log("shop")[-1])


def test_only_the_failing_table_is_held_back(shop: StageProject) -> None:
    deliver(shop)
    assert shop.run().exit_code == 0
    deliver(shop, customers=BAD_MAIL, orders=[{"id": 1, "customer": 2, "total": 7}])
    run = shop.run()

    assert (run.exit_code, run.status, run.error) == (1, "Failed", None)
    assert set(run.published) == {"shop.orders", "shop.notes"}
    assert list(run.held_back) == ["shop.customers"]
    assert rows(shop.root, "shop.customers") == GOOD["customers"]
    assert rows(shop.root, "shop.orders") == [{"id": 1, "customer": 2, "total": 7}]
    row = logged(shop)
    assert json.loads(row["published_versions"]) == dict(run.published)
    assert json.loads(row["held_back"]) == ["shop.customers"]
    assert json.loads(row["table_versions"])["shop.customers"] == 0
    assert json.loads(row["rule_statuses"])["shop.customers.email.pattern"] == "failed"
    found = {table.table: table for table in run.stage.tables} if run.stage else {}
    assert found["shop.customers"].delta_version is None
    assert found["shop.orders"].delta_version == version(shop.root, "shop.orders") == 1


def test_a_table_that_needs_the_held_back_one_stays_as_it_was_too(shop: StageProject) -> None:
    deliver(shop)
    shop.run()
    new = [*BAD_MAIL, {"id": 3, "email": "e@f"}]
    deliver(shop, customers=new, orders=[{"id": 9, "customer": 3, "total": 1}])
    run = shop.run()
    assert set(run.held_back) == {"shop.customers", "shop.orders"}
    assert rows(shop.root, "shop.orders") == GOOD["orders"]
    assert set(run.published) == {"shop.notes"}


def test_what_is_published_never_breaks_a_table_that_is_held_back(shop: StageProject) -> None:
    deliver(shop)
    shop.run()
    deliver(
        shop,
        customers=[{"id": 2, "email": "c@d"}],  # the customer of the published order is gone
        orders=[{"id": 1, "customer": 2, "total": -1}],
    )
    run = shop.run()
    assert set(run.held_back) == {"shop.customers", "shop.orders"}
    assert rows(shop.root, "shop.customers") == GOOD["customers"]
    assert shop.project.check("shop").verdict == "passed"


def test_the_first_run_publishes_what_it_can(shop: StageProject) -> None:
    deliver(shop, customers=BAD_MAIL)
    run = shop.run()
    assert set(run.published) == {"shop.notes"}
    assert run.exit_code == 3  # the rule about the customers of orders could not be evaluated
    assert not shop.project.warehouse.exists("shop.customers")


def test_good_rows_are_published_and_bad_ones_quarantined_beside_a_failure(
    shop: StageProject,
) -> None:
    deliver(shop)
    shop.run()
    deliver(shop, customers=BAD_MAIL, notes=[{"text": "x"}, {"text": "long"}])
    run = shop.run()
    assert list(run.held_back) == ["shop.customers"]
    assert rows(shop.root, "shop.notes") == [{"text": "long"}]
    assert run.quarantined == {"shop.notes": 1}
    assert runbook_page(run).endswith("#validation")


def test_nothing_is_held_back_where_all_passes_or_all_is_published_anyway(
    shop: StageProject,
) -> None:
    deliver(shop)
    assert list(shop.run().held_back) == []
    deliver(shop, customers=BAD_MAIL)
    anyway = shop.run(publish_anyway=True)
    assert (list(anyway.held_back), anyway.exit_code) == ([], 1)
    assert rows(shop.root, "shop.customers") == BAD_MAIL


def test_a_table_that_the_run_does_not_build_keeps_no_other_back(shop: StageProject) -> None:
    no_orders = BUILDER.replace('return built("orders"', 'return\n    built("orders"')
    shop.write("stages/shop.py", no_orders)
    deliver(shop)
    run = shop.run()  # there are no orders, whose rules are errored
    assert set(run.published) == {"shop.customers", "shop.notes"}
    assert (list(run.held_back), run.status) == ([], "Failed")
    assert rows(shop.root, "shop.customers") == GOOD["customers"]


def test_abort_publishes_nothing(shop: StageProject) -> None:
    shop.write("contracts/shop.contract.yaml", CONTRACT.replace("continue", "abort"))
    deliver(shop)
    shop.run()
    deliver(shop, customers=BAD_MAIL)
    run = shop.run()
    assert (dict(run.published), list(run.held_back), run.exit_code) == ({}, [], 1)


REPORT = """\
contract: report
version: 1.0.0
owner: Data Platform
tables:
  report.totals: {columns: {total: long}}
consumes:
  shop:
    version: ">=1.0,<2"
    tables: {shop.%s: {columns: {id: long}}}
"""


@pytest.mark.parametrize(("table", "code"), [("orders", 0), ("customers", 1)])
def test_a_consumer_begins_if_all_that_it_reads_was_published(
    shop: StageProject, table: str, code: int
) -> None:
    shop.write("contracts/report.contract.yaml", REPORT % table)
    shop.write("stages/report/report.totals.sql", "select sum(total) as total from {shop.orders}")
    if table == "customers":
        shop.write(
            "stages/report/report.totals.sql", "select count(*) as total from {shop.customers}"
        )
    deliver(shop)
    shop.run()
    deliver(shop, customers=BAD_MAIL)
    failed = shop.run()
    run = shop.project.run("report", RunParameters())
    assert (failed.exit_code, run.exit_code) == (1, code)
    assert run.identity.correlation_id == failed.identity.execution_id
    if code:
        assert "it did not publish `shop.customers`" in (run.error.message if run.error else "")
