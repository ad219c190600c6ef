"""The same answers by hand in DuckDB, over the same Parquet files."""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.rules import CASES, by_hand

files = [str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))]
session = duckdb.connect()


def ask(query: str) -> list[int]:
    """Return the only row of a query's answer, asked in DuckDB's words."""
    row = session.execute(query.replace("regexp_like", "regexp_matches")).fetchone()
    return [int(value) for value in row or ()]


print(json.dumps(by_hand(CASES[sys.argv[2]], f"read_parquet({files})", ask)))
