"""The rules of `tpch.contract.yaml` as a person writes them in SQL, and what may be wrong.

Contenders import nothing but this module of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ORDERS, LINEITEM = "orders", "lineitem"
KEYS = {ORDERS: ("o_orderkey",), LINEITEM: ("l_orderkey", "l_linenumber")}

_REQUIRED = {
    ORDERS: (
        *(
            "o_orderkey",
            "o_custkey",
            "o_orderstatus",
            "o_totalprice",
            "o_orderdate",
            "o_orderpriority",
        ),
        *("o_clerk", "o_shippriority", "o_comment"),
    ),
    LINEITEM: (
        *("l_orderkey", "l_linenumber", "l_partkey", "l_suppkey", "l_quantity"),
        *("l_extendedprice", "l_discount", "l_tax"),
        *("l_returnflag", "l_linestatus", "l_shipdate", "l_commitdate", "l_receiptdate"),
        *("l_shipinstruct", "l_shipmode", "l_comment"),
    ),
}
_PRIORITIES = "'1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'"
_INSTRUCTIONS = "'COLLECT COD', 'DELIVER IN PERSON', 'NONE', 'TAKE BACK RETURN'"
_MODES = "'AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK'"

BROKEN = {
    ORDERS: {
        **{f"{column}.required": f"{column} IS NULL" for column in _REQUIRED[ORDERS]},
        "o_orderkey.min": "o_orderkey < 1",
        "o_custkey.min": "o_custkey < 1",
        "o_orderstatus.enum": "o_orderstatus NOT IN ('F', 'O', 'P')",
        "o_totalprice.min": "o_totalprice < 0",
        "o_orderdate.min": "o_orderdate < DATE '1992-01-01'",
        "o_orderdate.max": "o_orderdate > DATE '1998-08-02'",
        "o_orderpriority.enum": f"o_orderpriority NOT IN ({_PRIORITIES})",
        "o_clerk.pattern": "NOT regexp_like(o_clerk, '^Clerk#[0-9]{9}$')",
        "o_shippriority.const": "o_shippriority <> 0",
        "o_comment.max_length": "length(o_comment) > 79",
    },
    LINEITEM: {
        **{f"{column}.required": f"{column} IS NULL" for column in _REQUIRED[LINEITEM]},
        "l_partkey.min": "l_partkey < 1",
        "l_suppkey.min": "l_suppkey < 1",
        "l_linenumber.min": "l_linenumber < 1",
        "l_linenumber.max": "l_linenumber > 7",
        "l_quantity.min": "l_quantity < 1",
        "l_quantity.max": "l_quantity > 50",
        "l_extendedprice.above": "l_extendedprice <= 0",
        "l_discount.min": "l_discount < 0",
        "l_discount.max": "l_discount > CAST(0.10 AS DECIMAL(15,2))",
        "l_tax.min": "l_tax < 0",
        "l_tax.max": "l_tax > CAST(0.08 AS DECIMAL(15,2))",
        "l_returnflag.enum": "l_returnflag NOT IN ('A', 'N', 'R')",
        "l_linestatus.enum": "l_linestatus NOT IN ('F', 'O')",
        "l_shipdate.min": "l_shipdate < DATE '1992-01-02'",
        "l_receiptdate.max": "l_receiptdate > DATE '1998-12-31'",
        "l_shipinstruct.enum": f"l_shipinstruct NOT IN ({_INSTRUCTIONS})",
        "l_shipmode.enum": f"l_shipmode NOT IN ({_MODES})",
        "l_comment.max_length": "length(l_comment) > 44",
        "shipped-before-received": "l_shipdate > l_receiptdate",
    },
}
"""By table and rule, the condition of an offending row."""

FAULTS = {
    ORDERS: {
        "o_orderkey": "CASE WHEN o_orderkey % 3200 = 2 THEN o_orderkey - 1 "
        "WHEN o_orderkey % 64000 = 5 THEN NULL ELSE o_orderkey END",
        "o_orderstatus": "CASE WHEN o_orderkey % 9600 = 3 THEN 'X' ELSE o_orderstatus END",
        "o_totalprice": "CASE WHEN o_orderkey % 9600 = 4 THEN -o_totalprice ELSE o_totalprice END",
        "o_orderdate": "CASE WHEN o_orderkey % 6400 = 6 THEN NULL ELSE o_orderdate END",
        "o_clerk": "CASE WHEN o_orderkey % 3200 = 7 THEN 'Clerk#1' ELSE o_clerk END",
    },
    LINEITEM: {
        "l_orderkey": "CASE WHEN l_orderkey % 3200 = 33 THEN -l_orderkey ELSE l_orderkey END",
        "l_linenumber": "CASE WHEN l_orderkey % 6400 = 34 AND l_linenumber = 2 "
        "THEN CAST(1 AS INT) WHEN l_orderkey % 64000 = 35 THEN NULL ELSE l_linenumber END",
        "l_quantity": "CASE WHEN l_orderkey % 3200 = 36 THEN CAST(51 AS DECIMAL(15,2)) "
        "ELSE l_quantity END",
        "l_discount": "CASE WHEN l_orderkey % 3200 = 37 THEN CAST(0.11 AS DECIMAL(15,2)) "
        "ELSE l_discount END",
        "l_returnflag": "CASE WHEN l_orderkey % 3200 = 38 THEN NULL ELSE l_returnflag END",
        "l_receiptdate": "CASE WHEN l_orderkey % 3200 = 39 THEN l_commitdate "
        "ELSE l_receiptdate END",
    },
}
"""By table and column, what it holds when some rows are to be wrong: keys twice or null, lines
without an order, values that are null or out of range."""


def by_hand(ask: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return how many rows break each rule, with one scan a table, one grouping a key, one join.

    Args:
        ask: Returns the only row of a query's answer; tables stand under their own names.
    """
    answers = {}
    for table, rules in BROKEN.items():
        keys = KEYS[table]
        without = " OR ".join(f"{column} IS NULL" for column in keys)
        conditions = [*rules.values(), without]
        counted = [f"count(*) FILTER (WHERE {sql}) AS r{n}" for n, sql in enumerate(conditions)]
        rows, *counts, nulls = ask(f"SELECT count(*) AS n, {', '.join(counted)} FROM {table}")
        answers |= {f"{table}.{rule}": n for rule, n in zip(rules, counts, strict=True)}
        groups = (
            f"SELECT count(*) AS n FROM {table} WHERE NOT ({without})"
            f" GROUP BY {', '.join(keys)} HAVING count(*) > 1"
        )
        [twins] = ask(f"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM ({groups}) AS g")
        answers[f"{table}.primary_key"] = nulls + twins
        answers[f"{table}.rows"] = int(rows < 1)
    [orphans] = ask(
        "SELECT count(*) AS n FROM lineitem WHERE l_orderkey IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM orders WHERE o_orderkey = l_orderkey)"
    )
    return answers | {"lineitem.of-an-order": orphans}
