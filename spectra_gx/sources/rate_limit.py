"""Limit the rate of calls to a source."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class RateLimiter:
    """A token bucket: `burst` calls at once, then `per_minute`; safe between threads."""

    def __init__(
        self,
        *,
        burst: int = 60,
        per_minute: int = 300,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._tokens = self._burst
        self._filled_at = clock()
        self._paused_until = self._filled_at
        self._lock = Lock()

    def pause(self, seconds: float) -> None:
        """Make every call within that many seconds wait for their end."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def reserve(self) -> float:
        """Count one more call, and return the seconds after which it may be made."""
        with self._lock:
            now = self._clock()
            earned = (now - self._filled_at) * self._per_second
            self._tokens = min(self._burst, self._tokens + earned) - 1
            self._filled_at = now
            # The debt is paid by waiting; the next call earns from here on.
            return max(0.0, -self._tokens / self._per_second, self._paused_until - now)
