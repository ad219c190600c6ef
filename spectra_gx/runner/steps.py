"""Track the steps of a run."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from spectra_gx.errors import DiskFullError, OutOfOrderError, RunInterruptedError, SpectraError
from spectra_gx.runner.events import Events, RunStarted, StepStarted
from spectra_gx.store.full_disks import DISK_FULL, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

NEEDED = ("Initialise", "Execute", "Validate")
"""The steps without which no run is a success, in their order."""


class Steps:
    """Emits which step begins, and remembers how long each one took."""

    def __init__(self, events: Events, started: RunStarted) -> None:
        """Take what emits them, and the event that goes before the first; none has begun."""
        self._events = events
        self._started = started
        self._began: list[tuple[str, float]] = []
        self._done: list[str] = []

    def begin(self, name: str) -> None:
        """Begin a step, which ends the one before."""
        if not self._began:
            self._events.emit(self._started)
        self._events.emit(StepStarted(name))
        self._began.append((name, time.perf_counter()))

    @contextmanager
    def take(self, name: str) -> Iterator[None]:
        """Take a needed step in the `with` block; it counts as taken if the block ends well.

        Raises:
            OutOfOrderError: It is not the turn of this step.
        """
        self._refuse_out_of_order(name)
        self.begin(name)
        yield
        self._done.append(name)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the needed steps that were not taken to their end, as they are called."""
        return tuple(_call(name) for name in NEEDED if name not in self._done)

    def took(self) -> tuple[tuple[str, float], ...]:
        """Return the steps that have ended, and the seconds that each took."""
        return tuple((name, end - start) for (name, start), (_, end) in pairwise(self._began))

    def _refuse_out_of_order(self, name: str) -> None:
        began = {begun for begun, _ in self._began}
        if "Record" in began:
            raise OutOfOrderError("the run is recorded already; begin a new `NotebookSession`")
        if name in began:
            raise OutOfOrderError(
                f"`{_call(name)}` was called already; go on with the next step, or begin a new "
                "`NotebookSession`"
            )
        for needed in NEEDED[: NEEDED.index(name)]:
            if needed not in self._done:
                raise OutOfOrderError(
                    f"`{_call(name)}` needs `{_call(needed)}` before it; call that first"
                )


def _call(name: str) -> str:
    return f"{name.lower()}()"


def as_spectra_error(stopped: BaseException) -> SpectraError:
    """Return what stopped a run as an error that can be recorded and shown."""
    if isinstance(stopped, SpectraError):
        return stopped
    if isinstance(stopped, KeyboardInterrupt):
        return RunInterruptedError("interrupted; run it again")
    logger.debug("the run ended early", exc_info=stopped)
    if is_disk_full(stopped):
        return DiskFullError(DISK_FULL)
    return SpectraError(
        f"the run ended early with {type(stopped).__name__}; this is a defect of spectra-gx: "
        "run again with `--debug` and report what it prints",
        # Another defect is another message: what repeats is known by its code.
        code=f"internal_{type(stopped).__name__}",
    )
