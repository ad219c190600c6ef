"""What all calls of a process to one system share, whichever stage makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from spectra_gx.sources.circuit_breaker import CircuitBreaker
from spectra_gx.sources.rate_limit import RateLimiter

_lock = Lock()


@dataclass(frozen=True)
class SharedLimits:
    """How often a system may be called, and whether it is called at all."""

    limiter: RateLimiter = field(default_factory=RateLimiter)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)


def limits_of(system: str, address: str) -> SharedLimits:
    """Return what the calls to a system share.

    Args:
        system: What it is; a gateway may serve several at one address.
        address: Scheme, host and port.
    """
    with _lock:  # two threads must not make two
        return _limits(system, address)


@cache
def _limits(system: str, address: str) -> SharedLimits:  # noqa: ARG001 - the key
    return SharedLimits()
