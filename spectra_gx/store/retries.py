"""Repeat what an object store's library does not repeat by itself."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from spectra_gx.store.answers import STATUS

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 3
_SECONDS = 60.0
"""No attempt begins later; each has the time limits of `options`."""


def repeated(does: Callable[P, T]) -> Callable[P, T]:
    """Return a function that may be called twice, with its few attempts.

    The libraries repeat what a store answers with an error, and most of what it does not answer.
    They give up where a connection breaks in the middle of an answer, or of a write.
    """

    @wraps(does)
    def attempted(*args: P.args, **kwargs: P.kwargs) -> T:
        return _attempts()(does, *args, **kwargs)

    return attempted


def _attempts() -> Retrying:
    return Retrying(
        retry=retry_if_exception(_is_unanswered),
        stop=stop_after_attempt(_ATTEMPTS) | stop_after_delay(_SECONDS),
        wait=wait_random_exponential(multiplier=0.1, max=2),
        reraise=True,
    )


def _is_unanswered(error: BaseException) -> bool:
    return getattr(error, "retryable", False) and STATUS not in getattr(error, "context", {})
