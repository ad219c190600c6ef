"""Instants that are measured from the run's clock, or compared with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import Metrics, OurExpectation, Validated
from spectra_gx.validation.snapshot.age_limits import oldest_instant, oldest_reading


class ExpectColumnValuesToBeRecent(ColumnMapExpectation):
    """Expect every instant to lie at most this long before the run's clock."""

    max_age: str
    as_of: Any
    """ISO 8601; a suite parameter until a run gives it."""

    timezone: str | None = None
    """Whose wall clock a column without a zone shows."""

    map_metric: ClassVar[str] = "column_values.recent"
    success_keys: ClassVar[tuple[str, ...]] = ("max_age", "as_of", "timezone", "mostly")


class ExpectColumnValuesToCompareWithClock(ColumnMapExpectation):
    """Expect every instant to compare so with what the run's clock gives."""

    operator: str
    """One of SQL's: `<=`, `=`, …"""

    clock: str
    """`now`, `today`, `now - 30d`."""

    as_of: Any
    """ISO 8601; a suite parameter until a run gives it."""

    timezone: str | None = None
    """Whose wall clock a column without a zone shows."""

    map_metric: ClassVar[str] = "column_values.compare_with_clock"
    success_keys: ClassVar[tuple[str, ...]] = ("operator", "clock", "as_of", "timezone", "mostly")


class ExpectColumnMaxToBeRecent(OurExpectation):
    """Expect the newest instant of a column to lie at most this long before the run's clock."""

    wording: ClassVar[str] = "the newest $column must be at most $max_age old"
    column: str
    max_age: str
    as_of: Any
    timezone: str | None = None
    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.newest",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = ("max_age", "as_of", "timezone")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        newest = metrics["column.newest"]
        oldest = oldest_instant({"as_of": self.as_of, "max_age": self.max_age})
        fresh = newest is not None and _is_as_new(newest, oldest, self.timezone)
        return {"success": fresh, "result": {"observed_value": newest}}


def _is_as_new(value: date | datetime, oldest: datetime, zone: str | None) -> bool:
    """Return whether a value is not before an instant: a day is its midnight in UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC) >= oldest
    if value.tzinfo is None:
        return value >= oldest_reading(oldest, zone or "UTC")
    return value >= oldest
