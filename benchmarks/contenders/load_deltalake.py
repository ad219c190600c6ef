"""The floor: deltalake alone, without any check."""

import json
import sys
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, QueryBuilder, write_deltalake

from benchmarks.loads import DAY

home, load = sys.argv[1:3]
table = f"{home}/table"
if load == "count":
    rows = QueryBuilder().register("t", DeltaTable(table))
    [batch] = [one for one in rows.execute("SELECT count(*), sum(loaded) FROM t") if one.num_rows]
    count, loaded = (batch.column(place)[0].as_py() for place in range(2))
    print(json.dumps({"rows": count, "loaded": loaded}))
    sys.exit()
# Buffering ahead would keep the whole file.
file = pq.ParquetFile(f"{sys.argv[3]}/{load}.parquet", pre_buffer=False)
reader = pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())
if load.startswith("merge"):
    merged = DeltaTable(table).merge(reader, "s.id = t.id", source_alias="s", target_alias="t")
    merged.when_matched_update_all().when_not_matched_insert_all().execute()
elif load == "day":
    replaced = date(2026, 1, 1) + timedelta(days=DAY)
    write_deltalake(table, reader, mode="overwrite", predicate=f"day = DATE '{replaced}'")
else:
    write_deltalake(table, reader, mode="append" if load == "append" else "overwrite")
