"""The floor: the same answers by hand, one SELECT and one GROUP BY, in DataFusion."""

import sys

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

from benchmarks.rules import RULES, broken

session = QueryBuilder()
session.register("t", DeltaTable(sys.argv[1]))


def ask(query: str) -> pa.Table:
    """Return a query's answer."""
    return pa.RecordBatchReader.from_stream(session.execute(query)).read_all()


counted = ["count(*) AS rows"] + [
    f"count(*) FILTER (WHERE {broken(*rule)}) AS r{index}"
    for index, rule in enumerate(RULES)
    if rule[0] not in ("rows", "unique")
]
[row] = ask(f"SELECT {', '.join(counted)} FROM t").to_pylist()
twins = ask("SELECT count(*) FROM (SELECT id FROM t GROUP BY id HAVING count(*) > 1)")
failed = sum(count > 0 for name, count in row.items() if name != "rows")
print(len(RULES), failed + (twins.column(0)[0].as_py() > 0) + (row["rows"] < 1))
