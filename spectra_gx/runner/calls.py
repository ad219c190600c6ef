"""Calls to a source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from spectra_gx.errors import SpectraError


class CallPurpose(StrEnum):
    """What a call is made for."""

    AUTHENTICATION = "authentication"
    """Whether it succeeds decides whether the credential is accepted."""

    READ = "read"
    PROBE = "probe"
    """Whether the endpoint answers; its failure is a finding, and no trouble of the run."""


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
