"""Read the headers in which Jira names its limits of calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.sources.retries import MAX_RETRY_AFTER_SECONDS, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAST_SECONDS = 1.0


def minimum_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a refusal of a rate, a 429 or 503, asks to wait at least.

    `Retry-After: 0` is common on Data Center and would be refused again; without the header the
    limit's own say when calls are allowed again. None where no header says anything.
    """
    wanted = parse_retry_after(headers.get("Retry-After"), now)
    if wanted is None:
        wanted = _until_reset(headers, now) or _until_refilled(headers)
    return None if wanted is None else max(wanted, _LEAST_SECONDS)


def wait_before_next_call(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds after which the next call has room; 0 where this one left some."""
    if headers.get("X-RateLimit-Remaining", "").strip() != "0":
        return 0.0
    seconds = _until_reset(headers, now) or _until_refilled(headers) or 0.0
    return min(seconds, MAX_RETRY_AFTER_SECONDS)


def _until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to the instant that Cloud names, such as `2026-11-28T12:07Z`."""
    try:
        reset = datetime.fromisoformat(headers.get("X-RateLimit-Reset", ""))
    except ValueError:
        return None
    at = reset if reset.tzinfo else reset.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _until_refilled(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in which Data Center's bucket gains one call."""
    interval = _number(headers, "X-RateLimit-Interval-Seconds")
    calls = _number(headers, "X-RateLimit-FillRate")
    return interval / calls if interval and calls else None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - longer ones are no seconds
