"""Events of a run, as frozen dataclasses for its listeners."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunIdentity, RunResult
    from spectra_gx.validation.results import TableResult

logger = logging.getLogger(__name__)

Operation: TypeAlias = Literal["run", "check"]
"""A run builds, publishes and notifies; a check does not."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunStarted:
    """A run or a check begins."""

    identity: RunIdentity
    contract: StageContract
    operation: Operation = "run"
    parameters: RunParameters | None = None
    """Of a run; None of a check."""

    at: datetime = field(default_factory=_now, compare=False)


@dataclass(frozen=True)
class StepStarted:
    """One of the seven steps begins; a check has none."""

    step: str
    """Initialise, Execute, Validate, Record or Finalise."""

    at: datetime = field(default_factory=_now, compare=False)


@dataclass(frozen=True)
class TableCheckStarted:
    """A table is being checked."""

    table: str
    rows: int | None
    """None where only a scan can tell."""

    at: datetime = field(default_factory=_now, compare=False)


@dataclass(frozen=True)
class TableChecked:
    """A table has its verdict."""

    result: TableResult
    at: datetime = field(default_factory=_now, compare=False)


@dataclass(frozen=True)
class RunFinished:
    """A run has ended; only its row in the activity log and its pages are missing."""

    run: RunResult


@dataclass(frozen=True)
class RunEnded:
    """A run or a check is over, locks and the log included: the last event, whatever happened."""

    run: RunResult
    """What the caller gets; of a check, its result as that of a run."""

    operation: Operation = "run"
    at: datetime = field(default_factory=_now, compare=False)


Event: TypeAlias = (
    RunStarted | StepStarted | TableCheckStarted | TableChecked | RunFinished | RunEnded
)


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

    def end(self, run: RunResult, operation: Operation = "run") -> RunResult:
        """Emit that a run or a check is over; return it."""
        self.emit(RunEnded(run, operation))
        return run

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
        logger.warning("%s", describe_failure(listener, event, error))
        logger.debug("handling an event", exc_info=True)


def describe_failure(listener: Listener, event: Event, error: BaseException) -> str:
    """Return what a listener could not do; only an error of ours has words that may be shown."""
    if isinstance(error, SpectraError):
        return error.message
    return f"{type(listener).__name__} failed on {type(event).__name__}: {type(error).__name__}"
