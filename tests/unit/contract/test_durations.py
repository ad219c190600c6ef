"""Lengths of time have one spelling, and lead to no instant that the calendar does not have."""

from datetime import UTC, datetime, timedelta

import pytest

from spectra_gx.contract.durations import canonical_duration, earlier, read_duration


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("24h", "1d"), ("1d", "1d"), ("90s", "90s"), ("120s", "2m"), ("7d", "1w"), ("36h", "36h")],
)
def test_equal_lengths_are_spelled_alike(written, canonical):
    assert canonical_duration(written) == canonical


def test_what_is_longer_ago_than_the_calendar_goes_back_is_its_beginning():
    now = datetime(2026, 11, 29, tzinfo=UTC)

    assert earlier(now, read_duration("1d")) == now - timedelta(days=1)
    assert earlier(now, read_duration("999999w")) == datetime(1, 1, 1, tzinfo=UTC)
