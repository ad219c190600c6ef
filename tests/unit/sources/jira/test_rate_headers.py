from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spectra_gx.sources.jira.rate_headers import minimum_wait, wait_before_next_call

NOW = datetime(2026, 11, 28, 12, 7, 30, tzinfo=UTC)
BUCKET = {"X-RateLimit-Interval-Seconds": "60", "X-RateLimit-FillRate": "10"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "5"}, 5.0),
        ({"Retry-After": "0", **BUCKET}, 1.0),
        ({"Retry-After": "soon", **BUCKET}, 6.0),
        (BUCKET, 6.0),
        ({"X-RateLimit-FillRate": "10"}, None),
        ({**BUCKET, "X-RateLimit-FillRate": "0"}, None),
        ({**BUCKET, "X-RateLimit-FillRate": "9" * 5000}, None),
        ({"X-RateLimit-Reset": "2026-11-28T12:08Z"}, 30.0),
        ({"X-RateLimit-Reset": "2026-11-28T12:08"}, 30.0),
        ({"X-RateLimit-Reset": "2026-11-28T12:00Z"}, None),
        ({"X-RateLimit-Reset": "tomorrow"}, None),
    ],
)
def test_a_refusal_says_how_long_to_wait_at_least(headers, seconds):
    assert minimum_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (BUCKET, 0.0),
        ({"X-RateLimit-Remaining": "1", **BUCKET}, 0.0),
        ({"X-RateLimit-Remaining": "0", **BUCKET}, 6.0),
        ({"X-RateLimit-Remaining": "0"}, 0.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-28T12:08Z"}, 30.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2027-11-28T12:08Z"}, 60.0),
    ],
)
def test_a_good_answer_without_room_for_another_makes_the_next_wait(headers, seconds):
    assert wait_before_next_call(headers, NOW) == seconds
