"""Great Expectations by hand: the table in memory as an Arrow-backed pandas frame."""

import sys
from datetime import date
from typing import Any

import great_expectations as gx
import pandas as pd
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

from benchmarks.rules import RULES

session = QueryBuilder()
session.register("t", DeltaTable(sys.argv[1]))
table = pa.RecordBatchReader.from_stream(session.execute("SELECT * FROM t")).read_all()
plain = [
    pa.field(field.name, pa.string() if field.type == pa.string_view() else field.type)
    for field in table.schema
]
frame = table.cast(pa.schema(plain)).to_pandas(types_mapper=pd.ArrowDtype)
del table


def expectation(kind: str, column: str, wanted: Any) -> gxe.Expectation:
    """Return what a person would write for a rule."""
    if column == "ordered_on" and wanted is not None:
        wanted = date.fromisoformat(wanted)
    match kind:
        case "rows":
            return gxe.ExpectTableRowCountToBeBetween(min_value=wanted)
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(column=column)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=column)
        case "regex":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=wanted)
        case "length":
            return gxe.ExpectColumnValueLengthsToEqual(column=column, value=wanted)
        case "min":
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=wanted)
        case "max":
            return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=wanted)
        case "in_set":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=wanted)
        case _:
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=column,
                column_B=wanted,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            )


context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("orders")
batch = asset.add_batch_definition_whole_dataframe("whole")
suite = context.suites.add(gx.ExpectationSuite(name="orders"))
for kind, column, wanted in RULES:
    suite.add_expectation(expectation(kind, column, wanted))
definition = context.validation_definitions.add(
    gx.ValidationDefinition(name="orders", data=batch, suite=suite)
)
result = definition.run(batch_parameters={"dataframe": frame}, result_format="SUMMARY")
print(len(result.results), sum(not one.success for one in result.results))
