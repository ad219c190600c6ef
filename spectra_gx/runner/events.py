"""Events of a run, as frozen dataclasses for its listeners."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.validation.results import TableResult

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StepStarted:
    """One of the seven steps begins."""

    step: str
    """Initialise, Execute, Validate, Record or Finalise."""


@dataclass(frozen=True)
class TableCheckStarted:
    """A table is being checked."""

    table: str
    rows: int | None
    """None where only a scan can tell."""


@dataclass(frozen=True)
class TableChecked:
    """A table has its verdict."""

    result: TableResult


@dataclass(frozen=True)
class RunFinished:
    """A run has ended; only its row in the activity log and its pages are missing."""

    run: RunResult


Event: TypeAlias = StepStarted | TableCheckStarted | TableChecked | RunFinished


class Listener(Protocol):
    """Hears of every event of a run; sensitive values are redacted in all of them."""

    def handle(self, event: Event) -> None:
        """Take note of an event."""


class Events:
    """Emits each event once, to every listener in turn; satisfies validation's `Progress`."""

    def __init__(self, listeners: Sequence[Listener], required: Listener | None = None) -> None:
        """Take the listeners.

        Args:
            listeners: What they raise is logged, and changes nothing.
            required: Hears of each event first; what it raises is the caller's to handle.
        """
        self._listeners = listeners
        self._required = required

    def emit(self, event: Event) -> None:
        """Hand an event to everybody."""
        try:
            if self._required is not None:
                self._required.handle(event)
        finally:
            for listener in self._listeners:
                _deliver(event, listener)

    def began(self, table: str, rows: int | None) -> None:
        """Emit that a table is being checked."""
        self.emit(TableCheckStarted(table, rows))

    def ended(self, table: TableResult) -> None:
        """Emit that a table has its verdict."""
        self.emit(TableChecked(table))


def _deliver(event: Event, listener: Listener) -> None:
    try:
        listener.handle(event)
    except Exception as error:  # a listener never changes a run
        logger.warning(
            "%s failed on %s: %s",
            type(listener).__name__,
            type(event).__name__,
            type(error).__name__,
        )
        logger.debug("handling an event", exc_info=True)
