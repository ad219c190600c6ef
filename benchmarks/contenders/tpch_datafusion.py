"""TPC-H's rules by hand in DataFusion."""

import json
import sys
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

from benchmarks.tpch_rules import KEYS, by_hand

session = QueryBuilder()
for table in KEYS:
    session.register(table, DeltaTable(Path(sys.argv[1]) / "Tables" / "tpch" / table))


def ask(query: str) -> list[int]:
    """Return the only row of a query's answer."""
    [row] = pa.RecordBatchReader.from_stream(session.execute(query)).read_all().to_pylist()
    return list(row.values())


print(json.dumps(by_hand(ask)))
