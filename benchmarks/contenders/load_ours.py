"""Ours: `spectra-gx run`, the whole command: builds, checks, publishes and records."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from deltalake import DeltaTable, QueryBuilder

from benchmarks.loads import DAY
from spectra_gx.cli import main

CONTRACT = """
contract: bench
version: 1.0.0
owner: bench
tables:
  bench.order:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      code: {type: string, required: true}
      customer: {type: long, min: 0}
      price: {type: double, min: 0}
      day: date
      note: string
      loaded: long
"""
BUILDER = '''
import pyarrow.parquet
from spectra_gx import Run, table

@table("bench.order", %s)
def order(run: Run):
    """The rows of a load."""
    return pyarrow.parquet.ParquetFile(%r, pre_buffer=False).iter_batches()
'''
REPLACED = date(2026, 1, 1) + timedelta(days=DAY)
OPTIONS = {
    "first": 'publish="replace"',
    "replace": 'publish="replace"',
    "append": 'publish="append"',
    "merge-tenth": 'publish="merge"',
    "merge-spread": 'publish="merge"',
    "day": f'publish="replace_where", replace_where="day = DATE \'{REPLACED}\'"',
}

home, load = Path(sys.argv[1]), sys.argv[2]
if load == "count":
    table = DeltaTable(str(home / "warehouse" / "Tables" / "bench" / "order"))
    rows = QueryBuilder().register("t", table).execute("SELECT count(*), sum(loaded) FROM t")
    [batch] = [batch for batch in rows if batch.num_rows]
    count, loaded = (batch.column(place)[0].as_py() for place in range(2))
    print(json.dumps({"rows": count, "loaded": loaded}))
    sys.exit()
for folder in ("contracts", "stages"):
    (home / folder).mkdir(exist_ok=True)
(home / "contracts" / "bench.contract.yaml").write_text(CONTRACT, encoding="utf-8")
builder = BUILDER % (OPTIONS[load], f"{sys.argv[3]}/{load}.parquet")
(home / "stages" / "bench.py").write_text(builder, encoding="utf-8")
sys.exit(main(["run", "bench", "--project", str(home), "--warehouse", str(home / "warehouse")]))
