"""Queries that return the failing rows, with `where` and `mostly`."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import (
    Metrics,
    OurExpectation,
    Validated,
    map_result,
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
        return map_result(
            evaluated=metrics["table.row_count"],
            unexpected=metrics["unexpected_rows_query.row_count"],
            rows=metrics["unexpected_rows_query.table"],
            mostly=self.mostly,
        )


class ExpectQueryValueToBeBetween(OurExpectation):
    """Expect the one number that a query returns to lie within bounds."""

    wording: ClassVar[str] = "the value of a query must be from $min_value to $max_value"
    query: str
    min_value: Any = None
    max_value: Any = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.query_value",)
    success_keys: ClassVar[tuple[str, ...]] = ("query", "min_value", "max_value")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        found = metrics["table.query_value"]
        value = found["value"]
        within = (
            value is not None
            and (self.min_value is None or value >= self.min_value)
            and (self.max_value is None or value <= self.max_value)
        )
        return {"success": within, "result": {"observed_value": found["shown"]}}
