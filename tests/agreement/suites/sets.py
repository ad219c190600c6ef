"""Sets of values beside those of another table, and the one value of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.checking import contract_of, store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

SETS_AND_VALUES = """
shop.own:
  columns:
    x: {type: string, same_set_as: shop.other.y}
    n: {type: long, same_set_as: {value: shop.other.m, where: "x <> 'z'"}}
  rules:
    - {id: counted, sql_value: {query: "select count(x) as c from {table}", min: 3, max: 3}}
    - {id: largest, sql_value: {query: "select max(n) as m from {table}", max: 2}}
shop.other:
  columns: {y: string, m: long}
"""


def sets_and_values(which: str) -> Suite:
    """Sets of values beside those of another table, and the one value of a query."""

    def put(root: Path) -> None:
        rows = [("a", 1), ("b", 2), ("a", None), (None, 2)]
        more = [("B", 3)] if which == "bad" else []
        store(root, "shop.own", {"x": "string", "n": "long"}, rows + more)
        store(root, "shop.other", {"y": "string", "m": "long"}, [("b", 1), ("a", 2), ("a", 1)])

    return contract_of(SETS_AND_VALUES), put
