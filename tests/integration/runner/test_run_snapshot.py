"""A run reads one state of its tables, whatever others write while it builds and checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.runner.events import StepStarted, TableChecked
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from tests.contract.checking import contract_of
from tests.fakes.builders import Shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spectra_gx.runner.events import Event

CUSTOMERS, ORDERS, NOTES, LANDED = "shop.customers", "shop.orders", "shop.notes", "landing.ids"
STAGE = contract_of(
    f"""
    {CUSTOMERS}: {{columns: {{id: long}}}}
    {ORDERS}:
      primary_key: [id]
      columns:
        id: {{type: long, required: true}}
        customer: long
      rules:
        - {{id: known, references: {{columns: [customer], table: {CUSTOMERS}, to: [id]}}}}
    {NOTES}: {{columns: {{id: {{type: long, required: true}}}}}}
    """
)
CONSUMER = contract_of(
    f"""
    {ORDERS}:
      columns: {{id: long}}
      rules: [{{id: known, references: {{columns: [id], table: {LANDED}, to: [id]}}}}]
    """,
    f"""
    consumes:
      landing: {{version: ">=1", tables: {{{LANDED}: {{columns: {{id: {{type: long}}}}}}}}}}
    """,
)


@dataclass
class Meddler:
    """Listens to a run, and writes to the warehouse in the middle of it."""

    write: Callable[[], None]
    at: Callable[[Event], bool]
    times: int = 1
    checked: int = 0
    """How often orders were checked."""

    def handle(self, event: Event) -> None:
        self.checked += isinstance(event, TableChecked) and event.result.table == ORDERS
        if self.times and self.at(event):
            self.times -= 1
            self.write()


def before_checking(event: Event) -> bool:
    return event == StepStarted("Validate")


def after_checking(event: Event) -> bool:
    return isinstance(event, TableChecked) and event.result.table == NOTES


def write(shop: Shop, name: str, rows: list[dict[str, int]], mode: str = "overwrite") -> None:
    write_deltalake(shop.warehouse.table_uri(name), pa.Table.from_pylist(rows), mode=mode)


def stage(root: Path, options: PublishOptions | None = None) -> Shop:
    """Return a stage with two customers, a note, and an order of the first customer."""
    shop = Shop(root, STAGE)
    shop.options = {} if options is None else {ORDERS: options}
    rows = {CUSTOMERS: [{"id": 1}, {"id": 2}], ORDERS: [{"id": 1, "customer": 1}]}
    assert shop.run({**rows, NOTES: [{"id": 1}]}).exit_code == 0
    return shop


class Copying:
    """Builds orders of the ids that landed, which change right after they were read."""

    tables, needs, calls = (ORDERS,), frozenset(), ()

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def place_of(self, table):
        return f"the fake builder of `{table}`"

    def build(self, run):
        landed = run.read(LANDED).to_arrow()
        write(self.shop, LANDED, [{"id": 7}])
        assert run.read(LANDED).to_arrow() == landed
        yield ORDERS, landed.to_reader()


def test_a_consumed_table_is_checked_at_the_version_that_was_built_from(tmp_path):
    shop = Shop(tmp_path / "lake", CONSUMER)
    write(shop, LANDED, [{"id": 1}, {"id": 2}])
    run = shop.begin({})
    plan = run._make_plan()
    run._make_plan = lambda: replace(plan, builders=(Copying(shop),))
    ended = run.run()
    assert (ended.exit_code, len(shop.rows(ORDERS))) == (0, 2)
    assert ended.stage.inputs == {ORDERS: 0, LANDED: 0}
    assert shop.warehouse.version(LANDED) == 1


@pytest.mark.parametrize("moment", [before_checking, after_checking])
@pytest.mark.parametrize(
    ("mode", "checks", "found"),
    [
        (PublishMode.REPLACE, 1, {3}),
        (PublishMode.APPEND, 2, {1, 3, 9}),
        (PublishMode.MERGE, 2, {1, 3, 9}),
    ],
)
def test_a_table_that_others_write_to_is_checked_again_where_its_rows_stay(
    tmp_path, mode, checks, found, moment
):
    shop = stage(tmp_path / "lake", PublishOptions(mode))
    foreign = [{"id": 9, "customer": 2}]
    meddler = Meddler(lambda: write(shop, ORDERS, foreign, "append"), moment)
    shop.listeners = [meddler]
    ended = shop.run({ORDERS: [{"id": 3, "customer": 2}]})
    assert (ended.exit_code, ended.published, meddler.checked) == (0, {ORDERS: 2}, checks)
    assert {row["id"] for row in shop.rows(ORDERS)} == found
    assert ended.versions == {CUSTOMERS: 0, ORDERS: 2, NOTES: 0}


def test_replace_is_checked_again_if_a_rule_read_another_table_that_has_moved(tmp_path):
    shop = stage(tmp_path / "lake")

    def run(name, rows, times=1):
        meddler = Meddler(lambda: write(shop, name, rows), after_checking, times)
        shop.listeners = [meddler]
        ended = shop.run({ORDERS: [{"id": 3, "customer": 2}]})
        return ended, meddler.checked

    ended, checked = run(NOTES, [{"id": 5}])
    assert (ended.exit_code, checked) == (0, 1)
    ended, checked = run(CUSTOMERS, [{"id": 2}, {"id": 3}])
    assert (ended.exit_code, checked, ended.versions[CUSTOMERS]) == (0, 2, 1)
    ended, checked = run(CUSTOMERS, [{"id": 3}])
    assert (ended.exit_code, checked, ended.published) == (1, 2, {})
    assert ended.versions == {CUSTOMERS: 2, ORDERS: 2, NOTES: 1}
    write(shop, CUSTOMERS, [{"id": 2}])
    ended, checked = run(CUSTOMERS, [{"id": 2}, {"id": 4}], times=2)
    assert (ended.exit_code, checked, shop.warehouse.version(ORDERS)) == (3, 2, 2)
    assert "`shop.customers` was changed by something else" in ended.error.message
