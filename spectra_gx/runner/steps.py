"""The steps of a run as they go by."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.validation.progress import Progress


class Steps:
    """Tells whoever watches which step begins, and remembers how long each one took."""

    def __init__(self, progress: Progress) -> None:
        """Take who watches; no step has begun."""
        self._progress = progress
        self._began: list[tuple[str, float]] = []

    def begin(self, name: str) -> None:
        """Begin a step, which ends the one before."""
        self._progress.step(name)
        self._began.append((name, time.perf_counter()))

    def took(self) -> tuple[tuple[str, float], ...]:
        """Return the steps that have ended, and the seconds that each took."""
        return tuple((name, end - start) for (name, start), (_, end) in pairwise(self._began))
