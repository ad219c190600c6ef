"""Limit the rate of calls to a source."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class RateLimiter:
    """A token bucket: `burst` calls at once, then `per_minute`."""

    def __init__(
        self,
        *,
        burst: int = 60,
        per_minute: int = 300,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._sleep = sleep
        self._tokens = self._burst
        self._filled_at = clock()
        self._pause = 0.0

    def pause(self, seconds: float) -> None:
        """Make the next call wait this long, at least."""
        self._pause = max(self._pause, seconds)

    def acquire(self) -> None:
        """Wait until one more call may be made, and count it."""
        if self._pause:
            self._sleep(self._pause)
            self._pause = 0.0
        now = self._clock()
        earned = (now - self._filled_at) * self._per_second
        self._tokens = min(self._burst, self._tokens + earned) - 1
        self._filled_at = now
        if self._tokens < 0:  # the debt is paid by waiting; the next call earns from here on
            self._sleep(-self._tokens / self._per_second)
