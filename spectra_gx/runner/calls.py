"""Calls to a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
