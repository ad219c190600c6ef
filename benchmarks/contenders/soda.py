"""Soda Core: a contract over a view of the Parquet files in DuckDB."""

import json
import sys
from pathlib import Path

import duckdb
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

from benchmarks.by_soda import answers
from benchmarks.rules import CASES

files = [str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))]
session = duckdb.connect()
session.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({files})")
source = DuckDBDataSourceImpl.from_existing_cursor(session, "bench")
print(json.dumps(answers(CASES[sys.argv[2]], "bench/main/t", data_sources=[source])))
