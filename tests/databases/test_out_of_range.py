"""Aggregates of numbers so large that no result can be stored: no database may take it for less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.databases.places import PLACES, moved_to, validated

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {"id": "long", "x": "double"}
LARGEST = 1.7976931348623157e308
RULES = """
shop.t:
  columns:
    id: long
    x: double
  rules:
    - {id: the_mean, column: x, mean: {max: 0}}
    - {id: the_sum, column: x, sum: {max: 0}}
    - {id: the_stdev, column: x, stdev: {max: 1.0e+308}}
    - {id: some, column: x, sum: {max: 0}, where: id < 3}
    - {id: sql_mean, sql: "select avg(x) as m from {table} having avg(x) > 0"}
    - {id: sql_sum, sql: "select s from (select sum(x) as s from {table}) as t where s > 0"}
"""


@pytest.mark.parametrize("name", PLACES)
def test_a_result_out_of_range_is_as_large_as_in_delta_or_errored(
    name: str, tmp_path: Path
) -> None:
    contract = contract_of(RULES)
    store(tmp_path, "shop.t", COLUMNS, [(1, LARGEST), (2, LARGEST), (3, -LARGEST / 2)])
    expected = outcomes(validate_here(contract, tmp_path))
    with PLACES[name](tmp_path) as place:
        found = validated(moved_to(place, contract, tmp_path), tmp_path)
    differ = {
        rule: (one.status, expected[rule].status)
        for rule, one in found.items()
        if one.status != "errored" and one.status != expected[rule].status
    }
    assert differ == {}
    assert expected["shop.t.the_mean"].status == "failed"
