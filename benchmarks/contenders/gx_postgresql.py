"""Great Expectations by hand over SQL: its own engine, on the table in PostgreSQL."""

import json
import sys

from benchmarks.by_gx import answers
from benchmarks.rules import IN_DATABASE

schema, table = IN_DATABASE.table.split(".")
found = answers(
    IN_DATABASE,
    lambda context: (
        context.data_sources.add_postgres(
            "sql", connection_string=sys.argv[1].replace("postgresql:", "postgresql+psycopg2:")
        )
        .add_table_asset("rows", table_name=table, schema_name=schema)
        .add_batch_definition_whole_table("whole")
    ),
)
print(json.dumps(found))
