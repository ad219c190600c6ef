"""What is generated passes the check, or fails exactly the rules that were named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.stage_plan import StagePlan
from spectra_gx.generate.stage_tables import tables_of
from spectra_gx.generate.target import placed
from tests.fakes.contracts import contract_of
from tests.fakes.generated import AT, checked, generate, not_passed, stored

SHOP = parse_contract(
    (Path(__file__).parent / "shop.contract.yaml").read_bytes(), "shop.contract.yaml"
)


def test_a_contract_of_nearly_every_kind_is_kept(tmp_path):
    written = generate(SHOP, tmp_path, rows=400)
    assert not_passed(checked(SHOP, tmp_path)) == {}
    assert written.unbuilt.keys() == {"shop.orders.no-refund"}
    assert written.reads_clock
    assert {table.table: table.rows for table in written.tables} == {
        "shop.regions": 4,
        "shop.customers": 400,
        "shop.orders": 400,
        "shop.days": 400,
    }


BROKEN = {
    "shop.customers.since.min": 3,
    "shop.customers.token.format": 4,
    "shop.customers.tags.items.enum": 5,
    "shop.customers.address.zip.pattern": 6,
    "shop.customers.email.unique": 7,
    "shop.customers.known-region": 8,
    "shop.orders.net.above": 9,
    "shop.orders.more-than-net": 3,
    "shop.orders.same": 4,
    "shop.orders.large-when-closed": 5,
    "shop.orders.shipped_at.required_if": 6,
    "shop.orders.currency.const": 7,
    "shop.orders.code.length": 8,
    "shop.orders.number.sequence": 9,
    "shop.orders.primary_key": 10,
    "shop.orders.note.not_in": 11,
    "shop.days.kind.required": 12,
    "shop.days.grows": 13,
}
WHOLE = ("shop.customers.usual-score", "shop.customers.few-parents", "shop.days.rows")


def test_many_rules_are_broken_at_once_and_no_other(tmp_path):
    rows = [f"{rule}={count}" for rule, count in BROKEN.items()]
    written = generate(SHOP, tmp_path, *rows, *WHOLE, rows=400)
    found = not_passed(checked(SHOP, tmp_path))
    expected = BROKEN | dict.fromkeys(WHOLE)
    found.pop("shop.orders.no-refund", None)  # reads what `more-than-net` says, too
    assert found == expected
    assert written.breaks == BROKEN


def test_a_share_is_of_the_rows_that_a_rule_is_about(tmp_path):
    contract = contract_of(
        "shop.one: {columns: {a: {type: long, min: 0}, b: {type: long, required: true, min: 3}}}"
    )
    written = generate(contract, tmp_path, "shop.one.a.min=10%", "shop.one.b.min=0.5%", rows=200)
    found = checked(contract, tmp_path)
    assert found["shop.one.a.min"].evaluated == 190  # a twentieth is null
    assert {rule: found[rule].unexpected for rule in written.breaks} == {
        "shop.one.a.min": 19,
        "shop.one.b.min": 1,
    }


LAYOUTS = """
shop.one:
  column_order: exact
  partitioned_by: [b]
  columns: {a: long, b: {type: long, required: true, min: 1, max: 3}}
"""


@pytest.mark.parametrize(
    "rule",
    [
        "shop.one.columns",
        "shop.one.column_order",
        "shop.one.partitioned_by",
        "shop.undeclared_tables",
    ],
)
def test_a_layout_is_broken(rule, tmp_path):
    contract = contract_of(LAYOUTS)
    generate(contract, tmp_path, rule)
    assert not_passed(checked(contract, tmp_path)).keys() == {rule}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("shop.one.b.type=1%", "could then not be evaluated"),
        ("shop.one.b.min", "say how many rows"),
        ("shop.one.rows=1%", "is about all rows together"),
        ("shop.one.b.mni=1%", "did you mean 'shop.one.b.min'?"),
        ("shop.one.b.min=0%", "says no amount"),
        ("shop.one.b.min=101%", "says no amount"),
        ("shop.one.b.min=many", "says no amount"),
        ("shop.one.b.min=61", "ask for fewer than 61"),
        ("shop.one.key=1%", "breaks `shop.one.primary_key`; add --break shop.one.primary_key=…"),
        ("shop.one.a.required=1%", "breaks `shop.one.primary_key`"),
        ("shop.one.b.above=1%", "breaks `shop.one.b.min`"),
        ("shop.one.it=1%", "no row is known that breaks it"),
    ],
)
def test_what_cannot_be_broken_is_refused_before_anything_is_written(asked, said, tmp_path):
    contract = contract_of(
        """
        shop.one:
          primary_key: [a]
          rows: {min: 1}
          columns:
            a: {type: long, required: true}
            b: {type: long, required: true, min: 3, above: 0}
          rules:
            - {id: it, sql: "select * from {table} where b < 0"}
            - {id: key, column: a, unique: true}
        """
    )
    with pytest.raises(UsageError) as refused:
        generate(contract, tmp_path, asked)
    assert said in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_rules_that_break_together_are_broken_together_once_both_are_named(tmp_path):
    contract = contract_of("shop.one: {columns: {b: {type: long, min: 3, above: 0}}}")
    generate(contract, tmp_path, "shop.one.b.above=5", "shop.one.b.min=5")
    assert not_passed(checked(contract, tmp_path)) == {"shop.one.b.above": 5, "shop.one.b.min": 5}


def test_rules_that_contradict_each_other_are_named(tmp_path):
    contract = contract_of(
        """
        shop.one:
          columns: {a: {type: string, pattern: "^a(?=b)$"}}
        """
    )
    written = generate(contract, tmp_path)
    assert written.unbuilt == {"shop.one.a.pattern": "no value was found that satisfies it"}
    assert not_passed(checked(contract, tmp_path)).keys() == {"shop.one.a.pattern"}


def test_references_that_go_round_in_a_circle_are_named(tmp_path):
    contract = contract_of(
        """
        shop.a:
          columns: {x: {type: long, required: true, unique: true}}
          rules: [{id: b, references: {columns: [x], table: shop.b, to: [x]}}]
        shop.b:
          columns: {x: {type: long, required: true, unique: true}}
          rules: [{id: a, references: {columns: [x], table: shop.a, to: [x]}}]
        """
    )
    written = generate(contract, tmp_path)
    assert written.unbuilt == {"shop.b.a": "its values would come from its own column"}
    assert not_passed(checked(contract, tmp_path)) == {}


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("{location: lake/one, format: iceberg", "`iceberg` is not written"),
        ("{location: 'duckdb:shop.db#main.one'", "it is in a database"),
        ("{location: '/lake/one'", "its `location` is outside of the warehouse"),
        (
            "{location: 'lake/day=2026*/*.parquet', format: parquet",
            "its `location` selects folders by their names",
        ),
    ],
)
def test_what_is_not_written_at_its_location_is_written_elsewhere(place, why, tmp_path):
    columns = "{day: {type: date, required: true}"
    columns += ", DAY: date}" if "duckdb" in place else "}"
    contract = contract_of(f"shop.one: {place}, columns: {columns}}}")
    assert placed(contract)[1] == {"shop.one": why}
    generate(contract, tmp_path)
    assert not_passed(checked(contract, tmp_path)) == {}


def test_the_same_seed_gives_the_same_values_and_another_one_others(tmp_path):
    tables = []
    for number, seed in enumerate((1, 1, 2)):
        generate(SHOP, tmp_path / str(number), rows=90, seed=seed)
        tables.append(stored(tmp_path / str(number), "shop.customers"))
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


def test_a_row_is_the_same_in_whatever_part_and_order_it_is_made():
    tables = tables_of(SHOP, {SHOP.name: SHOP}, AT)
    plan = StagePlan(tables, seed=1, rows=300, as_of=AT, memory=200)
    for name in plan.tables:
        table = plan.table(name)
        whole = table.chunk(0, 300)
        parts = [table.chunk(first, 70) for first in range(0, 300, 70)]
        assert pa.concat_tables(parts) == whole
        backwards = np.arange(table.count, dtype=np.uint64)[::-1].copy()
        turned = pa.table(table.values(table.columns, backwards))
        assert turned == whole.take(pa.array(backwards))
