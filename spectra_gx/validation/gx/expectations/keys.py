"""Keys, references, columns that differ, and rows in order."""

from __future__ import annotations

from typing import ClassVar

from spectra_gx.validation.gx.expectations.shared import RowsExpectation, rows_metrics


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
