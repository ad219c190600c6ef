"""Decimals in SQLite, which has none: what is calculated is exact, or errored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.databases.places import PLACES, moved_to, validated

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = {"id": "long", "m": "decimal(12,2)", "n": "decimal(12,2)", "w": "decimal(15,0)"}
_ROWS = [
    (1, Decimal("0.10"), Decimal("0.30"), Decimal(-(10**15) + 1)),
    (2, Decimal("0.20"), Decimal("0.10"), Decimal(10**15 - 2)),
    (2**63 - 1, None, Decimal("9999999999.99"), None),
]
_RULES = """
shop.t:
  columns:
    id: long
    m: "decimal(12,2)"
    n: "decimal(12,2)"
    w: "decimal(15,0)"
  rules:
    - {id: total, sql: "select count(*) as c from {table} having sum(m) > 0.3"}
    - {id: group, sql: "select id from {table} group by id having sum(m * n) = 0.03"}
    - {id: inner, sql: "select s from (select sum(m) as s from {table}) as u where s <> 0.3"}
    - {id: product, sql: "select id from {table} where m * m = 0.01"}
    - {id: difference, sql: "select id from {table} where n - m = 0.2 or m - n = 0.1"}
    - {id: shown, sql: "select id, m + n as x from {table}"}
    - {id: once, sql: "select count(*) as c from {table} having sum(distinct m) > 0.3"}
    - {id: window, sql: "select id from (select id, sum(m) over () as s from {table}) as u"}
    - {id: digits, sql: "select id from {table} where m < 0.30000000000000001"}
    - {id: wide, sql: "select id from {table} where n * n > 1"}
    - {id: the_sum, column: n, sum: {max: 0}}
    - {id: the_mean, column: id, mean: {max: 0}}
    - {id: the_stdev, column: id, stdev: {max: 0}}
    - {id: far, column: w, stdev: {max: 0}}
shop.days:
  columns: {d: date}
  rules:
    - {id: days, column: d, sequence: {step: 1}}
"""
_ERRORED = {"shown", "once", "window", "wide", "days", "digits"}


def test_decimals_are_calculated_as_in_delta_or_not_at_all(tmp_path: Path) -> None:
    contract = contract_of(_RULES)
    store(tmp_path, "shop.t", _COLUMNS, _ROWS)
    store(tmp_path, "shop.days", {"d": "date"}, [(date(9999, 12, 31),), (date(9999, 12, 31),)])
    expected = outcomes(validate_here(contract, tmp_path))
    with PLACES["sqlite"](tmp_path) as place:
        found = validated(moved_to(place, contract, tmp_path), tmp_path)

    errored = {rule for rule, one in found.items() if str(one.status) == "errored"}
    assert {rule.rpartition(".")[2] for rule in errored} == _ERRORED
    assert {rule: one.to_dict() for rule, one in found.items() if rule not in errored} == {
        rule: one.to_dict() for rule, one in expected.items() if rule not in errored
    }
    assert str(expected["shop.t.group"].status) == "failed"
    assert str(expected["shop.t.total"].status) == "passed"
