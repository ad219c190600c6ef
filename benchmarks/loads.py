"""The loads of the publishing benchmark: what is in the table, and what comes to it.

Rows follow from their number alone. Run as `python -m benchmarks.loads FOLDER --rows 10`, it
writes a Parquet file for each load; files that exist are kept.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import QueryBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = "first"
DAYS = 100
DAY = 50
"""The one that is replaced."""

_PIECE = 1_000_000


@dataclass(frozen=True)
class Load:
    """Rows that come to a table."""

    says: str
    numbers: str
    """SQL that chooses the numbers `i` of its rows; `n` is how many rows the table has."""

    span: tuple[int, int] = (0, 1)
    """The numbers lie between these multiples of `n`."""

    added: bool = False
    """Whether its rows are new ones."""

    def rows(self, total: int) -> int:
        """Return how many rows come to a table of `total`."""
        return total if self.numbers == "true" else total // 100


LOADS = {
    FIRST: Load("all rows, into no table", "true"),
    "replace": Load("all rows again", "true"),
    "append": Load("as many new rows", "true", (1, 2), added=True),
    "merge-tenth": Load(
        "1 %, keys in a tenth", "i >= n * 3 / 10 AND i < n * 4 / 10 AND i % 10 = 0"
    ),
    "merge-spread": Load("1 %, keys everywhere", "i % 100 = 0"),
    "day": Load("one day of a hundred", f"i * {DAYS} / n = {DAY}"),
}


def expected(load: str, total: int) -> Mapping[str, int]:
    """Return what a table of `total` rows has after a load: rows, and rows of the load."""
    if load == FIRST:
        return {"rows": total, "loaded": 0}
    one = LOADS[load]
    rows = one.rows(total)
    return {"rows": total + rows if one.added else total, "loaded": rows}


def write_load(folder: Path, load: str, total: int) -> None:
    """Write the rows of a load to `<folder>/<load>.parquet` unless they are there."""
    path, one = folder / f"{load}.parquet", LOADS[load]
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    begin, end = (edge * total for edge in one.span)
    unfinished, writer = folder / f"{load}.unfinished", None
    for first in range(begin, end, _PIECE):
        last = min(first + _PIECE, end) - 1
        rows = QueryBuilder().execute(
            "SELECT i AS id, md5(CAST(i AS VARCHAR)) AS code, i % 1000003 AS customer, "
            "CAST((i * 7919) % 100000 AS DOUBLE) / 100 AS price, "
            f"arrow_cast(DATE '2026-01-01', 'Date32') + CAST((i * {DAYS} / n) % {DAYS} AS INT) "
            "AS day, md5(CAST(-i AS VARCHAR)) AS note, "
            f"CAST({int(load != FIRST)} AS BIGINT) AS loaded "
            f"FROM (SELECT value AS i, {total} AS n FROM generate_series({first}, {last})) AS s "
            f"WHERE {one.numbers}"
        )
        batches = [batch for batch in pa.RecordBatchReader.from_stream(rows) if batch.num_rows]
        for batch in batches:
            table = _plain(pa.Table.from_batches([batch]))
            writer = writer or pq.ParquetWriter(unfinished, table.schema)
            writer.write_table(table)
    if writer is not None:
        writer.close()
    unfinished.replace(path)


def _plain(table: pa.Table) -> pa.Table:
    """Return texts as texts, not as views."""
    fields = [
        field.with_type(pa.string()) if pa.types.is_string_view(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=float, default=1, help="in millions")
    options = parser.parse_args()
    for load in LOADS:
        write_load(options.folder, load, int(options.rows * 1_000_000))


if __name__ == "__main__":
    main()
