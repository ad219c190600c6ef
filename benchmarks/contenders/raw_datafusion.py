"""The floor: the same answers by hand, one SELECT and a GROUP BY a key, in DataFusion."""

import json
import sys

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

from benchmarks.rules import CASES, by_hand

session = QueryBuilder()
session.register("t", DeltaTable(sys.argv[1]))


def ask(query: str) -> list[int]:
    """Return the only row of a query's answer."""
    [row] = pa.RecordBatchReader.from_stream(session.execute(query)).read_all().to_pylist()
    return list(row.values())


print(json.dumps(by_hand(CASES[sys.argv[2]], "t", ask)))
