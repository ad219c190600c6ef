"""Great Expectations by hand: the table in memory as an Arrow-backed pandas frame."""

import json
import sys

import pandas as pd
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

from benchmarks.by_gx import answers
from benchmarks.rules import CASES

session = QueryBuilder()
session.register("t", DeltaTable(sys.argv[1]))
table = pa.RecordBatchReader.from_stream(session.execute("SELECT * FROM t")).read_all()
plain = [
    pa.field(field.name, pa.string() if field.type == pa.string_view() else field.type)
    for field in table.schema
]
frame = table.cast(pa.schema(plain)).to_pandas(types_mapper=pd.ArrowDtype)
del table


print(
    json.dumps(
        answers(
            CASES[sys.argv[2]],
            lambda context: (
                context.data_sources.add_pandas("pandas")
                .add_dataframe_asset("rows")
                .add_batch_definition_whole_dataframe("whole")
            ),
            dataframe=frame,
        )
    )
)
