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
