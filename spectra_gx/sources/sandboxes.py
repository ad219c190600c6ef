"""The sandboxes of one command: one per system, which all stages of the command share."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from spectra_gx.errors import ConfigurationError, UsageError
from spectra_gx.sources.faults import known_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from spectra_gx.sources.faults import Fault
    from spectra_gx.sources.source_system import Sandbox, SourceSystem

MAX_DAY = 365


class Sandboxes:
    """Starts the sandbox of a system when a stage first reads it, and stops all at the end."""

    def __init__(
        self,
        find: Callable[[str, str], SourceSystem],
        faults: Sequence[Fault] = (),
        day: int | None = None,
    ) -> None:
        """Choose how they behave; none is started yet.

        Args:
            find: Returns a system by its name; what names it is for its error.
            faults: What each does wrong.
            day: Which day of its data each has; None for the first.

        Raises:
            UsageError: There is no such day.
        """
        if day is not None and not 0 <= day <= MAX_DAY:
            raise UsageError(f"`--sandbox-day` is a number from 0 to {MAX_DAY}, not {day}")
        self._find = find
        self.faults = tuple(faults)
        self.day = day
        self._open = ExitStack()
        self._running: dict[str, Sandbox] = {}

    def refuse_unfit(self, name: str, place: str) -> None:
        """Find out before a run begins what the sandbox of its system cannot do.

        Raises:
            UsageError: It has one day alone, or not these faults, and they are requested.
        """
        with suppress(ConfigurationError):  # a system that nothing reads ends the run, in its step
            self._system(name, place)

    def sandbox_of(self, name: str, place: str) -> Sandbox:
        """Return the running sandbox of a system.

        Args:
            name: The system.
            place: What names it, for people: a contract or a setting.

        Raises:
            ConfigurationError: Nothing reads the system.
            UsageError: Its sandbox has one day alone, or not these faults.
        """
        if name not in self._running:
            system = self._system(name, place)
            on_day = system.sandbox_on_day
            sandbox = (
                system.sandbox(faults=self.faults)
                if self.day is None or on_day is None
                else on_day(self.day, faults=self.faults)
            )
            self._running[name] = self._open.enter_context(sandbox)
        return self._running[name]

    def _system(self, name: str, place: str) -> SourceSystem:
        system = self._find(name, place)
        if self.day is not None and system.sandbox_on_day is None:
            raise UsageError(
                f"the sandbox of `{name}` has the same data every day; leave `--sandbox-day` out",
                code="sandbox_day",
            )
        known_faults(self.faults, system.faults, f"the sandbox of `{name}`")
        return system

    @property
    def options(self) -> list[str]:
        """Return what was requested, as the command line calls it."""
        given = {"sandbox": True, "fault": self.faults, "sandbox-day": self.day is not None}
        return [option for option, value in given.items() if value]

    def __enter__(self) -> Self:
        """Keep the sandboxes that are started until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop them."""
        self._open.close()
