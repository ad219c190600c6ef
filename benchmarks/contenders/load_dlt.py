"""dlt: a resource of record batches into Delta on the file system."""

import json
import os
import sys
from collections.abc import Iterator

import dlt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
home, load = sys.argv[1:3]
if load == "count":
    table = DeltaTable(f"{home}/lake/bench/orders").to_pyarrow_dataset().to_table(["loaded"])
    loaded = sum(table.column("loaded").to_pylist())
    print(json.dumps({"rows": table.num_rows, "loaded": loaded}))
    sys.exit()


def batches() -> Iterator[pa.RecordBatch]:
    """Yield the rows of a load."""
    yield from pq.ParquetFile(f"{sys.argv[3]}/{load}.parquet", pre_buffer=False).iter_batches()


disposition = {"merge": {"disposition": "merge", "strategy": "upsert"}, "first": "replace"}
kind = load.partition("-")[0]
resource = dlt.resource(
    batches,
    name="orders",
    primary_key="id",
    table_format="delta",
    write_disposition=disposition.get(kind, kind),
)
pipeline = dlt.pipeline(
    "bench",
    pipelines_dir=f"{home}/pipelines",
    dataset_name="bench",
    destination=dlt.destinations.filesystem(f"{home}/lake"),
)
pipeline.run(resource, loader_file_format="parquet")
