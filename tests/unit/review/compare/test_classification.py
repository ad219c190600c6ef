"""Changes whose direction depends on what stands around them."""

from __future__ import annotations

import pytest

from spectra_gx.review.change import Direction
from spectra_gx.review.compare.contract_changes import find_changes
from spectra_gx.review.compare.type_compatibility import is_widening
from tests.unit.review.contract_texts import changes, column, contract, rule, table, told

SIZE = "columns:\n  id: {type: long, required: true}\n  size: integer\n"
BARE = "columns:\n  id: {type: long, required: true}\n"


@pytest.mark.parametrize(
    ("extra", "direction"),
    [("fail", "both"), ("warn", "loosens"), ("allow", "loosens")],
)
def test_a_removed_column_only_loosens_where_others_are_borne(extra, direction):
    keys = f"extra_columns: {extra}"
    assert told(table(keys, SIZE), table(keys, BARE)) == [
        ("column-removed", "shop.orders.size", direction)
    ]


def test_a_removed_column_takes_its_rules_along():
    old = table(columns="columns:\n  id: long\n  size: {type: integer, min: 0, enum: [1]}\n")
    assert [change[0] for change in told(old, table(columns="columns:\n  id: long\n"))] == [
        "column-removed"
    ]


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ("column: size, min: 0", True),
        ("column: size, required: true", True),
        ("unique: [size, name]", True),
        ("compare: size <= limit", True),
        ("column: size, min: 0, mostly: 0.9", False),
        ("column: size, mean: {min: 0}", False),
        ("column: name, null_share: {max: 0.5}", False),
        ("freshness: {column: day, max_age: 1d}", False),
        ('sql: "select * from {table} where size < 0"', False),
    ],
)
def test_where_is_decided_only_where_rows_are_judged_one_by_one(said, decided):
    without, within = rule(said), rule(f"{said}, where: id > 5")
    added, removed = ("loosens", "tightens") if decided else ("undetermined",) * 2
    assert told(without, within) == [("where-added", "shop.orders.r", added)]
    assert told(within, without) == [("where-removed", "shop.orders.r", removed)]


@pytest.mark.parametrize(
    ("condition", "decided"),
    [
        ("id > -1", True),
        ("id between -5 and -1 or name in ('a', 'b')", True),
        ("lower(name) = 'a'", True),
        ("id / size > 1", False),
        ("id - size > 1", False),
        ("cast(name as bigint) > 1", False),
        ("to_date(name) > day", False),
    ],
)
def test_a_condition_that_might_fail_decides_nothing(condition, decided):
    old, new = rule("column: size, min: 0"), rule(f'column: size, min: 0, where: "{condition}"')
    [(_, _, direction)] = told(old, new)
    assert direction == ("loosens" if decided else "undetermined")


def test_a_condition_decides_nothing_beside_a_type_that_may_be_wrong():
    columns = "columns:\n  id: {{type: {{value: long, severity: info}}}}\n"
    columns += "  size: {{type: integer, min: {}}}\n"
    old = table(columns=columns.format("0"))
    new = table(columns=columns.format("{value: 0, where: id > 5}"))
    assert told(old, new) == [("where-added", "shop.orders.size.min", "undetermined")]


@pytest.mark.parametrize(
    ("old", "new", "is_wider"),
    [
        ("byte", "long", True),
        ("integer", "long", True),
        ("float", "double", True),
        ("decimal(10,2)", "decimal(12,2)", True),
        ("array<integer>", "array<long>", True),
        ("map<string,float>", "map<string,double>", True),
        ("struct<a:integer,b:string>", "struct<a:long,b:string>", True),
        ("long", "integer", False),
        ("integer", "double", False),
        ("decimal(10,2)", "decimal(12,3)", False),
        ("decimal(12,2)", "decimal(10,2)", False),
        ("date", "timestamp", False),
        ("integer", "string", False),
        ("struct<integer:string>", "struct<long:string>", False),
        ("struct<a:integer>", "struct<a:integer,b:string>", False),
    ],
)
def test_lossless_widening(old, new, is_wider):
    assert is_widening(old, new) is is_wider


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("^/", "^/api", "narrowed"),
        ("^/api", "^/", "widened"),
        ("api$", "i$", "widened"),
        ("^api$", "p", "widened"),
        (r"a\.b", r"\.", "widened"),
        ("^a$", "^b$", "changed"),
        ("^a", "a$", "changed"),
        ("a|b", "a", "changed"),
        ("a.c", ".", "changed"),
        ("(?i)a", "a", "changed"),
    ],
)
def test_patterns_contain_each_other_only_when_proven(old, new, kind):
    before, after = (column(f"{{type: string, pattern: '{text}'}}") for text in (old, new))
    assert [change[0] for change in told(before, after)] == [f"pattern-{kind}"]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("size < limit", "size <= limit", ["comparison-widened"]),
        ("size = limit", "size >= limit", ["comparison-widened"]),
        ("size <> limit", "size > limit", ["comparison-narrowed"]),
        ("size < share", "size <= share", ["comparison-changed"]),  # NaN has ways of its own
        ("size < limit", "limit > size", []),
        ("size = limit", "limit = size", []),
        ("size > 5", "size > 4", ["comparison-widened"]),
        ("size > 5", "size >= 6", ["comparison-changed"]),
    ],
)
def test_comparisons(old, new, kinds):
    before, after = rule(f"compare: {old}"), rule(f"compare: {new}")
    assert [change[0] for change in told(before, after)] == kinds


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("{min: 1}", "{min: 2, max: 9}", ["row-count-narrowed", "row-count-narrowed"]),
        ("{equals: 3}", "{min: 3}", ["row-count-widened"]),
        ("{equals: 3}", "{equals: 4}", ["row-count-narrowed", "row-count-widened"]),
        ("{equals: 3}", "{min: 3, max: 3}", []),
        ("{min: 1, change: {max: 20%}}", "{min: 1}", ["row-count-widened"]),
    ],
)
def test_row_counts(old, new, kinds):
    found = told(table(f"rows: {old}"), table(f"rows: {new}"))
    assert [change[0] for change in found] == kinds


NESTED = """\
columns:
  id: {{type: long, required: true}}
  place:
    type: struct
    fields:
      {}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "city: string",
            "city: string\n      zip: string",
            ("column-added", "place.zip", "tightens"),
        ),
        (
            "city: string\n      zip: string",
            "city: string",
            ("column-removed", "place.zip", "both"),
        ),
        ("size: integer", "size: long", ("column-type-widened", "place.size", "both")),
        (
            "a: string\n      b: long",
            "b: long\n      a: string",
            ("column-type-changed", "place", "both"),
        ),
        (
            "city: {type: string, min_length: 2}",
            "city: {type: string, min_length: 1}",
            ("length-widened", "place.city.min_length", "loosens"),
        ),
        (
            "mail: {type: string, classification: pii}",
            "mail: string",
            ("classification-lowered", "place.mail", "undetermined"),
        ),
    ],
)
def test_nested_columns_tell_their_own_changes(old, new, expected):
    kind, path, direction = expected
    found = told(table(columns=NESTED.format(old)), table(columns=NESTED.format(new)))
    assert found == [(kind, f"shop.orders.{path}", direction)]


def test_a_sensitive_field_that_is_declared_no_longer_blocks():
    old = table(columns=NESTED.format("mail: {type: string, classification: pii}"))
    new = table(
        columns="columns:\n  id: {type: long, required: true}\n  place: struct<mail:string>\n"
    )
    assert [change.id for change in changes(old, new) if change.blocks] == [
        "classification-lowered"
    ]


def test_items_tell_their_own_changes():
    items = "{{type: array, items: {{type: {}}}}}"
    found = told(column(items.format("integer")), column(items.format("long")))
    assert found == [("column-type-widened", "shop.orders.size.items", "both")]


def test_reordered_columns_bind_only_where_order_is_declared():
    old, new = "columns:\n  a: long\n  b: long\n", "columns:\n  b: long\n  a: long\n"
    assert [change[0] for change in told(table("", old), table("", new))] == ["columns-reordered"]
    exact = "column_order: exact"
    assert [change[0] for change in told(table(exact, old), table(exact, new))] == [
        "column-order-changed"
    ]


def test_an_environment_changes_by_meaning():
    text = "tables:\n  shop.orders:\n    columns:\n      sent: {{type: timestamp, max_age: 1h}}\n"
    text += "environments:\n  dev: {{shop.orders.sent.max_age: {}}}\n"
    assert told(contract(text.format("24h")), contract(text.format("1d"))) == []
    assert [
        change[0] for change in told(contract(text.format("24h")), contract(text.format("2d")))
    ] == ["environment-changed"]


KEYED = "columns:\n  id: {keys}\n  size: integer\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("{type: long, required: true}", "long", ("column-nullable", Direction.NONE)),
        ("long", "{type: long, required: true}", ("column-required", Direction.NONE)),
    ],
)
def test_a_primary_key_requires_its_columns_without_a_rule_of_their_own(before, after, expected):
    old, new = (
        table("primary_key: [id]", columns=KEYED.replace("{keys}", text))
        for text in (before, after)
    )
    assert [(one.id, one.direction) for one in find_changes(old, new)] == [expected]


def test_a_primary_key_that_only_warns_does_not_replace_a_critical_required():
    warns = "primary_key: {value: [id], severity: warning}"
    old, new = (
        table(warns, columns=KEYED.replace("{keys}", text))
        for text in ("{type: long, required: true}", "long")
    )
    [change] = find_changes(old, new)
    assert (change.id, change.direction) == ("column-nullable", Direction.LOOSENS)


def test_on_failure_loosens_and_tightens():
    rest = "tables: {shop.t: {columns: {a: long}}}\n"
    old, new = contract(rest), contract("on_failure: continue\n" + rest)
    [there], [back] = find_changes(old, new), find_changes(new, old)
    assert (there.direction, back.direction) == (Direction.LOOSENS, Direction.TIGHTENS)
    assert list(find_changes(old, contract("on_failure: abort\n" + rest))) == []
