"""A time and a memory budget for work that cannot be interrupted from outside."""

from __future__ import annotations

import resource
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from spectra_gx.errors import OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_LOOK_EVERY_SECONDS = 0.05
_LEAST_SECONDS = 0.001
"""A timer of zero would never ring."""


@dataclass(frozen=True)
class Budget:
    """What one contract query may cost."""

    seconds: float = 60.0
    megabytes: int = 2048
    """Growth of the process's peak memory."""


def run_within(budget: Budget, work: Callable[[], T]) -> T:
    """Return what `work` returns, or give up on it when it outgrows its budget.

    The engine offers no way to cancel a query, so an abandoned one goes on in a daemon thread until
    the process ends; it delays neither the run nor its exit.

    Raises:
        EngineError: The budget is spent.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            errors.append(error)

    worker = threading.Thread(target=run, name="contract-query", daemon=True)
    before = _peak_megabytes()
    worker.start()
    waited = 0.0
    while worker.is_alive():
        worker.join(_LOOK_EVERY_SECONDS)
        waited += _LOOK_EVERY_SECONDS
        if waited >= budget.seconds and worker.is_alive():
            raise time_exceeded(budget.seconds)
        if _peak_megabytes() - before > budget.megabytes and worker.is_alive():
            raise memory_exceeded(budget)
    if errors:
        raise errors[0]
    return results[0]


def time_exceeded(seconds: float) -> OverBudgetError:
    """Return the error of a query that took longer than it may."""
    return OverBudgetError(f"the query took over {seconds:g} s; make it cheaper or split the rule")


def memory_exceeded(budget: Budget) -> OverBudgetError:
    """Return the error of a query that needed too much memory."""
    return OverBudgetError(
        f"the query needed over {budget.megabytes:,} MB; make it cheaper or split the rule"
    )


class TimeAllowance:
    """Time for Python's own work, spent piece by piece; patterns can take for ever."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left = seconds

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Interrupt the work inside once the time is over.

        Only the main thread can be interrupted; elsewhere the work is left to end by itself.

        Raises:
            EngineError: The time is over.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(*_: object) -> None:
            raise OverBudgetError(
                f"the pattern took over {self._seconds:g} s; make it simpler, without repeats in "
                "repeats"
            )

        began = time.monotonic()
        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, self._left)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            self._left = max(self._left - (time.monotonic() - began), _LEAST_SECONDS)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
