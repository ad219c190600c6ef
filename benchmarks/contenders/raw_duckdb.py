"""The same answers by hand in DuckDB, over the same Parquet files."""

import sys
from pathlib import Path

import duckdb

from benchmarks.rules import RULES, broken

files = [str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))]


def condition(kind: str, column: str, wanted: object) -> str:
    """Return the condition of an offending row in DuckDB's words."""
    return broken(kind, column, wanted).replace("regexp_like", "regexp_matches")


counted = ["count(*) AS rows"] + [
    f"count(*) FILTER (WHERE {condition(*rule)}) AS r{index}"
    for index, rule in enumerate(RULES)
    if rule[0] not in ("rows", "unique")
]
session = duckdb.connect()
row = session.execute(f"SELECT {', '.join(counted)} FROM read_parquet({files})").fetchone()
twins = session.execute(
    f"SELECT count(*) FROM (SELECT id FROM read_parquet({files}) GROUP BY id HAVING count(*) > 1)"
).fetchone()
print(len(RULES), sum(count > 0 for count in row[1:]) + (twins[0] > 0) + (row[0] < 1))
