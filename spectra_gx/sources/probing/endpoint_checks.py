"""The outcome of each endpoint of a catalogue in one run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from spectra_gx.errors import AuthenticationError

if TYPE_CHECKING:
    from datetime import datetime

    from spectra_gx.errors import SpectraError
    from spectra_gx.runner.calls import Call

UNAUTHORIZED = 401


class Outcome(StrEnum):
    """Whether an endpoint answered."""

    SUCCESS = "Success"
    FAILED = "Failed"
    SKIPPED = "Skipped"


@dataclass(frozen=True)
class EndpointCheck:
    """A row of the table of outcomes."""

    full_path: str
    http_method: str
    outcome: Outcome
    reason: str | None = None
    """None only for Success."""

    status_code: int | None = None
    latency_ms: float | None = None
    checked_at: datetime | None = None
    """None for Skipped."""

    last_outcome: str | None = None
    last_probed_at: datetime | None = None
    """Both of the last published run that probed the endpoint."""


def skipped(key: tuple[str, str], reason: str, status: int | None = None) -> EndpointCheck:
    """Return the row of an endpoint that was not probed."""
    return EndpointCheck(*key, Outcome.SKIPPED, reason, status)


def probed(key: tuple[str, str], call: Call) -> EndpointCheck:
    """Return the row of an endpoint that was probed."""
    return EndpointCheck(
        *key,
        Outcome.SUCCESS if call.error is None else Outcome.FAILED,
        None if call.error is None else _reason(call.error),
        status_of(call),
        call.duration_seconds * 1000,
        call.started,
    )


def status_of(call: Call) -> int | None:
    """Return the status of a call's answer; 401 for any that says that nobody is logged in."""
    if isinstance(call.error, AuthenticationError):
        return UNAUTHORIZED
    if call.error is None:
        return call.status
    status = call.error.context.get("status")
    return status if isinstance(status, int) else None


def _reason(error: SpectraError) -> str:
    """Return why a probe failed, in words of our own: a message may quote the source."""
    status = error.context.get("status")
    if not isinstance(status, int) or status in range(200, 300):
        return error.code
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
