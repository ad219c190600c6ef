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

from spectra_gx.validation.gx.expectations.shared import Metrics, Validated, map_result


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
