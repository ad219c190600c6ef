"""Fields of structs and items of arrays."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import (
    Metrics,
    OurExpectation,
    Validated,
    map_result,
    rows_metrics,
)


class ExpectNestedValuesToSatisfy(OurExpectation):
    """Expect of nested values what an expectation expects of a column's.

    A row is evaluated where it has a value to be evaluated; of an array, one item can break it.
    """

    wording: ClassVar[str] = "inside $column, at $path: $expectation"
    column: str
    path: list[Any]
    """Steps into the column: a field by name, None for an array's items."""

    expectation: dict[str, Any]
    """`type` and `kwargs` of the expectation of one column."""

    as_of: Any = None
    """ISO 8601; a suite parameter until a run gives it, where the expectation is about an age."""

    mostly: float = 1.0
    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = rows_metrics("nested_values")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = ("path", "expectation", "as_of", "mostly")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        evaluated, unexpected, rows = (metrics[name] for name in self.metric_dependencies)
        validated = map_result(
            evaluated=evaluated, unexpected=unexpected, rows=rows, mostly=self.mostly
        )
        # The value comes last in a row, after the key; items of one row share theirs.
        validated["result"]["partial_unexpected_list"] = [[*row.values()][-1] for row in rows]
        validated["result"]["partial_unexpected_index_list"] = list(rows)
        return validated
