"""Great Expectations by hand over SQL: a view of the Parquet files in a DuckDB database."""

import json
import sys
import tempfile
from pathlib import Path

import duckdb
import duckdb_engine

from benchmarks.by_gx import answers
from benchmarks.rules import CASES

# GX fetches after it has given its connection back: a rollback there makes DuckDB forget the rows.
for step in ("do_begin", "do_commit", "do_rollback"):
    setattr(duckdb_engine.Dialect, step, lambda *_: None)

files = [str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))]
with tempfile.TemporaryDirectory() as folder:
    database = Path(folder) / "bench.duckdb"
    with duckdb.connect(str(database)) as session:
        session.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({files})")
    found = answers(
        CASES[sys.argv[2]],
        lambda context: (
            context.data_sources.add_sql(
                "sql", connection_string=f"duckdb:///{database}", create_temp_table=False
            )
            .add_table_asset("rows", table_name="t")
            .add_batch_definition_whole_table("whole")
        ),
    )
print(json.dumps(found))
