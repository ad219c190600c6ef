"""Calls to a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spectra_gx.errors import SpectraError


@dataclass(frozen=True)
class Call:
    """One call made to the source, its retries included."""

    name: str
    """The request, for people: `GET /project/details`."""

    duration_seconds: float
    attempts: int
    error: SpectraError | None = None
    """None when it succeeded."""

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
