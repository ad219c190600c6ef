from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spectra_gx.errors import ExternalServiceError, NotFoundError
from spectra_gx.sources.retries import (
    ACCESS,
    AUTHENTICATION,
    RETRY_AFTER,
    RetryPolicy,
    parse_retry_after,
    retrying,
)

NOW = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)


def run(policy, *errors):
    """Fail once with each error, then answer; return (waits, outcome)."""
    waits, left = [], list(errors)

    def call():
        if left:
            raise left.pop(0)
        return "answer"

    try:
        outcome = retrying(policy, waits.append)(call)
    except Exception as error:  # noqa: BLE001 - the outcome under test
        outcome = error
    return waits, outcome


def passing(**context):
    return ExternalServiceError("busy", retryable=True, context=context)


def test_the_policies_are_those_of_the_specification():
    assert RetryPolicy(retries=3, base_seconds=1.0, cap_seconds=30.0) == AUTHENTICATION
    assert RetryPolicy(retries=2, base_seconds=1.0, cap_seconds=10.0) == ACCESS


@pytest.mark.parametrize("policy", [AUTHENTICATION, ACCESS])
def test_a_failure_that_passes_within_the_retries_is_a_success(policy):
    waits, outcome = run(policy, *[passing()] * policy.retries)
    assert outcome == "answer"
    assert len(waits) == policy.retries


@pytest.mark.parametrize("policy", [AUTHENTICATION, ACCESS])
def test_a_failure_that_lasts_is_raised_as_it_is(policy):
    errors = [passing() for _ in range(policy.retries + 1)]
    waits, outcome = run(policy, *errors)
    assert outcome is errors[-1]
    assert len(waits) == policy.retries


def test_waits_are_drawn_below_a_doubling_bound():
    policy = RetryPolicy(retries=6, base_seconds=1.0, cap_seconds=10.0)
    rounds = [run(policy, *[passing()] * 6)[0] for _ in range(200)]
    bounds = [1, 2, 4, 8, 10, 10]
    for waits in rounds:
        assert all(0 <= wait <= bound for wait, bound in zip(waits, bounds, strict=True))
    for waits, bound in zip(zip(*rounds, strict=True), bounds, strict=True):
        assert min(waits) < bound / 4  # full jitter reaches down to nothing
        assert max(waits) > bound * 3 / 4


def test_an_error_that_cannot_pass_is_not_tried_again():
    error = NotFoundError("gone")
    assert run(AUTHENTICATION, error) == ([], error)


def test_what_is_no_source_error_is_not_tried_again():
    bug = KeyError("id")
    assert run(AUTHENTICATION, bug) == ([], bug)


def test_the_source_says_how_long_to_wait():
    waits, outcome = run(ACCESS, passing(**{RETRY_AFTER: 7.0}), passing(**{RETRY_AFTER: 60.0}))
    assert (waits, outcome) == ([7.0, 60.0], "answer")


def test_what_the_source_says_is_the_least():
    policy = RetryPolicy(retries=1, base_seconds=10.0, cap_seconds=10.0)
    waits = [run(policy, passing(**{RETRY_AFTER: 1.0}))[0][0] for _ in range(50)]
    assert min(waits) >= 1
    assert max(waits) > 1


def test_a_wait_longer_than_a_minute_gives_up_at_once():
    error = passing(**{RETRY_AFTER: 61.0})
    assert run(AUTHENTICATION, error) == ([], error)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("9" * 5000, 999_999_999.0),
        ("Wed, 01 May 2024 12:00:30 GMT", 30.0),
        ("Wed, 01 May 2024 12:00:30 -0000", 30.0),
        ("Wed, 01 May 2024 11:00:00 GMT", 0.0),
        ("Wed, 01 May 99999 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(header, seconds):
    assert parse_retry_after(header, NOW) == seconds
