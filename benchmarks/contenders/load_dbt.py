"""dbt on DuckDB: an incremental model over the Parquet file, in a file of DuckDB's own."""

import json
import os
import sys
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

home, load = Path(sys.argv[1]), sys.argv[2]
if load == "count":
    with duckdb.connect(str(home / "bench.duckdb"), read_only=True) as opened:
        counted = opened.execute("SELECT count(*), sum(loaded) FROM orders").fetchall()
    [(count, loaded)] = counted
    print(json.dumps({"rows": count, "loaded": int(loaded)}))
    sys.exit()
CONFIG = {
    "append": "materialized='incremental', incremental_strategy='append'",
    "merge": "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'",
    "day": "materialized='incremental', incremental_strategy='delete+insert', unique_key='day'",
}
PROFILE = """
bench:
  target: bench
  outputs:
    bench: {type: duckdb, path: %s, threads: 2}
"""
os.environ["DO_NOT_TRACK"] = "1"
(home / "models").mkdir(exist_ok=True)
(home / "dbt_project.yml").write_text("{name: bench, version: 1.0.0, profile: bench}")
(home / "profiles.yml").write_text(PROFILE % (home / "bench.duckdb"))
config = CONFIG.get(load.partition("-")[0], "materialized='table'")
rows = f"select * from read_parquet('{sys.argv[3]}/{load}.parquet')"
(home / "models" / "orders.sql").write_text(f"{{{{ config({config}) }}}}\n{rows}\n")
folders = ["--project-dir", str(home), "--profiles-dir", str(home)]
ended = dbtRunner().invoke(["run", "--no-send-anonymous-usage-stats", *folders])
sys.exit(not ended.success)
