"""Compare values and bounds: numbers, instants, durations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.column_types import TIMES, family
from spectra_gx.contract.durations import duration


@dataclass(frozen=True)
class Bound:
    """One end of a range."""

    key: str
    low: bool


LOW = Bound("min", low=True)
HIGH = Bound("max", low=False)


def bound_change(bound: Bound, old: Any, new: Any) -> str | None:
    """Return `narrowed`, `widened` or, when it did not move, None; a bound of None is none.

    One that moves with the clock beside one that does not, or in another way, is `changed`.
    """
    if old == new:
        return None
    if old is None or new is None:
        return "narrowed" if old is None else "widened"
    earlier = is_before(old, new)
    if earlier is None:
        return "changed"
    return "narrowed" if earlier == bound.low else "widened"


@dataclass(frozen=True)
class ClockPoint:
    """A clock value as it compares: `now - 24h` and `now - 1d` are one point."""

    base: str
    timezone: str | None
    seconds: float


def is_before(one: Any, other: Any) -> bool | None:
    """Return whether a value is less than a different one; None where only a run can know.

    `today` is at most 25 hours before `now` and never after it, in any zone.
    """
    if not isinstance(one, ClockPoint) and not isinstance(other, ClockPoint):
        return bool(one < other)
    if not isinstance(one, ClockPoint) or not isinstance(other, ClockPoint):
        return None
    if one.timezone != other.timezone:
        return None
    apart = other.seconds - one.seconds
    if one.base == other.base:
        return apart > 0
    # Between them lies what has passed of the day.
    low, high = (0.0, _LONGEST_DAY) if one.base == "today" else (-_LONGEST_DAY, 0.0)
    if apart + low >= 0:
        return True
    return False if apart + high <= 0 else None


_LONGEST_DAY = 25 * 3600.0


def comparable_value(value: Any, column_type: str | None) -> Any:
    """Return a value as it compares: `2026-01-01` and `2026-01-01T00:00:00Z` are one instant."""
    if isinstance(value, ClockValue):
        return ClockPoint(value.base, value.timezone, value.offset.total_seconds())
    if not isinstance(value, str) or column_type is None or family(column_type) not in TIMES:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:  # it was of another type before
        return value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_seconds(text: str) -> float:
    """Return a duration in seconds; `24h` and `1d` are equal."""
    return duration(text).total_seconds()
