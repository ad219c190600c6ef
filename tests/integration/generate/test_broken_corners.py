"""Rules that are hard to break, or cannot be: they are broken exactly so, or refused with why."""

from __future__ import annotations

import pytest

from spectra_gx.errors import UsageError
from tests.fakes.contracts import contract_of
from tests.fakes.generated import checked, generate, not_passed

CLINIC = contract_of(
    """
    shop.ward:
      primary_key: [code]
      columns: {code: {type: string, enum: [a, b, c]}}
    shop.patient:
      primary_key: [id]
      columns:
        id: {type: long, required: true, sequence: {step: 1}}
        born: {type: date, min: today - 36500d, max: today}
        seen: {type: timestamp, required: true, min: now - 90d, max: now}
        tags: {type: array, items: {type: string, min_length: 2, unique: true}}
        "of ward": {type: string, required: true}
      rules:
        - {id: ward, references: {columns: [of ward], table: shop.ward, to: [code]}}
        - {id: fresh, freshness: {column: seen, max_age: 2d}}
        - {id: usual-age, freshness: {column: seen, expected: {sensitivity: low}}}
        - {id: often, column: born, null_share: {change: {max: 10%}}}
    """
)


@pytest.mark.parametrize(
    "breaks",
    [
        {"shop.patient.born.max": 3},
        {"shop.patient.seen.min": 2, "shop.patient.fresh": None},
        {"shop.patient.tags.items.unique": 1},
        {"shop.patient.tags.items.unique": 4, "shop.patient.tags.items.min_length": 5},
        {"shop.patient.id.sequence": 2, "shop.patient.ward": 3},
    ],
)
def test_rules_that_lean_on_each_other_are_broken_alone(breaks, tmp_path):
    asked = [rule if rows is None else f"{rule}={rows}" for rule, rows in breaks.items()]
    generate(CLINIC, tmp_path, *asked)
    assert not_passed(checked(CLINIC, tmp_path)) == breaks


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("shop.ward.primary_key=1", "the same key is in 2 or more; write"),
        ("shop.patient.primary_key=2", "the values of `id` follow each other"),
        ("shop.patient.often", "compares with earlier runs"),
        ("shop.patient.usual-age", "compares with earlier runs"),
        ("shop.patient.fresh=2", "is about all rows together"),
        ('shop.patient."of ward"=2', "did you mean"),
        ("shop.patient.id.required=2", "breaks `shop.patient.primary_key`"),
    ],
)
def test_what_cannot_be_broken_says_why(asked, why, tmp_path):
    with pytest.raises(UsageError) as refused:
        generate(CLINIC, tmp_path, asked)
    assert why in str(refused.value)


MEASURES = contract_of(
    """
    shop.one:
      primary_key: [id]
      columns:
        id: {type: long, sequence: {step: 1}, max: 1000}
        share: {type: double, required: true, min: 0, max: 100}
        level: {type: integer, required: true, min: 5}
        few: {type: long, min: 0, max: 9}
        kind: {type: string, required: true, enum: [x, y, z]}
        text: {type: string, min_length: 3, max_length: 6}
      rules:
        - {id: middle, column: share, mean: {min: 40, max: 41}}
        - {id: even, column: share, stdev: {max: 30}}
        - {id: total, column: few, sum: {min: 100, max: 101}}
        - {id: missing, column: few, null_share: {min: 0.1, max: 0.2}}
        - {id: kinds, column: kind, distinct: {min: 2, max: 3}}
        - {id: grows, column: level, sorted: {by: id, order: ascending}}
        - {id: five, column: text, length: 5, where: kind <> 'x'}
    """
)


@pytest.mark.parametrize(
    "breaks",
    [
        {"shop.one.share.min": 6, "shop.one.share.max": 1},
        {"shop.one.share.required": 5},
        {"shop.one.few.min": 4},
        {"shop.one.text.min_length": 2},
        {"shop.one.middle": None, "shop.one.share.max": 3},
        {"shop.one.kind.enum": 2, "shop.one.kinds": None},
    ],
)
def test_what_rows_break_is_made_up_for_by_others(breaks, tmp_path):
    asked = [rule if rows is None else f"{rule}={rows}" for rule, rows in breaks.items()]
    generate(MEASURES, tmp_path, *asked)
    assert not_passed(checked(MEASURES, tmp_path)) == breaks


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("shop.one.share.min=90%", "cannot be kept beside breaks of `shop.one.share.min`: no"),
        ("shop.one.kind.enum=50", "rule `shop.one.kinds` cannot be kept beside"),
        ("shop.one.share.required=60", "so few rows have no such statistic"),
        ("shop.one.id.max=1", "decided by `shop.one.id.sequence`"),
        ("shop.one.level.min=1", "decided by `shop.one.grows`"),
    ],
)
def test_what_others_cannot_make_up_for_is_refused(asked, why, tmp_path):
    with pytest.raises(UsageError) as refused:
        generate(MEASURES, tmp_path, asked)
    assert why in str(refused.value)
    assert list(tmp_path.iterdir()) == []


RELATED = contract_of(
    """
    shop.product:
      columns:
        code: {type: string, required: true, unique: true, min_length: 3}
        kind: {type: string, enum: [a, b]}
    shop.stock:
      rows: {max: 50}
      primary_key: [number]
      columns:
        number: {type: long, not_in: [3]}
        product: {type: string, required: true}
      rules: [{id: all, column: product, same_set_as: shop.product.code}]
    shop.offer:
      columns:
        product: {type: string, required: true, unique: true}
        shelf: {type: string, enum: [x, y, z]}
      rules:
        - {id: known, references: {columns: [product], table: shop.product, to: [code]}}
        - {id: places, unique: [product, shelf]}
    shop.kinds:
      columns: {kind: string}
      rules: [{id: all, column: kind, same_set_as: shop.product.kind}]
    shop.few:
      rows: {max: 9}
      columns: {kind: {type: string, enum: [a, b], unique: true}}
    shop.days:
      rows: {equals: 20}
      columns: {day: {type: date, unique: true}}
    shop.plan:
      rows: {equals: 20}
      columns: {day: {type: date, required: true}}
      rules: [{id: all, column: day, same_set_as: shop.days.day}]
    """
)


@pytest.mark.parametrize(
    "breaks",
    [
        {"shop.stock.product.required": 4},
        {"shop.product.code.unique": 3, "shop.stock.product.required": 4},
        {"shop.product.code.required": 5, "shop.product.code.min_length": 2},
        {"shop.stock.all": None, "shop.product.code.required": 2},
        {"shop.offer.product.unique": 4, "shop.offer.places": 4},
        {"shop.kinds.all": None},
    ],
)
def test_values_that_broken_rows_do_not_have_are_in_others(breaks, tmp_path):
    asked = [rule if rows is None else f"{rule}={rows}" for rule, rows in breaks.items()]
    generate(RELATED, tmp_path, *asked, rows=40)
    assert not_passed(checked(RELATED, tmp_path)) == breaks


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("shop.few.rows",), "its other rules leave room for 2 rows"),
        (("shop.stock.number.not_in=2",), "no more than 1 value of `number` break"),
        (
            ("shop.offer.product.unique=2", "shop.offer.places=3"),
            "the same rows break `shop.offer.places` in 3, `shop.offer.product.unique` in 2",
        ),
        (("shop.plan.day.required=2",), "rule `shop.days.rows` cannot be kept beside breaks of"),
    ],
)
def test_what_leaves_others_too_few_values_is_refused(asked, why, tmp_path):
    with pytest.raises(UsageError) as refused:
        generate(RELATED, tmp_path, *asked, rows=40)
    assert why in str(refused.value)


def test_a_key_that_shares_a_column_with_a_broken_one_is_not_repeated_by_chance(tmp_path):
    contract = contract_of(
        """
        shop.one:
          columns: {a: long, b: {type: string, enum: [x, y]}, c: {type: string, enum: [x, y]}}
          rules: [{id: ab, unique: [a, b]}, {id: ac, unique: [a, c]}]
        """
    )
    with pytest.raises(UsageError, match=r"rule `shop\.one\.ac` cannot be kept beside breaks of"):
        generate(contract, tmp_path, "shop.one.ab=3")


def test_a_sequence_that_meets_a_value_to_be_left_out_says_so(tmp_path):
    contract = contract_of(
        "shop.one: {columns: {n: {type: byte, min: 1, sequence: {step: 1}, not_in: [3]}}}"
    )
    written = generate(contract, tmp_path, rows=9)
    assert written.unbuilt.keys() == {"shop.one.n.not_in"}
