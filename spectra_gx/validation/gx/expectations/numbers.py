"""Numbers: bounds beyond GX's own, NaN and infinity, shares of nulls, row counts beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from great_expectations.expectations.core.expect_column_max_to_be_between import (
    ExpectColumnMaxToBeBetween,
)
from great_expectations.expectations.core.expect_column_mean_to_be_between import (
    ExpectColumnMeanToBeBetween,
)
from great_expectations.expectations.core.expect_column_median_to_be_between import (
    ExpectColumnMedianToBeBetween,
)
from great_expectations.expectations.core.expect_column_min_to_be_between import (
    ExpectColumnMinToBeBetween,
)
from great_expectations.expectations.core.expect_column_quantile_values_to_be_between import (
    ExpectColumnQuantileValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_stdev_to_be_between import (
    ExpectColumnStdevToBeBetween,
)
from great_expectations.expectations.core.expect_column_sum_to_be_between import (
    ExpectColumnSumToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_multicolumn_sum_to_equal import (
    ExpectMulticolumnSumToEqual,
)
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)
from great_expectations.validator.metric_configuration import MetricConfiguration

from spectra_gx.validation.gx.expectations.earlier_runs import is_unusual
from spectra_gx.validation.gx.expectations.shared import Metrics, OurExpectation, Validated

if TYPE_CHECKING:
    from great_expectations.execution_engine.execution_engine import ExecutionEngine
    from great_expectations.validator.validator import ValidationDependencies


NO_ROWS_BEFORE = -1
"""Replaces the row count of the last passed run where there is none."""


class ExpectColumnValuesToBeBetweenExactly(ExpectColumnValuesToBeBetween):
    """Expect values between whole numbers so large that GX's own bounds would be rounded."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnSumToBeBetweenExactly(ExpectColumnSumToBeBetween):
    """Expect a sum between whole numbers so large that GX's own bounds would be rounded."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnMeanToBeBetweenExactly(ExpectColumnMeanToBeBetween):
    """Expect a mean between whole numbers so large that GX's own bounds would be rounded."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnMedianToBeBetweenExactly(ExpectColumnMedianToBeBetween):
    """Expect a median between whole numbers so large that GX's own bounds would be rounded."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnStdevToBeBetweenExactly(ExpectColumnStdevToBeBetween):
    """Expect a deviation between whole numbers that GX's own bounds would round."""

    min_value: Any = None
    max_value: Any = None


_dependencies = ExpectColumnQuantileValuesToBeBetween.get_validation_dependencies


def _each_of_its_own(
    expectation: ExpectColumnQuantileValuesToBeBetween,
    execution_engine: ExecutionEngine[Any] | None = None,
    runtime_configuration: dict[str, Any] | None = None,
) -> ValidationDependencies:
    """Return what GX requests, its identity made of the quantiles, too.

    GX makes it before it knows them, so that two rules about a column would share one answer.
    """
    requested = _dependencies(expectation, execution_engine, runtime_configuration)
    [(name, known)] = [
        (name, metric)
        for name, metric in requested.metric_configurations.items()
        if metric.metric_name == _QUANTILES
    ]
    own = MetricConfiguration(_QUANTILES, known.metric_domain_kwargs, known.metric_value_kwargs)
    requested.set_metric_configuration(name, own)
    return requested


_QUANTILES = "column.quantile_values"
ExpectColumnQuantileValuesToBeBetween.get_validation_dependencies = _each_of_its_own  # type: ignore[assignment,method-assign]  # for all, GX's own included


class ExpectColumnQuantileValuesToBeBetweenExactly(ExpectColumnQuantileValuesToBeBetween):
    """Expect quantiles between bounds, and not beyond one by a ten thousandth of it."""

    quantile_ranges: Any

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        values = metrics["column.quantile_values"]
        within = [
            (low is None or value >= low) and (high is None or value <= high)
            for value, (low, high) in zip(values, self.quantile_ranges["value_ranges"], strict=True)
        ]
        requested = self.quantile_ranges["quantiles"]
        return {
            "success": all(within),
            "result": {
                "observed_value": {"quantiles": requested, "values": values},
                "details": {"success_details": within},
            },
        }


class ExpectColumnMinToBeBetweenExactly(ExpectColumnMinToBeBetween):
    """Expect the least value between whole numbers that GX's own bounds would round."""

    min_value: Any = None
    max_value: Any = None


class ExpectColumnMaxToBeBetweenExactly(ExpectColumnMaxToBeBetween):
    """Expect the greatest value between whole numbers that GX's own bounds would round."""

    min_value: Any = None
    max_value: Any = None


class ExpectMulticolumnSumToEqualExactly(ExpectMulticolumnSumToEqual):
    """Expect a sum of columns to be a whole number that GX would round."""

    sum_total: Any


class ExpectColumnValuesToBeFinite(ColumnMapExpectation):
    """Expect every value to be neither NaN nor infinite."""

    map_metric: ClassVar[str] = "column_values.finite"


class ExpectColumnNullShareToBeBetween(OurExpectation):
    """Expect the share of rows where a column is null to lie within bounds."""

    wording: ClassVar[str] = "$column must be null in a share of rows from $min_value to $max_value"
    column: str
    min_value: float | None = None
    max_value: float | None = None
    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.null_share",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = ("min_value", "max_value")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        share = metrics["column.null_share"]
        low = self.min_value is None or share >= self.min_value
        high = self.max_value is None or share <= self.max_value
        return {"success": low and high, "result": {"observed_value": share}}


class ExpectTableRowCountToCompare(OurExpectation):
    """Expect a row count within bounds, as high as another table's, near the last passed run's."""

    wording: ClassVar[str] = (
        "must have from $min_value to $max_value rows, as many as $same_as, and at most a share "
        "of $max_change more or fewer than the last passed run's $previous"
    )
    min_value: int | None = None
    max_value: int | None = None
    same_as: str | None = None
    max_change: float | None = None
    previous: Any = NO_ROWS_BEFORE
    """Rows in the last passed run."""

    past: Any = None
    """What is known of earlier runs, as `past_parameter` says."""

    expected: dict[str, Any] | None = None
    """How bounds are learnt."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.row_count", "table.row_count_of")
    success_keys: ClassVar[tuple[str, ...]] = (
        *("min_value", "max_value", "same_as", "max_change", "previous", "past", "expected"),
    )

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        rows, elsewhere = metrics["table.row_count"], metrics["table.row_count_of"]
        broken = {
            "min": self.min_value is not None and rows < self.min_value,
            "max": self.max_value is not None and rows > self.max_value,
            "same_as": elsewhere is not None and rows != elsewhere,
            "change": self._moved_too_far(rows),
            "expected": self.expected is not None and is_unusual(rows, self.past or {}),
        }
        return {
            "success": not any(broken.values()),
            "result": {
                "observed_value": rows,
                "details": {
                    **(self.past or {}),
                    "same_as": elsewhere,
                    "previous": self.previous,
                    "broken": [name for name, is_broken in broken.items() if is_broken],
                },
            },
        }

    def _moved_too_far(self, rows: int) -> bool:
        """Return whether the count moved by more than it may; a first run moves nowhere."""
        if self.max_change is None or self.previous == NO_ROWS_BEFORE:
            return False
        return bool(abs(rows - self.previous) > self.max_change * self.previous)
