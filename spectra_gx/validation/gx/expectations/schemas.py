"""Expectations about a table's schema: columns, types, order, partitioning."""

from __future__ import annotations

from typing import Any, ClassVar

from spectra_gx.validation.gx.expectations.shared import Metrics, OurExpectation, Validated
from spectra_gx.warehouse.arrow_types import type_at


class ExpectTableColumnsToMatchContract(OurExpectation):
    """Expect every declared column, spelled exactly so, and, unless allowed, no other."""

    wording: ClassVar[str] = "must have the columns $column_set (other columns: $extra_columns)"
    column_set: list[str]
    extra_columns: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.columns",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_set", "extra_columns")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        stored = metrics["table.columns"]
        missing = [column for column in self.column_set if column not in stored]
        extra = [column for column in stored if column not in self.column_set]
        return {
            "success": not missing and (not extra or self.extra_columns == "allow"),
            "result": {"observed_value": {"missing": missing, "extra": extra}},
        }


class ExpectColumnDeltaTypeToBe(OurExpectation):
    """Expect a column to be stored as exactly this Delta type, nested types included."""

    wording: ClassVar[str] = "must be stored as $type_"
    column: str
    type_: str
    path: list[Any] = []  # noqa: RUF012 - pydantic copies it
    """Steps into the column: a field by name, None for an array's items."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.delta_types",)
    success_keys: ClassVar[tuple[str, ...]] = ("column", "type_", "path")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        observed = type_at(metrics["table.delta_types"][self.column], self.path)
        return {"success": observed == self.type_, "result": {"observed_value": observed}}


class ExpectColumnDeltaTypeToBeIn(OurExpectation):
    """Expect a column to be stored as one of these Delta types."""

    wording: ClassVar[str] = "must be stored as one of $type_list"
    column: str
    type_list: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.delta_types",)
    success_keys: ClassVar[tuple[str, ...]] = ("column", "type_list")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        observed = metrics["table.delta_types"][self.column]
        return {"success": observed in self.type_list, "result": {"observed_value": observed}}


class ExpectTableColumnsToBeInOrder(OurExpectation):
    """Expect the columns that exist to be in this order; others may be between them."""

    wording: ClassVar[str] = "must have its columns in this order: $column_list"
    column_list: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.columns",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        stored = [name for name in metrics["table.columns"] if name in self.column_list]
        wanted = [name for name in self.column_list if name in stored]
        return {"success": stored == wanted, "result": {"observed_value": stored}}


class ExpectTableToBePartitionedBy(OurExpectation):
    """Expect a table to be partitioned by exactly these columns, in this order."""

    wording: ClassVar[str] = "must be partitioned by $column_list"
    column_list: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.partition_columns",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        observed = metrics["table.partition_columns"]
        return {"success": observed == self.column_list, "result": {"observed_value": observed}}
