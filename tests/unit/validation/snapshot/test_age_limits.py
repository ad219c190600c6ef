"""Readings of a clock without a zone, in the hour that it shows twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from spectra_gx.validation.snapshot.age_limits import oldest_reading

CHANGES = [
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 4, 4, 15, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_reading_counts_as_the_first_time_that_it_was_shown(zone: str, change: datetime) -> None:
    around = [change + timedelta(minutes=7) * step for step in range(-20, 21)]
    for oldest in [*around, change, change - timedelta(microseconds=1)]:
        first = oldest_reading(oldest, zone)
        for instant in around:
            shown = instant.astimezone(ZoneInfo(zone))
            assert (shown.replace(tzinfo=None) >= first) == (
                shown.replace(fold=0).astimezone(UTC) >= oldest
            ), (oldest, shown)
