"""TPC-H's contract and the SQL written by hand say the same of a few rows."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake import write_deltalake

from benchmarks.contest import answers_of, hold, took
from benchmarks.environments import CONTENDERS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.contest import Took

MONEY = pa.decimal128(15, 2)
ORDERS = {
    "o_orderkey": pa.array([1, 2, 2, None]),
    "o_custkey": pa.array([7, 0, 7, 7]),
    "o_orderstatus": pa.array(["F", "X", "O", "P"]),
    "o_totalprice": pa.array([Decimal("1.00")] * 4, MONEY),
    "o_orderdate": pa.array([date(1995, 1, 1)] * 3 + [date(1999, 1, 1)]),
    "o_orderpriority": pa.array(["5-LOW"] * 4),
    "o_clerk": pa.array(["Clerk#000000001"] * 3 + ["nobody"]),
    "o_shippriority": pa.array([0] * 4, pa.int32()),
    "o_comment": pa.array(["quick"] * 4),
}
LINEITEM = {
    "l_orderkey": pa.array([1, 1, 2, 3, None]),
    "l_partkey": pa.array([1] * 5),
    "l_suppkey": pa.array([1] * 5),
    "l_linenumber": pa.array([1, 1, 8, 1, 1], pa.int32()),
    "l_quantity": pa.array([Decimal("50.00")] * 4 + [Decimal("50.01")], MONEY),
    "l_extendedprice": pa.array([Decimal("0.00")] + [Decimal("9.00")] * 4, MONEY),
    "l_discount": pa.array([Decimal("0.10")] * 4 + [Decimal("0.11")], MONEY),
    "l_tax": pa.array([Decimal("0.08")] * 5, MONEY),
    "l_returnflag": pa.array(["A", "N", "R", None, "Q"]),
    "l_linestatus": pa.array(["F"] * 5),
    "l_shipdate": pa.array([date(1995, 1, 1)] * 4 + [date(1995, 1, 3)]),
    "l_commitdate": pa.array([date(1995, 1, 1)] * 5),
    "l_receiptdate": pa.array([date(1995, 1, 2)] * 5),
    "l_shipinstruct": pa.array(["NONE"] * 5),
    "l_shipmode": pa.array(["AIR"] * 5),
    "l_comment": pa.array(["slow"] * 5),
}
BROKEN = {
    "orders.primary_key": 3,
    "orders.o_orderkey.required": 1,
    "orders.o_custkey.min": 1,
    "orders.o_orderstatus.enum": 1,
    "orders.o_orderdate.max": 1,
    "orders.o_clerk.pattern": 1,
    "lineitem.primary_key": 3,
    "lineitem.l_orderkey.required": 1,
    "lineitem.l_linenumber.max": 1,
    "lineitem.l_quantity.max": 1,
    "lineitem.l_extendedprice.above": 1,
    "lineitem.l_discount.max": 1,
    "lineitem.l_returnflag.required": 1,
    "lineitem.l_returnflag.enum": 1,
    "lineitem.shipped-before-received": 1,
    "lineitem.of-an-order": 1,
}


def test_ours_counts_what_sql_by_hand_counts(tmp_path: Path):
    for name, table in {"orders": ORDERS, "lineitem": LINEITEM}.items():
        write_deltalake(str(tmp_path / "Tables" / "tpch" / name), pa.table(table))

    def ran(contender: str) -> Took:
        return took([sys.executable, str(CONTENDERS / f"{contender}.py"), str(tmp_path)])

    by_hand = answers_of(ran("tpch_datafusion").said)
    assert {rule: count for rule, count in by_hand.items() if count} == BROKEN
    ours = answers_of(ran("tpch_ours").said)
    hold("tpch_ours", ours, by_hand)
    assert ours.keys() == by_hand.keys()
