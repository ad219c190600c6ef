"""Keys, references, columns that differ, and rows in order."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import (
    Metrics,
    OurExpectation,
    RowsExpectation,
    Validated,
    rows_metrics,
)


class ExpectColumnsToBePrimaryKey(RowsExpectation):
    """Expect the columns to contain no null and no two rows to agree on all of them."""

    wording: ClassVar[str] = "must be the key of every row, without a null: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "table.row_count",
        *rows_metrics("rows.primary_key")[1:],
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list",)


class ExpectColumnsToReferenceTable(RowsExpectation):
    """Expect every key without a null to exist in another table."""

    wording: ClassVar[str] = "$column_list must exist in $to_table as $to_columns"
    to_table: str
    to_columns: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = rows_metrics("rows.references")
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "to_table", "to_columns", "mostly")


class ExpectColumnsToDiffer(RowsExpectation):
    """Expect two columns to differ in every row where neither is null."""

    wording: ClassVar[str] = "must differ in every row: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = rows_metrics("rows.different")
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "mostly")


class ExpectRowsToBeSorted(RowsExpectation):
    """Expect rows to run in the order of columns, or a column to follow the order of others."""

    wording: ClassVar[str] = "$column_list must run in $order order, by $by"
    by: list[str]
    order: str

    metric_dependencies: ClassVar[tuple[str, ...]] = rows_metrics("rows.sorted")
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "by", "order", "mostly")


class ExpectValuesToBeInSequence(RowsExpectation):
    """Expect the values of a column to follow each other in equal steps, each value once."""

    wording: ClassVar[str] = "$column_list must run without gaps and repeats, in steps of $step"
    step: int

    metric_dependencies: ClassVar[tuple[str, ...]] = rows_metrics("rows.sequence")
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "step", "mostly")


class ExpectColumnValuesToEqualSetOfTable(OurExpectation):
    """Expect a column to have the same set of values as a column of another table."""

    wording: ClassVar[str] = "$column must have the values of $other_table.$other_column"
    column: str
    other_table: str
    other_column: str
    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.set_difference",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = ("other_table", "other_column")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        found = metrics["column.set_difference"]
        counts = {"missing": found["missing"], "unexpected": found["unexpected"]}
        return {
            "success": not any(counts.values()),
            "result": {
                "observed_value": counts,
                "details": counts,
                "partial_missing_list": found["missing_values"],
                "partial_unexpected_list": found["unexpected_values"],
            },
        }
