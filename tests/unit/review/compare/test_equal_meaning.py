"""Other spellings of the same contract are no change; other names are told once."""

from __future__ import annotations

import pytest

from spectra_gx.contract.formatting import format_contract
from spectra_gx.contract.loading import parse_contract
from tests.unit.review.contract_texts import HEAD, changes, column, contract, rule, table, told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (column("{type: integer, enum: [1, 2]}"), column("{type: integer, enum: [2, 1]}")),
        (column("{type: integer, min: 0}"), column("{min: {value: 0}, type: integer}")),
        (column("integer"), column("{type: int, required: false}")),
        (column("{type: timestamp, max_age: 24h}"), column("{type: timestamp, max_age: 1d}")),
        (
            column('{type: timestamp, min: "2026-01-01"}'),
            column('{type: timestamp, min: "2026-01-01T01:00:00+01:00"}'),
        ),
        (column("{type: double, min: 1}"), column("{type: double, min: 1.0}")),
        (rule("unique: [size, name]"), rule("unique: [name, size]")),
        (rule("column: size, min: 0, severity: critical"), rule("column: size, min: 0, mostly: 1")),
        (
            rule('sql: "select * from {table} where size<0"'),
            rule('sql: "SELECT *  FROM {table}\\n WHERE size < 0"'),
        ),
        (rule("column: size, min: 0, where: id>5"), rule('column: size, min: 0, where: "id  > 5"')),
        (
            rule("sorted: {by: day, order: asc}"),
            rule("sorted: {by: [day], order: ascending}"),
        ),
        (table("tags: []"), table()),
        (table("extra_columns: fail\ncolumn_order: any\nformat: delta"), table()),
    ],
)
def test_another_spelling_is_no_change(old, new):
    assert told(old, new) == []
    assert told(new, old) == []


def test_a_like_that_is_written_out_is_no_change():
    like = contract(
        "definitions:\n  instant: {type: timestamp, required: true}\n"
        "tables:\n  shop.orders:\n    columns:\n      sent: {like: instant, max_age: 1d}\n"
    )
    plain = contract(
        "tables:\n  shop.orders:\n    columns:\n"
        "      sent: {type: timestamp, required: true, max_age: 1d}\n"
    )
    assert told(like, plain) == []


def test_the_order_of_tables_and_listed_rules_says_nothing():
    one = "  shop.a:\n    columns: {x: long}\n    rules:\n      - {id: p, column: x, min: 0}\n"
    one += "      - {id: q, column: x, max: 9}\n"
    two = "  shop.b:\n    columns: {x: long}\n"
    lines = one.splitlines(keepends=True)
    turned = "".join([*lines[:3], lines[4], lines[3]])
    assert told(contract(f"tables:\n{one}{two}"), contract(f"tables:\n{two}{turned}")) == []


def test_the_canonical_form_is_no_change():
    text = HEAD + (
        "tables:\n  shop.orders:\n    columns:\n"
        "      id: {required: true, type: long}   # the key\n    primary_key: [id]\n"
    )
    formatted = format_contract(text.encode(), "x").encode()
    assert told(parse_contract(text.encode(), "x"), parse_contract(formatted, "x")) == []


def test_the_best_match_is_the_renamed_column():
    columns = "columns: {{id: long, {}}}\n"
    old = table(columns=columns.format("order_size: integer, remark: string"))
    new = table(columns=columns.format("weight: integer, order_sizes: integer, remarks: string"))
    assert told(old, new) == [
        ("column-added", "shop.orders.weight", "tightens"),
        ("column-renamed", "shop.orders.order_size", "both"),
        ("column-renamed", "shop.orders.remark", "both"),
    ]
    assert changes(old, new)[1].message == (
        "column `shop.orders.order_size` was renamed to `order_sizes`"
    )


def test_a_column_of_other_rules_is_not_renamed():
    old, new = column("{type: integer, min: 0}"), column("{type: integer, min: 1}", "amount")
    assert [change[0] for change in told(old, new)] == ["column-added", "column-removed"]


def test_whatever_names_what_was_renamed_follows():
    text = """\
    tables:
      shop.orders:
        primary_key: [{name}]
        columns:
          {name}: {{type: long, required: true, min: 0}}
          size: integer
        rules:
          - {{id: {rule}, compare: "{name} <= size"}}
    guarantees:
      - {{id: sane, says: Sane., proven_by: [shop.orders.{name}.min, shop.orders.{rule}]}}
    handoff: {{to: billing, requires: [shop.orders.{rule}]}}
    environments:
      dev: {{shop.orders.{name}.min: -1}}
    """
    old = contract(text.format(name="id", rule="fits"))
    new = contract(text.format(name="order_id", rule="fits-well"))
    assert told(old, new) == [
        ("column-renamed", "shop.orders.id", "both"),
        ("rule-renamed", "shop.orders.fits", "none"),
    ]


def test_a_renamed_table_still_tells_its_other_changes():
    text = "tables:\n  shop.{}:\n    rows: {{min: {}}}\n    columns: {{id: long, size: integer}}\n"
    found = told(contract(text.format("orders", 1)), contract(text.format("order", 2)))
    assert found == [
        ("table-renamed", "shop.orders", "both"),
        ("row-count-narrowed", "shop.order.rows", "tightens"),
    ]


def test_a_renamed_sensitive_column_cannot_lose_its_class_unseen():
    old = column("{type: string, classification: pii}", "mail")
    new = column("{type: string, classification: public}", "email")
    assert [change[0] for change in told(old, new)] == ["column-added", "column-removed"]
