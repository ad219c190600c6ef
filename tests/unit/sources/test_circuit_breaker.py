"""When a system that fails is called no longer, and when it is called again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from spectra_gx.errors import AuthenticationError, ExternalServiceError, SpectraError
from spectra_gx.sources.circuit_breaker import (
    MAX_FAILURES,
    OPEN_SECONDS,
    CircuitBreaker,
    CircuitOpenError,
)
from spectra_gx.sources.retries import AUTHENTICATION
from spectra_gx.sources.shared_limits import limits_of

DOWN = ExternalServiceError("no answer", code="timeout")
ANSWERS = [
    AuthenticationError("refused", code="401", context={"status": 401}),
    ExternalServiceError("refused", context={"status": 403}),
    ExternalServiceError("missing", context={"status": 404}),
    ExternalServiceError("too many", context={"status": 429}),
    ExternalServiceError("an error of its own", context={"status": 500}),
    ExternalServiceError("no JSON", code="html", context={"status": 200}),
]


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker(clock)


def fail(error=DOWN):
    raise error


def open_it(breaker):
    for _ in range(MAX_FAILURES):
        with pytest.raises(ExternalServiceError):
            breaker.call(fail)


def never():
    raise AssertionError("it was called")


def test_one_call_with_its_retries_never_opens_it():
    assert AUTHENTICATION.retries + 1 < MAX_FAILURES


@pytest.mark.parametrize(
    "error",
    [
        DOWN,
        ExternalServiceError("", code="connection"),
        *(ExternalServiceError("", context={"status": status}) for status in (502, 503, 504)),
    ],
)
def test_after_failures_in_a_row_nothing_is_called(breaker, error):
    for _ in range(MAX_FAILURES):
        with pytest.raises(ExternalServiceError) as failed:
            breaker.call(lambda: fail(error))
        assert failed.value is error
    with pytest.raises(CircuitOpenError) as refused:
        breaker.call(never)
    expected = datetime.now(UTC) + timedelta(seconds=OPEN_SECONDS)
    assert abs((refused.value.until - expected).total_seconds()) < 5


@pytest.mark.parametrize("error", ANSWERS, ids=lambda error: error.message)
def test_an_answer_of_the_system_is_no_outage_and_begins_the_count_again(breaker, error):
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(ExternalServiceError):
                breaker.call(fail)
        with pytest.raises(SpectraError):
            breaker.call(lambda: fail(error))
    assert breaker.call(lambda: "well") == "well"


def test_one_call_decides_whether_it_is_called_again(breaker, clock):
    open_it(breaker)
    clock.now += OPEN_SECONDS + 1
    with pytest.raises(ExternalServiceError):
        breaker.call(fail)
    with pytest.raises(CircuitOpenError):
        breaker.call(never)
    clock.now += OPEN_SECONDS + 1
    assert breaker.call(lambda: "well") == "well"
    for _ in range(MAX_FAILURES - 1):
        with pytest.raises(ExternalServiceError):
            breaker.call(fail)
    assert breaker.call(lambda: "well") == "well"


def test_only_one_of_many_threads_tries_a_system_that_is_still_down(breaker, clock):
    open_it(breaker)
    clock.now += OPEN_SECONDS + 1
    tried, others = [], Event()

    def try_it():
        tried.append(1)
        others.wait(0.1)  # while the others come
        fail()

    def call(_):
        try:
            breaker.call(try_it)
        except CircuitOpenError:
            return "refused"
        except ExternalServiceError:
            return "failed"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(call, range(8))) == ["failed"] + ["refused"] * 7
    assert len(tried) == 1


def test_calls_to_a_system_that_is_well_are_made_at_once(breaker):
    together = Barrier(4, timeout=10)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: breaker.call(together.wait), range(4))) == [0, 1, 2, 3]


def test_a_system_at_an_address_has_one():
    here = limits_of("zephyr", "https://api.example.com")
    assert limits_of("zephyr", "https://api.example.com") is here
    assert limits_of("jira", "https://api.example.com") is not here
    assert limits_of("zephyr", "https://api.example.com:8443") is not here
