"""Keys, references, columns that differ, and rows in order."""

from __future__ import annotations

from typing import Any, ClassVar

from spectra_gx.validation.gx.expectations.shared import (
    Metrics,
    RowsExpectation,
    Validated,
    map_result,
)


class ExpectColumnsToBePrimaryKey(RowsExpectation):
    """Expect the columns to contain no null and no two rows to agree on all of them."""

    wording: ClassVar[str] = "must be the key of every row, without a null: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "table.row_count",
        "rows.primary_key.unexpected_count",
        "rows.primary_key.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return map_result(
            evaluated=metrics["table.row_count"],
            unexpected=metrics["rows.primary_key.unexpected_count"],
            rows=metrics["rows.primary_key.unexpected_rows"],
        )


class ExpectColumnsToReferenceTable(RowsExpectation):
    """Expect every key without a null to exist in another table."""

    wording: ClassVar[str] = "$column_list must exist in $to_table as $to_columns"
    to_table: str
    to_columns: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "rows.references.filtered_row_count",
        "rows.references.unexpected_count",
        "rows.references.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "to_table", "to_columns", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return map_result(
            evaluated=metrics["rows.references.filtered_row_count"],
            unexpected=metrics["rows.references.unexpected_count"],
            rows=metrics["rows.references.unexpected_rows"],
            mostly=self.mostly,
        )


class ExpectColumnsToDiffer(RowsExpectation):
    """Expect two columns to differ in every row where neither is null."""

    wording: ClassVar[str] = "must differ in every row: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "rows.different.filtered_row_count",
        "rows.different.unexpected_count",
        "rows.different.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return map_result(
            evaluated=metrics["rows.different.filtered_row_count"],
            unexpected=metrics["rows.different.unexpected_count"],
            rows=metrics["rows.different.unexpected_rows"],
            mostly=self.mostly,
        )


class ExpectRowsToBeSorted(RowsExpectation):
    """Expect rows to run in the order of columns, or a column to follow the order of others."""

    wording: ClassVar[str] = "$column_list must run in $order order, by $by"
    by: list[str]
    order: str

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "rows.sorted.filtered_row_count",
        "rows.sorted.unexpected_count",
        "rows.sorted.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "by", "order", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return map_result(
            evaluated=metrics["rows.sorted.filtered_row_count"],
            unexpected=metrics["rows.sorted.unexpected_count"],
            rows=metrics["rows.sorted.unexpected_rows"],
            mostly=self.mostly,
        )
