"""The expectations that GX has not: keys, references, queries with `where` and `mostly`, schemas.

GX registers an expectation when its class is made; importing this module is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)
from great_expectations.render.components import (
    LegacyRendererType,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer

Metrics = Mapping[str, Any]
Validated = dict[str, Any]
"""`success` and `result`, as GX's own expectations return them."""


def _map_result(
    *, evaluated: int, unexpected: int, rows: Sequence[Mapping[str, Any]], mostly: float = 1.0
) -> Validated:
    """Return a result shaped as GX's map expectations shape theirs."""
    share = 1.0 if evaluated == 0 else (evaluated - unexpected) / evaluated
    # A query may return more rows than the table has; without rows to judge, any one is too many.
    success = unexpected == 0 or (evaluated > 0 and mostly < 1 and share >= mostly)
    return {
        "success": success,
        "result": {
            "element_count": evaluated,
            "missing_count": 0,
            "unexpected_count": unexpected,
            "unexpected_percent": 100 * unexpected / evaluated if evaluated else None,
            "partial_unexpected_list": list(rows),
        },
    }


class _OurExpectation(BatchExpectation):
    """Says on a data docs page what it expects."""

    wording: ClassVar[str] = ""
    """The sentence, its arguments as `$name`."""

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,
        runtime_configuration: Any = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        del result, runtime_configuration
        arguments = dict(configuration.kwargs) if configuration else {}
        params = {
            name: ", ".join(value) if isinstance(value, list) else value
            for name, value in arguments.items()
        }
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": cls.wording, "params": params},
            )
        ]


class _RowsExpectation(_OurExpectation):
    """Holds rows against a rule whose counts the engine answers as three metrics."""

    column_list: list[str]
    mostly: float = 1.0
    row_condition: RowConditionType = None

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column_list", "row_condition")


class ExpectColumnsToBePrimaryKey(_RowsExpectation):
    """Expect the columns to hold no null and no two rows to agree on all of them."""

    wording: ClassVar[str] = "must be the key of every row, without a null: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "table.row_count",
        "rows.primary_key.unexpected_count",
        "rows.primary_key.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return _map_result(
            evaluated=metrics["table.row_count"],
            unexpected=metrics["rows.primary_key.unexpected_count"],
            rows=metrics["rows.primary_key.unexpected_rows"],
        )


class ExpectColumnsToReferenceTable(_RowsExpectation):
    """Expect every key without a null to stand in another table."""

    wording: ClassVar[str] = "$column_list must stand in $to_table as $to_columns"
    to_table: str
    to_columns: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "rows.references.filtered_row_count",
        "rows.references.unexpected_count",
        "rows.references.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "to_table", "to_columns", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return _map_result(
            evaluated=metrics["rows.references.filtered_row_count"],
            unexpected=metrics["rows.references.unexpected_count"],
            rows=metrics["rows.references.unexpected_rows"],
            mostly=self.mostly,
        )


class ExpectColumnValuesToBeBetweenExactly(ExpectColumnValuesToBeBetween):
    """Expect values between whole numbers so large that GX's own bounds would be rounded."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnsToDiffer(_RowsExpectation):
    """Expect two columns to differ in every row where neither is null."""

    wording: ClassVar[str] = "must differ in every row: $column_list"
    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "rows.different.filtered_row_count",
        "rows.different.unexpected_count",
        "rows.different.unexpected_rows",
    )
    success_keys: ClassVar[tuple[str, ...]] = ("column_list", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return _map_result(
            evaluated=metrics["rows.different.filtered_row_count"],
            unexpected=metrics["rows.different.unexpected_count"],
            rows=metrics["rows.different.unexpected_rows"],
            mostly=self.mostly,
        )


class ExpectQueryToReturnNoRows(UnexpectedRowsExpectation):
    """Expect a query to return no rows, or few beside the rows that `row_condition` leaves."""

    mostly: float = 1.0
    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "table.row_count",
        *UnexpectedRowsExpectation.metric_dependencies,
    )
    success_keys: ClassVar[tuple[str, ...]] = ("unexpected_rows_query", "mostly")

    @pydantic.validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:  # noqa: N805 - pydantic's validators take a class
        # GX prints a warning to stdout for a query that does not read the batch; ours may.
        return query

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        return _map_result(
            evaluated=metrics["table.row_count"],
            unexpected=metrics["unexpected_rows_query.row_count"],
            rows=metrics["unexpected_rows_query.table"],
            mostly=self.mostly,
        )


class ExpectTableColumnsToMatchContract(_OurExpectation):
    """Expect every declared column, spelled exactly so, and, unless allowed, no other."""

    wording: ClassVar[str] = "must have the columns $column_set (other columns: $extra_columns)"
    column_set: list[str]
    extra_columns: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.columns",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_set", "extra_columns")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        standing = metrics["table.columns"]
        missing = [column for column in self.column_set if column not in standing]
        extra = [column for column in standing if column not in self.column_set]
        return {
            "success": not missing and (not extra or self.extra_columns == "allow"),
            "result": {"observed_value": {"missing": missing, "extra": extra}},
        }


class ExpectColumnDeltaTypeToBe(_OurExpectation):
    """Expect a column to be stored as exactly this Delta type, nested types included."""

    wording: ClassVar[str] = "must be stored as $type_"
    column: str
    type_: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.delta_types",)
    success_keys: ClassVar[tuple[str, ...]] = ("column", "type_")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        observed = metrics["table.delta_types"][self.column]
        return {"success": observed == self.type_, "result": {"observed_value": observed}}


class ExpectRuleToBeEvaluated(_OurExpectation):
    """Stand for a rule that cannot be asked of this table, and say why; never successful."""

    wording: ClassVar[str] = "$rule could not be evaluated: $reason"
    rule: str
    reason: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ()
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "reason")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        del metrics
        return {"success": False, "result": {"observed_value": self.reason}}
