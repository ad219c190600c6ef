"""Ages: how old a value is, and the oldest instant and reading of a clock that a rule lets pass."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from spectra_gx.contract.durations import duration

if TYPE_CHECKING:
    from collections.abc import Mapping


def oldest_instant(values: Mapping[str, Any]) -> datetime:
    """Return the earliest instant that a rule about an age lets pass."""
    try:
        return datetime.fromisoformat(values["as_of"]) - duration(values["max_age"])
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def oldest_reading(oldest: datetime, zone: str) -> datetime:
    """Return the earliest reading of a zone's clock that was shown at an instant or after it.

    A reading that the clock shows twice, an hour apart, counts as the first of the two.
    """
    try:
        reading = oldest.astimezone(ZoneInfo(zone))
    except OverflowError:
        return datetime.min
    if not reading.fold:
        return reading.replace(tzinfo=None)
    # It is shown for the second time, as are all that follow until the hour is over.
    first, last = 0, int(_repeated(reading) / _MICROSECOND)
    while first < last:
        middle = (first + last) // 2
        later = reading.replace(fold=0) + middle * _MICROSECOND
        first, last = (first, middle) if not _repeated(later) else (middle + 1, last)
    return (reading + first * _MICROSECOND).replace(tzinfo=None, fold=0)


def _repeated(reading: datetime) -> timedelta:
    """Return how long after its first time a clock shows a reading again, if it does."""
    offsets = [reading.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
    return max(offsets[0] - offsets[1], timedelta())


_MICROSECOND = timedelta(microseconds=1)


def age_in_seconds(value: date | datetime, at: datetime, zone: str | None) -> float:
    """Return how old a value is at an instant; a day's age is in whole days of UTC.

    So a check that starts later in a day finds a day no older.
    """
    if not isinstance(value, datetime):
        return (at.astimezone(UTC).date() - value) / timedelta(seconds=1)
    aware = value.replace(tzinfo=ZoneInfo(zone or "UTC")) if value.tzinfo is None else value
    return (at - aware) / timedelta(seconds=1)
