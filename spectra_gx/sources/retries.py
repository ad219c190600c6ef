"""Decide when a call is retried, and after what delay."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, cast

from tenacity import (
    Future,
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

MAX_RETRY_AFTER_SECONDS = 60.0
RETRY_AFTER = "retry_after_seconds"
"""Where an error's context keeps the seconds of the source's `Retry-After` header."""

NOT_SENT = "circuit_open"
"""The code of a call that was not made, because those before it failed."""

RETRYABLE_STATUSES = frozenset({429, 500, 502, 503, 504})
_FOREVER = "999999999"


@dataclass(frozen=True)
class RetryPolicy:
    """How often a call is tried again; waits are drawn from 0 to base × 2ⁿ (full jitter).

    A `Retry-After` of the source is the least that is waited.
    """

    retries: int
    """Attempts after the first."""

    base_seconds: float
    cap_seconds: float


AUTHENTICATION = RetryPolicy(retries=3, base_seconds=1.0, cap_seconds=30.0)
ACCESS = RetryPolicy(retries=2, base_seconds=1.0, cap_seconds=10.0)
ONCE = RetryPolicy(retries=0, base_seconds=0.0, cap_seconds=0.0)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a `Retry-After` header; None when it has no usable value."""
    text = (value or "").strip()
    if re.fullmatch("[0-9]+", text):
        return float(min(text, _FOREVER, key=len))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:  # `-0000` parses as naive; HTTP dates are always UTC
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def retrying(policy: RetryPolicy, sleep: Callable[[float], None]) -> Retrying:
    """Return the loop that runs a call under a policy and raises its last error unchanged."""
    jitter = wait_random_exponential(multiplier=policy.base_seconds, max=policy.cap_seconds)

    def wait(state: RetryCallState) -> float:
        requested = _error(state).context.get(RETRY_AFTER)
        # what a source asks for is the least, and often 0: the own bound still doubles
        return max(jitter(state), requested if isinstance(requested, float) else 0.0)

    return Retrying(
        stop=stop_after_attempt(policy.retries + 1),
        wait=wait,
        retry=retry_if_exception(_is_retryable),
        before_sleep=_log_wait,
        sleep=sleep,
        reraise=True,
    )


def _is_retryable(error: BaseException) -> bool:
    if not isinstance(error, SpectraError) or not error.retryable or error.code == NOT_SENT:
        return False
    requested = error.context.get(RETRY_AFTER)
    return not isinstance(requested, float) or requested <= MAX_RETRY_AFTER_SECONDS


def _error(state: RetryCallState) -> SpectraError:
    outcome = cast("Future", state.outcome)
    return cast("SpectraError", outcome.exception())  # only these are tried again


def _log_wait(state: RetryCallState) -> None:
    logger.info("%s; waiting %.1f s", _error(state).message, state.upcoming_sleep)
