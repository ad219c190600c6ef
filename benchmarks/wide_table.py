"""The benchmark's tables, any number of rows, with as many broken rules as asked for.

Rows follow from their number alone, so the same count always gives the same table, written in
pieces of a million rows: memory does not grow with the table. Run as
`python -m benchmarks.wide_table FOLDER --rows 10` it writes one, and its contract beside it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from deltalake import QueryBuilder, write_deltalake

from benchmarks.rules import CASES, NOT_NULL, ORDERS, SIXTY, name

PIECE = 1_000_000

_ORDERS = {
    "id": "i",
    "code": "concat('O-', lpad(CAST(i AS VARCHAR), 10, '0'))",
    "customer": "i % 1000003",
    "store": "CAST(i % 50 AS INT)",
    "status": "CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END",
    "currency": "CASE i % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'USD' ELSE 'GBP' END",
    "price": "1.0 + CAST((i * 7919) % 100000 AS DOUBLE) / 100.0",
    "quantity": "CAST(1 + i % 20 AS INT)",
    "discount": "CASE WHEN i % 10 = 0 THEN NULL ELSE CAST((i * 31) % 50 AS DOUBLE) / 100.0 END",
    "ordered_on": "arrow_cast(DATE '2026-01-01', 'Date32') + CAST(i % 300 AS INT)",
    "recorded_at": "arrow_cast(1767225600000000 + (i % 25920000) * 1000000, "
    "'Timestamp(Microsecond, Some(\"UTC\"))')",
    "email": "concat('user', CAST(i % 1000003 AS VARCHAR), '@example.com')",
}
_SIXTY = {
    "long": "(i + {n}) % 1000",
    "double": "CAST((i * 7919 + {n}) % 1000 AS DOUBLE) / 1000.0",
    "string": "CASE (i + {n}) % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' "
    "ELSE 'done' END",
}
_COLUMNS = {
    ORDERS.table: _ORDERS,
    SIXTY.table: {
        column: _SIXTY[type_].format(n=number)
        for number, (column, type_) in enumerate(SIXTY.types.items())
    },
}

FAULTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("email", "NULL", ("email.required",)),
    ("id", "i - 1", ("id.unique",)),
    ("code", "concat('X-', lpad(CAST(i AS VARCHAR), 10, '0'))", ("code.pattern",)),
    ("status", "'lost'", ("status.enum",)),
    ("quantity", "CAST(99 AS INT)", ("quantity.max",)),
    ("code", "'O-1'", ("code.pattern", "code.length")),
    ("customer", "-1", ("customer.min",)),
    ("store", "CAST(-1 AS INT)", ("store.min",)),
    ("store", "CAST(50 AS INT)", ("store.max",)),
    ("currency", "'XXX'", ("currency.enum",)),
    ("price", "-1.0", ("price.min", "price-not-less")),
    ("price", "0.0", ("price-not-less",)),
    ("price", "1001.5", ("price.max",)),
    ("quantity", "CAST(0 AS INT)", ("quantity.min",)),
    ("discount", "-0.5", ("discount.min",)),
    ("discount", "1.0625", ("discount.max",)),
    ("ordered_on", "arrow_cast(DATE '2025-12-31', 'Date32')", ("ordered_on.min",)),
    ("ordered_on", "arrow_cast(DATE '2027-01-01', 'Date32')", ("ordered_on.max",)),
    ("email", "'nobody'", ("email.pattern",)),
    *((column, "NULL", (f"{column}.required",)) for column in NOT_NULL if column != "email"),
)
"""A column of the orders, the value that is wrong, and the rules that it breaks; the first five
are five kinds of rule. Each is in one row of `PERIOD`."""

PERIOD = 10_000


def _place(fault: int) -> int:
    """Return the first row of a fault, one with a discount that is less than its price."""
    return 11 + 10 * fault


def unexpected(table: str, rows: int, failing: int) -> dict[str, int]:
    """Return how many rows break each rule, by its id within the table."""
    [case] = [case for case in CASES.values() if case.table == table]
    counts = {name(rule): 0 for rule in case.rules}
    for fault, (_, _, breaks) in enumerate(FAULTS[:failing]):
        times = (rows - 1 - _place(fault)) // PERIOD + 1
        for rule in breaks:
            counts[rule] += times * (2 if rule.endswith(".unique") else 1)
    return counts


def write_wide_table(
    folder: Path, rows: int, *, statistics: bool = True, failing: int = 0, table: str = ORDERS.table
) -> None:
    """Write a table as Delta, a file for each million rows; one that stands is left alone.

    Args:
        folder: Where the table is to be, under its warehouse's `Tables`.
        rows: How many.
        statistics: Whether its log says what the files hold.
        failing: How many of `FAULTS` the orders have.
        table: Which of the two.
    """
    if (folder / "_delta_log").exists():
        return
    selected = ", ".join(f"{sql} AS {column}" for column, sql in _columns(table, failing).items())
    session = QueryBuilder()
    for first in range(0, rows, PIECE):
        last = min(first + PIECE, rows) - 1
        numbers = f"SELECT value AS i FROM generate_series({first}, {last})"
        write_deltalake(
            str(folder),
            session.execute(f"SELECT {selected} FROM ({numbers}) AS n"),
            mode="append",
            target_file_size=1 << 40,
            configuration={} if statistics else {"delta.dataSkippingNumIndexedCols": "0"},
        )


def _columns(table: str, failing: int) -> dict[str, str]:
    columns = dict(_COLUMNS[table])
    for fault, (column, wrong, _) in enumerate(FAULTS[:failing]):
        at = f"i % {PERIOD} = {_place(fault)}"
        columns[column] = f"CASE WHEN {at} THEN {wrong} ELSE {columns[column]} END"
    return columns


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the warehouse")
    parser.add_argument("--case", default="orders", choices=CASES)
    parser.add_argument("--rows", type=float, default=1, help="in millions")
    parser.add_argument("--failing", type=int, default=0, choices=range(len(FAULTS) + 1))
    parser.add_argument("--no-statistics", action="store_true", help="in the table's log")
    asked = parser.parse_args()
    case = CASES[asked.case]
    folder = asked.folder / "Tables" / case.table.replace(".", "/")
    write_wide_table(
        folder,
        int(asked.rows * 1_000_000),
        statistics=not asked.no_statistics,
        failing=asked.failing,
        table=case.table,
    )
    (asked.folder / "bench.contract.yaml").write_text(case.contract(), encoding="utf-8")


if __name__ == "__main__":
    main()
