"""Which rules are replayed, with what around them, and what of it is hidden."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.review.replay.changed_rules import changed_rules
from spectra_gx.review.replay.historical_snapshot import reduce_contract
from spectra_gx.review.replay.replayer import mask_columns

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract

TABLES = """
shop.orders:
  primary_key: [id]
  rows: {min: 1, same_as: shop.others}
  columns:
    id: {type: long, required: true}
    state: {type: string, enum: [open, done], description: How far it is.}
    seen: {type: timestamp, max_age: 24h}
    home:
      type: struct
      fields:
        zip: {type: string, pattern: "^[0-9]+$"}
  rules:
    - {id: agree, sql: "select * from {table} where id not in (select id from {shop.parents})"}
    - {id: known, references: {columns: [id], table: shop.parents, to: [id]}}
shop.parents:
  columns: {id: {type: long, unique: true}}
shop.others:
  columns: {id: long}
"""


def contract_of(tables: str) -> StageContract:
    text = f"contract: shop\nversion: 1.0.0\nowner: Tests\ntables:\n{textwrap.indent(tables, '  ')}"
    return parse_contract(text.encode(), "shop.contract.yaml")


OLD = contract_of(TABLES)


def changed(*replaced: str) -> dict[str, tuple[str, ...]]:
    assert replaced[0] in TABLES
    return changed_rules(OLD, contract_of(TABLES.replace(*replaced)))


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("[open, done]", "[open]", ["state.enum"]),
        ("{min: 1,", "{min: 2,", ["rows"]),
        ("enum: [open, done]", "enum: {value: [open, done], severity: warning}", ["state.enum"]),
        ('"^[0-9]+$"', '"^[0-9]{5}$"', ["home.zip.pattern"]),
        ("max_age: 24h", "max_age: 23h", ["seen.max_age"]),
        ("to: [id]}}", "to: [id]}, where: id > 1}", ["known"]),
        ("not in (", "in (", ["agree"]),
        ("enum: [open, done]", "enum: [open, done], min_length: 4", ["state.min_length"]),
        ("zip: {type: string", "zip: {type: string, required: true", ["home.zip.required"]),
        ("  primary_key: [id]\n", "  primary_key: [id]\n  extra_columns: allow\n", ["columns"]),
        ("    state: {", "    more: long\n    state: {", ["columns", "more.type"]),
        ("    seen: {type: timestamp", "    seen: {type: timestamp_ntz, timezone: UTC", None),
        ("id: agree", "id: agreeing", ["agreeing"]),
    ],
)
def test_a_changed_rule_is_replayed_and_no_other(before, after, rules):
    wanted = ["seen.type", "seen.max_age"] if rules is None else rules
    assert changed(before, after) == {"shop.orders": tuple(f"shop.orders.{one}" for one in wanted)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[open, done]", "[done, open]"),
        ("max_age: 24h", "max_age: 1d"),
        ("description: How far it is.", "description: Other words."),
        ("select * from {table}", "SELECT  *  FROM {table}"),
        ('"^[0-9]+$"', '{value: "^[0-9]+$", description: Digits.}'),
        ("    state: {type", "    state: {classification: internal, type"),
        ("type: struct\n", "type: struct\n      tags: [x]\n"),
    ],
)
def test_other_words_for_the_same_are_not(before, after):
    assert changed(before, after) == {}


def test_rules_that_are_gone_are_not():
    assert changed("enum: [open, done], ", "") == {}


def test_another_zone_changes_an_age():
    zoned = TABLES.replace("seen: {type: timestamp,", "seen: {type: timestamp_ntz, timezone: UTC,")
    moved = zoned.replace("timezone: UTC", "timezone: Europe/Paris")
    found = changed_rules(contract_of(zoned), contract_of(moved))
    assert found == {"shop.orders": ("shop.orders.seen.max_age",)}


def test_everything_is_new_in_a_new_contract_or_where_a_table_stands_elsewhere():
    every = {table.name: tuple(rule.id for rule in table.rules) for table in OLD.tables}
    assert changed_rules(None, OLD) == every
    moved = changed("shop.others:\n", "shop.others:\n  location: elsewhere\n")
    assert moved == {"shop.others": every["shop.others"]}


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("shop.orders.state.enum", ["shop.orders"]),
        ("shop.orders.home.zip.pattern", ["shop.orders"]),
        ("shop.orders.agree", ["shop.orders", "shop.parents"]),
        ("shop.orders.known", ["shop.orders", "shop.parents"]),
        ("shop.orders.rows", ["shop.orders", "shop.others"]),
    ],
)
def test_a_reduced_contract_holds_the_rule_and_the_tables_it_reads(rule, tables):
    only = reduce_contract(OLD, "shop.orders", (rule,), {"shop": OLD})
    assert [table.name for table in only.tables] == tables
    assert [one.id for one in only.rules()] == ["shop.undeclared_tables", rule]
    for table in only.tables:
        whole = OLD.table(table.name)
        assert whole is not None
        assert [column.name for column in table.columns] == [one.name for one in whole.columns]


def sensitive(before: str | None, after: str) -> set[str]:
    old = None if before is None else contract_of(before)
    [table, *_] = mask_columns(contract_of(after), old).tables
    return set(table.sensitive_columns)


COLUMNS = "shop.orders:\n  columns:\n    a: string\n    b: {type: string, classification: pii}\n"


def test_columns_stay_hidden_unless_both_versions_show_them():
    shown = COLUMNS.replace("pii", "public")
    assert sensitive(COLUMNS, COLUMNS) == {"b"}
    assert sensitive(COLUMNS, shown) == {"b"}
    assert sensitive(shown, COLUMNS) == {"b"}
    assert sensitive(shown, shown) == set()
    assert sensitive(shown, shown + "    c: string\n") == {"c"}
    assert sensitive(shown.replace("shop.orders", "shop.before"), shown) == {"a", "b"}
    assert sensitive(None, shown) == {"a", "b"}
    masked = shown.replace("a: string", "a: {type: string, format: masked}")
    assert sensitive(masked, shown) == {"a"}
