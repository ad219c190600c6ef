"""What a check of only what changed reads, and what it says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spectra_gx.validation.results import Scope
from spectra_gx.validation.run import stage
from spectra_gx.validation.run.worker_plan import WorkerPlan
from tests.contract.checking import contract_of
from tests.property.validation.shops import Shop

TABLE = """
    shop.orders:
      columns:
        id: {{type: long, unique: true}}
        a: {{type: long, required: true, min: {least}}}
        s: {{type: string}}
        p: {{type: string, enum: [x, y]}}
      rules:
        - {{id: most, column: a, below: 100, mostly: 0.5}}
"""
GOOD, BAD = (30, 5, "ab", "x"), (31, 1, "ab", "x")
ROW_RULES = {"shop.orders.a.required", "shop.orders.a.min", "shop.orders.p.enum"}


def contract_with(least: int):
    return contract_of(TABLE.format(least=least))


CONTRACT = contract_with(2)


@pytest.fixture
def shop(tmp_path):
    """A table in which every rule held at version 1."""
    shop = Shop(tmp_path, partitioned=True)
    shop.append([(20, 3, "ab", "x"), (21, 4, "abc", "y")])
    shop.append([(22, 3, "ab", "x")])
    shop.record(CONTRACT, shop.validate(CONTRACT))
    return shop


def on_added(result) -> dict[str, tuple[str, int | None]]:
    """Return the rules that were checked on added rows: status, and rows that were looked at."""
    return {
        rule.id: (str(rule.status), rule.evaluated)
        for rule in result.all_rules()
        if rule.scope is Scope.ADDED
    }


def test_row_rules_look_at_added_rows_alone(shop):
    shop.append([GOOD])
    result = shop.changed(CONTRACT)
    assert on_added(result) == dict.fromkeys(ROW_RULES, ("passed", 1))
    [table] = result.tables
    assert (table.since, table.delta_version, table.rows) == (1, 2, 4)


def test_it_is_judged_side_by_side_as_well(shop, monkeypatch):
    monkeypatch.setattr(stage, "plan_workers", lambda *_: WorkerPlan(2, 1))
    shop.append([GOOD])
    assert on_added(shop.changed(CONTRACT)) == dict.fromkeys(ROW_RULES, ("passed", 1))


def test_an_added_row_that_breaks_a_rule_is_told_as_ever(shop):
    shop.append([GOOD, BAD])
    changed, whole = shop.changed(CONTRACT), shop.validate(CONTRACT)
    sent = {rule.id: rule for rule in changed.tables[0].rules}["shop.orders.a.min"]
    as_ever = {rule.id: rule for rule in whole.tables[0].rules}["shop.orders.a.min"]
    assert (sent.status, sent.unexpected, sent.sample) == ("failed", 1, as_ever.sample)
    assert changed.verdict == whole.verdict == "failed"


def test_a_rule_about_the_clock_is_checked_on_all_rows(shop):
    clocked = contract_of("""
        shop.orders:
          columns:
            id: long
            a: {type: long, required: {value: true, where: "{now} > '2020-01-01T00:00:00Z'"}}
            s: string
            p: {type: string, required: true}
    """)
    shop.record(clocked, shop.validate(clocked))
    shop.append([GOOD])
    assert on_added(shop.changed(clocked)).keys() == {"shop.orders.p.required"}


def test_what_was_added_in_several_commits_is_all_read(shop):
    shop.append([BAD])
    shop.append([GOOD])
    result = on_added(shop.changed(CONTRACT))
    assert result["shop.orders.a.min"] == ("failed", 2)


def test_nothing_added_leaves_nothing_to_read(shop):
    assert on_added(shop.changed(CONTRACT)) == dict.fromkeys(ROW_RULES, ("passed", 0))


def test_rows_that_are_gone_break_no_row_rule(shop):
    shop.delete(22)
    assert on_added(shop.changed(CONTRACT)) == dict.fromkeys(ROW_RULES, ("passed", 0))


def test_files_that_were_rewritten_are_read_again(shop):
    shop.compact(0)
    assert on_added(shop.changed(CONTRACT)) == dict.fromkeys(ROW_RULES, ("passed", 2))


def test_a_rule_that_means_something_else_is_judged_whole(shop):
    shop.append([GOOD])
    assert on_added(shop.changed(contract_with(3))).keys() == ROW_RULES - {"shop.orders.a.min"}


def test_a_rule_that_did_not_pass_is_judged_whole(shop):
    shop.append([BAD])
    shop.record(CONTRACT, shop.validate(CONTRACT))
    shop.append([GOOD])
    result = shop.changed(CONTRACT)
    assert on_added(result).keys() == ROW_RULES - {"shop.orders.a.min"}
    assert result.verdict == "failed"


def test_what_a_check_of_changes_found_can_be_built_upon(shop):
    shop.append([GOOD])
    shop.record(CONTRACT, shop.changed(CONTRACT))
    shop.append([GOOD, GOOD])
    result = shop.changed(CONTRACT)
    assert result.tables[0].since == 2
    assert on_added(result) == dict.fromkeys(ROW_RULES, ("passed", 2))


@pytest.mark.parametrize("what", ["set_property", "add_column", "forget", "recreate"])
def test_what_is_uncertain_is_judged_whole(what, shop):
    shop.append([GOOD])
    getattr(shop, what)(7)
    shop.append([GOOD])
    assert on_added(shop.changed(CONTRACT)) == {}


def test_a_version_that_is_not_the_one_that_was_judged_proves_nothing(shop):
    shop.forge(7)
    shop.append([GOOD])
    assert on_added(shop.changed(CONTRACT)) == {}


def test_a_table_that_a_run_has_built_proves_nothing(shop):
    """What was checked stood in staging, and what stands published has files of its own."""
    shop.append([GOOD])
    built = replace(shop.validate(CONTRACT), contents={})
    shop.logged.clear()
    shop.record(CONTRACT, built)
    assert on_added(shop.changed(CONTRACT)) == {}


def test_without_a_log_everything_is_judged(shop):
    shop.logged.clear()
    [table] = shop.changed(CONTRACT).tables
    assert (table.since, {rule.scope for rule in table.rules}) == (None, {Scope.WHOLE})
