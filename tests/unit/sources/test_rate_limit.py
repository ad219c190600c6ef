from __future__ import annotations

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
    return RateLimiter(clock=clock, sleep=clock.sleep, **limits)


def test_a_burst_of_sixty_does_not_wait():
    clock = Clock()
    bucket = limiter(clock)
    for _ in range(60):
        bucket.acquire()
    assert clock.now == 100.0


def test_after_the_burst_five_calls_a_second():
    clock = Clock()
    bucket = limiter(clock)
    for _ in range(60 + 300):
        bucket.acquire()
    assert round(clock.now - 100.0, 6) == 60.0


def test_a_pause_earns_at_most_a_burst():
    clock = Clock()
    bucket = limiter(clock, burst=2, per_minute=60)
    for _ in range(2):
        bucket.acquire()
    clock.now += 3600
    for _ in range(3):
        bucket.acquire()
    assert clock.now == 3701.0
