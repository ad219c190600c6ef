"""Which rows the rules of a publishing run read, and what the log then proves of the version."""

from __future__ import annotations

import json

import pytest
from deltalake import write_deltalake

from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.validation.results import Scope
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from tests.contract.checking import contract_of
from tests.fakes.builders import Shop
from tests.fakes.runs import IDENTITY
from tests.integration.runner.test_batches import APPEND as WATERMARKED
from tests.integration.runner.test_batches import begun as batches_begun
from tests.integration.runner.test_batches import kill_at, order

ORDERS = "shop.orders"
TABLE = """
    shop.orders:
      quarantine: {quarantine}
      rows: {{min: 1}}
      primary_key: [id]
      columns:
        id: {{type: long, required: true}}
        state: {{type: string, enum: [new, paid]}}
        cents: {{type: long, min: {least}}}
      rules:
        - {{id: most, column: cents, below: 100, mostly: 0.5}}
"""
APPEND = PublishOptions(PublishMode.APPEND)
MERGE = PublishOptions(PublishMode.MERGE)
PAID = PublishOptions(PublishMode.REPLACE_WHERE, replace_where="state = 'paid'")
ROW_RULES = {f"{ORDERS}.{one}" for one in ("id.required", "state.enum", "cents.min")}


def contract(least=0, quarantine="false"):
    return contract_of(TABLE.format(least=least, quarantine=quarantine))


def rows(*ids, state="new", cents=5):
    return {ORDERS: [{"id": one, "state": state, "cents": cents} for one in ids]}


@pytest.fixture
def shop(tmp_path):
    """A table whose version 0, of three rows, the log proves."""
    shop = Shop(tmp_path, contract())
    shop.options = {ORDERS: APPEND}
    assert on_added(shop.run(rows(1, 2, 3))) == {}
    return shop


def on_added(run) -> dict[str, tuple[str, int | None]]:
    """Return the rules that were checked on added rows: status, and rows that were read."""
    return {
        rule.id: (str(rule.status), rule.evaluated)
        for rule in run.stage.all_rules()
        if rule.scope is Scope.ADDED
    }


def write_beside(shop, *ids):
    """Append rows as somebody else."""
    table = shop.warehouse.open(ORDERS)
    head = shop.warehouse.read(table).slice(0, len(ids))
    write_deltalake(table, head.set_column(0, "id", [list(ids)]), mode="append")


def test_row_rules_read_the_batch_alone_in_every_mode(shop):
    batches = [
        (APPEND, rows(4, 5), 2, 5),
        (MERGE, rows(3, 4, 6, state="paid"), 3, 6),
        (PAID, rows(7, state="paid"), 1, 4),
    ]
    for version, (options, batch, read, count) in enumerate(batches, 1):
        shop.options = {ORDERS: options}
        ended = shop.run(batch)
        assert ended.exit_code == 0
        assert on_added(ended) == dict.fromkeys(ROW_RULES, ("passed", read))
        [table] = ended.stage.tables
        assert (table.since, table.delta_version, table.rows) == (version - 1, version, count)
        whole = {rule.id: rule.evaluated for rule in table.rules if rule.scope is Scope.WHOLE}
        assert whole[f"{ORDERS}.primary_key"] == whole[f"{ORDERS}.most"] == count
    logged = json.loads(shop.log.runs("checkpoint")[-1]["rule_values"])
    assert logged[f"{ORDERS}.cents.min"] == {"evaluated": 1, "unexpected": 0}


def test_a_row_of_the_batch_that_breaks_a_rule_fails_it(shop):
    ended = shop.run(rows(4, cents=-1))
    assert (ended.exit_code, ended.published) == (1, {})
    assert on_added(ended)[f"{ORDERS}.cents.min"] == ("failed", 1)
    # What was not published proves nothing, and takes nothing from the proof of what is.
    assert on_added(shop.run(rows(4))) == dict.fromkeys(ROW_RULES, ("passed", 1))


def test_the_proof_is_of_the_good_rows(shop):
    shop.contract = contract(quarantine="true")
    ended = shop.run({ORDERS: [*rows(4)[ORDERS], *rows(5, cents=-1)[ORDERS]]})
    assert (ended.exit_code, ended.quarantined) == (0, {ORDERS: 1})
    assert on_added(ended) == dict.fromkeys(ROW_RULES, ("passed", 1))
    assert on_added(shop.run(rows(6))) == dict.fromkeys(ROW_RULES, ("passed", 1))


def test_a_rule_that_did_not_pass_or_has_changed_reads_all_rows(shop):
    bad = shop.run(rows(4, cents=-1), publish_anyway=True)
    assert bad.published == {ORDERS: 1}
    after = shop.run(rows(5), publish_anyway=True)
    assert set(on_added(after)) == ROW_RULES - {f"{ORDERS}.cents.min"}
    assert {rule.id: rule.unexpected for rule in after.stage.all_rules()}[
        f"{ORDERS}.cents.min"
    ] == 1  # fmt: skip
    shop.contract = contract(least=-1)
    assert set(on_added(shop.run(rows(6)))) == ROW_RULES - {f"{ORDERS}.cents.min"}
    assert set(on_added(shop.run(rows(7)))) == ROW_RULES


def test_a_version_that_no_run_of_ours_made_proves_nothing(shop):
    write_beside(shop, 8)
    assert on_added(shop.run(rows(4))) == {}
    assert set(on_added(shop.run(rows(5)))) == ROW_RULES
    shop.warehouse.open(ORDERS).optimize.compact()
    assert on_added(shop.run(rows(6))) == {}


def test_neither_a_rollback_nor_a_preview_proves_anything(shop):
    shop.run(rows(4), batch_id="b")
    roll_back_batch(shop.contract, RunParameters(rollback="b"), IDENTITY, shop.warehouse, shop.log)
    assert on_added(shop.run(rows(4))) == {}
    preview = shop.run(rows(5), preview=True)
    assert set(on_added(preview)) == ROW_RULES
    newest = shop.log.runs("checkpoint")[-1]
    assert "content" not in json.loads(newest["metadata"] or "{}")
    assert newest["delta_version"] is None
    full = shop.run(rows(6), full=True)
    assert (on_added(full), full.stage.tables[0].since) == ({}, None)
    assert set(on_added(shop.run(rows(7)))) == ROW_RULES


def test_a_commit_between_check_and_publishing_takes_the_proof(shop):
    run = shop.begin(rows(4))
    publish = run._publisher.publish

    def late(*given):
        shop.warehouse.open(ORDERS).optimize.compact()
        return publish(*given)

    write_beside(shop, 8)
    assert shop.run(rows(9)).exit_code == 0
    run._publisher.publish = late  # somebody else compacts between the check and the commit
    ended = run.run()
    assert ended.published == {ORDERS: 4}
    assert on_added(shop.run(rows(5))) == {}


def test_a_dead_run_proves_the_version_that_was_completed(tmp_path):
    shop = batches_begun(tmp_path, WATERMARKED)
    shop.run({ORDERS: [order(1), order(2)]})
    assert kill_at("decided", tmp_path, "append") == 9
    ended = batches_begun(tmp_path, WATERMARKED, 2).run({ORDERS: [order(5)]})
    assert ended.completed_runs == ["run_2"]
    assert [table.since for table in ended.stage.tables] == [1]


def test_publishing_anyway_publishes_rows_that_were_not_quarantined_after_all(shop):
    shop.contract = contract_of(
        TABLE.format(least=0, quarantine="true").replace("min: 1", "max: 3")
    )
    ended = shop.run({ORDERS: [*rows(4)[ORDERS], *rows(5, cents=-1)[ORDERS]]}, publish_anyway=True)
    assert (ended.exit_code, ended.quarantined) == (1, {})
    assert sorted(row["id"] for row in shop.rows(ORDERS)) == [1, 2, 3, 4, 5]
    assert on_added(shop.run(rows(6), publish_anyway=True)) == {}
