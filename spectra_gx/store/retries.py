"""Repeat what an object store's library does not repeat by itself."""

from __future__ import annotations

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

_ATTEMPTS = 3


def attempts() -> Retrying:
    """Return attempts at one request, as long as its errors are `retryable`; a few, with jitter."""
    return Retrying(
        retry=retry_if_exception(lambda error: getattr(error, "retryable", False)),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.1, max=2),
        reraise=True,
    )
