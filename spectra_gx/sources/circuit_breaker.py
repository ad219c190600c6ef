"""Stop calling a system that is down, and try it again after a while."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pybreaker

from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MAX_FAILURES = 5
"""Attempts in a row that fail as those at a system that is down; more than one call makes."""

OPEN_SECONDS = 30.0
"""How long nothing is sent then."""

_OUTAGE_CODES = frozenset({"connection", "timeout"})
_OUTAGE_STATUSES = frozenset({502, 503, 504})


class CircuitOpenError(Exception):
    """A call was not made, because those before it failed."""

    def __init__(self, until: datetime) -> None:
        """Take when the system is tried again."""
        super().__init__(f"no call before {until:%H:%M:%S} UTC")
        self.until = until


class CircuitBreaker:
    """Counts failed calls to one system; safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock in seconds, which nobody may set."""
        self._opened = _Opened(clock)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=MAX_FAILURES,
            reset_timeout=OPEN_SECONDS,
            exclude=[lambda error: not is_outage(error)],
            state_storage=self._opened,
            throw_new_error_on_trip=False,
        )

    def call(self, does: Callable[[], T]) -> T:
        """Return what a call returns, or raise what it raises.

        Raises:
            CircuitOpenError: It was not made.
        """
        try:
            # The library keeps its lock for as long as a call takes. So do we where the system is
            # tried again, which one call does; as long as it is well, calls are made in parallel.
            if self._breaker.current_state == pybreaker.STATE_CLOSED:
                return self._breaker.state.call(does)
            return self._breaker.call(does)
        except pybreaker.CircuitBreakerError:
            raise CircuitOpenError(
                self._opened.opened_at + timedelta(seconds=OPEN_SECONDS)
            ) from None


class _Opened(pybreaker.CircuitMemoryStorage):
    """The state of a breaker, whose time passes as a clock says that nobody sets."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(pybreaker.STATE_CLOSED)
        self._clock = clock
        self._at = clock()

    @property
    def opened_at(self) -> datetime:
        """Return what the library compares with the machine's time."""
        return datetime.now(UTC) - timedelta(seconds=self._clock() - self._at)

    @opened_at.setter
    def opened_at(self, _: datetime) -> None:
        self._at = self._clock()


def is_outage(error: BaseException) -> bool:
    """Return whether a call failed as calls do to a system that is down.

    An answer of the system itself is none: 401, 403, 404, 429 and 500 show that it works.
    """
    return isinstance(error, SpectraError) and (
        error.code in _OUTAGE_CODES or error.context.get("status") in _OUTAGE_STATUSES
    )
