from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from spectra_gx.sources.rate_limit import RateLimiter


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def limiter(clock, **limits):
    return RateLimiter(clock=clock, **limits)


def call(clock, bucket):
    clock.sleep(bucket.reserve())


def test_a_burst_of_sixty_does_not_wait():
    clock = Clock()
    bucket = limiter(clock)
    for _ in range(60):
        call(clock, bucket)
    assert clock.now == 100.0


def test_after_the_burst_five_calls_a_second():
    clock = Clock()
    bucket = limiter(clock)
    for _ in range(60 + 300):
        call(clock, bucket)
    assert round(clock.now - 100.0, 6) == 60.0


def test_a_pause_earns_at_most_a_burst():
    clock = Clock()
    bucket = limiter(clock, burst=2, per_minute=60)
    for _ in range(2):
        call(clock, bucket)
    clock.now += 3600
    for _ in range(3):
        call(clock, bucket)
    assert clock.now == 3701.0


def test_everybody_waits_for_the_end_of_a_pause():
    clock = Clock()
    bucket = limiter(clock)
    bucket.pause(30)
    bucket.pause(10)
    assert [bucket.reserve() for _ in range(2)] == [30, 30]
    clock.now += 30
    assert bucket.reserve() == 0


def test_calls_of_threads_get_a_turn_each():
    clock = Clock()
    bucket = limiter(clock, burst=1, per_minute=60)
    with ThreadPoolExecutor(4) as threads:
        waits = [*threads.map(lambda _: bucket.reserve(), range(100))]
    assert sorted(waits) == [float(turn) for turn in range(100)]
