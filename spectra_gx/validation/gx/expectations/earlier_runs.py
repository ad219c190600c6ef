"""Statistics of a column beside what earlier runs observed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import Metrics, OurExpectation, Validated

if TYPE_CHECKING:
    from collections.abc import Mapping


class StatisticAgainstPast(OurExpectation):
    """Expects a statistic within bounds, and near what the last passed run observed."""

    wording: ClassVar[str] = (
        "the statistic of $column must be from $min_value to $max_value, and at most a share of "
        "$max_change away from the last passed run's"
    )
    column: str
    min_value: Any = None
    max_value: Any = None
    max_change: float | None = None
    past: Any = None
    """What is known of earlier runs, as `past_parameter` says."""

    expected: dict[str, Any] | None = None
    """How bounds are learnt."""

    row_condition: RowConditionType = None

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = (
        *("min_value", "max_value", "max_change", "past", "expected"),
    )

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        observed = metrics[self.metric_dependencies[0]]
        observed = observed[0] if isinstance(observed, list) else observed
        past = self.past or {}
        previous = past.get("previous")
        value = _number(observed)
        broken = [
            name
            for name, is_broken in (
                ("min", _breaks(value, self.min_value, lambda one, bound: one < bound)),
                ("max", _breaks(value, self.max_value, lambda one, bound: one > bound)),
                ("change", self._moved_too_far(value, _number(previous))),
                ("expected", self.expected is not None and is_unusual(value, past)),
            )
            if is_broken
        ]
        return {
            "success": not broken,
            "result": {
                "observed_value": observed,
                "details": {"previous": None, **past, "broken": broken},
            },
        }

    def _moved_too_far(self, value: Decimal | None, previous: Decimal | None) -> bool:
        """Return whether the value moved by more than it may; a first run moves nowhere."""
        if self.max_change is None or previous is None:
            return False
        if value is None:
            return True
        return abs(value - previous) > Decimal(str(self.max_change)) * abs(previous)


def is_unusual(value: Any, past: Mapping[str, Any]) -> bool:
    """Return whether a value is beyond learnt bounds; with too few earlier runs none is."""
    if "low" not in past:
        return False
    return value is None or not past["low"] <= value <= past["high"]


def _breaks(value: Decimal | None, bound: Any, is_beyond: Any) -> bool:
    """Return whether a value is beyond a bound; what is no number is beyond every one."""
    return bound is not None and (value is None or is_beyond(value, Decimal(str(bound))))


def _number(value: Any) -> Decimal | None:
    """Return an observed number exactly; None for null and NaN."""
    number = None if value is None else Decimal(str(value))
    return None if number is None or number.is_nan() else number


class ExpectColumnMeanToCompare(StatisticAgainstPast):
    """Expect the mean of a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.mean",)


class ExpectColumnMedianToCompare(StatisticAgainstPast):
    """Expect the median of a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.median",)


class ExpectColumnSumToCompare(StatisticAgainstPast):
    """Expect the sum of a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.sum",)


class ExpectColumnStdevToCompare(StatisticAgainstPast):
    """Expect the standard deviation of a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.standard_deviation",)


class ExpectColumnUniqueValueCountToCompare(StatisticAgainstPast):
    """Expect the number of distinct values of a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.distinct_values.count",)


class ExpectColumnNullShareToCompare(StatisticAgainstPast):
    """Expect the share of nulls in a column near the last passed run's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.null_share",)


class ExpectColumnQuantileToCompare(StatisticAgainstPast):
    """Expect a quantile of a column near the last passed run's."""

    quantiles: list[float]
    """The one quantile."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.quantile_values",)
    success_keys: ClassVar[tuple[str, ...]] = (
        *("quantiles", "min_value", "max_value", "max_change", "past", "expected"),
    )
