"""Calls to a source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import AuthenticationError, AuthorizationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spectra_gx.errors import SpectraError

_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


class CallPurpose(StrEnum):
    """What a call is made for."""

    AUTHENTICATION = "authentication"
    """Whether it succeeds decides whether the credential is accepted."""

    READ = "read"
    PROBE = "probe"
    """Whether the endpoint answers; its failure is a finding, and no trouble of the run."""


class AuthenticationStatus(StrEnum):
    """Whether a credential was accepted."""

    SUCCESS = "Success"
    FAILED = "Failed"
    """The source refused it."""

    UNKNOWN = "Unknown"
    """The source could not be reached."""


@dataclass(frozen=True)
class Call:
    """One call made to the source, its retries included."""

    name: str
    """The request, for people: `GET /project/details`."""

    duration_seconds: float
    attempts: int
    error: SpectraError | None = None
    """None when it succeeded."""

    purpose: CallPurpose = CallPurpose.READ
    endpoint: str | None = None
    """The path alone, without its query."""

    status: int | None = None
    """HTTP status of the answer; None where there was none, or nobody noted it."""

    started: datetime | None = None
    """UTC; None where nobody noted it."""

    def failure(self) -> dict[str, Any]:
        """Return what is kept of a failed call; a message may quote the source, so it is not."""
        error = self.error
        return {
            "call": self.name,
            "category": error.category if error else None,
            "code": error.code if error else None,
            "status": error.context.get("status") if error else None,
            "attempts": self.attempts,
        }


@dataclass(frozen=True)
class CallFigures:
    """What the calls of a run come to."""

    count: int
    failed: int
    probed: int
    """Endpoints that were probed, however often."""

    probes_succeeded: int
    authentication: AuthenticationStatus | None
    """None where no call was made to authenticate."""

    latency_ms: dict[str, float] | None
    """p50, p90, p99 and max of the calls made once; None where there is none."""

    per_second: float | None
    """From the first call's start to the last one's end; None where nobody noted them."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "count": self.count,
            "failed": self.failed,
            "probed": self.probed,
            "probes_succeeded": self.probes_succeeded,
            "authentication": None if self.authentication is None else str(self.authentication),
            "latency_ms": self.latency_ms,
            "per_second": self.per_second,
        }


def summarize_calls(calls: Sequence[Call]) -> CallFigures:
    """Return what calls come to, in the order in which they were made."""
    # an endpoint that was rate limited is probed again at once: its last answer counts
    last = [[*group][-1] for _, group in groupby(calls, key=lambda call: (call.purpose, call.name))]
    probes = [call for call in last if call.purpose is CallPurpose.PROBE]
    return CallFigures(
        count=len(calls),
        failed=sum(call.error is not None for call in calls),
        probed=len(probes),
        probes_succeeded=sum(call.error is None for call in probes),
        authentication=_authentication(calls),
        latency_ms=_latencies(calls),
        per_second=_rate(calls),
    )


def authentication_status(error: SpectraError | None) -> AuthenticationStatus:
    """Return what an attempt to authenticate says of the credential."""
    if error is None:
        return AuthenticationStatus.SUCCESS
    refused = isinstance(error, (AuthenticationError, AuthorizationError))
    return AuthenticationStatus.FAILED if refused else AuthenticationStatus.UNKNOWN


def _authentication(calls: Sequence[Call]) -> AuthenticationStatus | None:
    """Return Success only where every call made for it succeeded."""
    made = [call for call in calls if call.purpose is CallPurpose.AUTHENTICATION]
    failed = next((call.error for call in made if call.error is not None), None)
    return authentication_status(failed) if made else None


def _latencies(calls: Sequence[Call]) -> dict[str, float] | None:
    found = sorted(call.duration_seconds * 1000 for call in calls if call.attempts == 1)
    if not found:
        return None
    return {
        name: round(found[math.ceil(share * len(found)) - 1], 1)
        for name, share in _PERCENTILES.items()
    }


def _rate(calls: Sequence[Call]) -> float | None:
    spans = [
        (call.started, call.started + timedelta(seconds=call.duration_seconds))
        for call in calls
        if call.started is not None
    ]
    if not spans:
        return None
    seconds = (max(end for _, end in spans) - min(start for start, _ in spans)).total_seconds()
    return round(len(spans) / seconds, 2) if seconds > 0 else None
