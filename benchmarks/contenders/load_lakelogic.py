"""lakelogic on polars: a contract with a strategy, into Delta."""

import json
import sys
from pathlib import Path

from deltalake import DeltaTable
from lakelogic import DataProcessor

home, load = Path(sys.argv[1]), sys.argv[2]
if load == "count":
    table = DeltaTable(str(home / "table")).to_pyarrow_dataset().to_table(["loaded"])
    loaded = sum(table.column("loaded").to_pylist())
    print(json.dumps({"rows": table.num_rows, "loaded": loaded}))
    sys.exit()
kind = load.partition("-")[0]
CONTRACT = f"""
version: "1.0"
info: {{title: orders, owner: bench}}
dataset: orders
primary_key: [id]
model:
  fields:
    - {{name: id, type: integer, required: true}}
    - {{name: code, type: string, required: true}}
    - {{name: customer, type: integer}}
    - {{name: price, type: double}}
    - {{name: day, type: date}}
    - {{name: note, type: string}}
    - {{name: loaded, type: integer}}
source:
  {{type: landing, path: "{sys.argv[3]}/{load}.parquet", format: parquet, load_mode: full}}
materialization:
  strategy: {kind if kind in ("append", "merge") else "overwrite"}
  target_path: "{home}/table"
  format: delta
quarantine: {{enabled: false}}
"""
(home / "contract.yaml").write_text(CONTRACT)
processor = DataProcessor(str(home / "contract.yaml"), engine="polars")
processor.materialize(processor.run_source().good)
