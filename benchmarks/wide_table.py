"""The benchmark's table: 12 columns of the types that contracts speak of, any number of rows.

Rows follow from their number alone, so the same count always gives the same table, written in
pieces of a million rows: memory does not grow with the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deltalake import QueryBuilder, write_deltalake

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 1_000_000
NAME = "bench.orders"

_COLUMNS = """
    i AS id,
    concat('O-', lpad(CAST(i AS VARCHAR), 10, '0')) AS code,
    i % 1000003 AS customer,
    CAST(i % 50 AS INT) AS store,
    CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END AS status,
    CASE i % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'USD' ELSE 'GBP' END AS currency,
    1.0 + CAST((i * 7919) % 100000 AS DOUBLE) / 100.0 AS price,
    CAST(1 + i % 20 AS INT) AS quantity,
    CASE WHEN i % 10 = 0 THEN NULL ELSE CAST((i * 31) % 50 AS DOUBLE) / 100.0 END AS discount,
    arrow_cast(DATE '2026-01-01', 'Date32') + CAST(i % 300 AS INT) AS ordered_on,
    arrow_cast(1767225600000000 + (i % 25920000) * 1000000, 'Timestamp(Microsecond, Some("UTC"))')
        AS recorded_at,
    concat('user', CAST(i % 1000003 AS VARCHAR), '@example.com') AS email
"""


def write_wide_table(folder: Path, rows: int, *, statistics: bool = True) -> None:
    """Write the table as Delta, a file for each million rows; one that stands is left alone.

    Without `statistics` its log says nothing of what the files hold.
    """
    if (folder / "_delta_log").exists():
        return
    session = QueryBuilder()
    for first in range(0, rows, PIECE):
        last = min(first + PIECE, rows) - 1
        numbers = f"SELECT value AS i FROM generate_series({first}, {last})"
        piece = session.execute(f"SELECT {_COLUMNS} FROM ({numbers}) AS n")
        write_deltalake(
            str(folder),
            piece,
            mode="append",
            target_file_size=1 << 40,
            configuration={} if statistics else {"delta.dataSkippingNumIndexedCols": "0"},
        )
