"""Instants that are measured from the run's clock, or compared with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)

from spectra_gx.validation.gx.expectations.shared import Metrics, OurExpectation, Validated
from spectra_gx.validation.snapshot.age_limits import (
    age_in_seconds,
    oldest_instant,
    oldest_reading,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class ExpectColumnMaxAgeToCompare(OurExpectation):
    """Expect the newest instant of a column not to be older than it usually is."""

    wording: ClassVar[str] = "the newest $column must not be older than it usually is"
    wording_of_more: ClassVar[Mapping[str, str]] = {"max_age": ", and at most $max_age old"}
    column: str
    max_age: str | None = None
    as_of: Any
    timezone: str | None = None
    past: Any = None
    """What is known of earlier runs, as `past_parameter` says; ages are in seconds."""

    expected: dict[str, Any]
    """How bounds are learnt."""

    row_condition: RowConditionType = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.newest",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column", "row_condition")
    success_keys: ClassVar[tuple[str, ...]] = ("max_age", "as_of", "timezone", "past", "expected")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        newest, past = metrics["column.newest"], self.past or {}
        as_of = datetime.fromisoformat(self.as_of)
        age = None if newest is None else age_in_seconds(newest, as_of, self.timezone)
        broken = {
            "max_age": self.max_age is not None and not self._is_fresh(newest, self.max_age),
            "expected": "high" in past and (age is None or age > past["high"]),
        }
        return {
            "success": not any(broken.values()),
            "result": {
                "observed_value": newest,
                "details": {
                    **past,
                    "age": age,
                    "broken": [name for name, is_broken in broken.items() if is_broken],
                },
            },
        }

    def _is_fresh(self, newest: date | datetime | None, max_age: str) -> bool:
        oldest = oldest_instant({"as_of": self.as_of, "max_age": max_age})
        return newest is not None and _is_as_new(newest, oldest, self.timezone)


def _is_as_new(value: date | datetime, oldest: datetime, zone: str | None) -> bool:
    """Return whether a value is not before an instant: a day is its midnight in UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC) >= oldest
    if value.tzinfo is None:
        return value >= oldest_reading(oldest, zone or "UTC")
    return value >= oldest
